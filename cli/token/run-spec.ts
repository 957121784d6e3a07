// Which tokens `token run` is, from its options: one, or one for each --token.

import { VPCD_PORT } from "../../core/wire/vpcd.ts";
import { type Endpoint, parseEndpoint } from "../../devices/control/endpoint.ts";
import type { SerialShell, SubjectOptions } from "../../devices/subject.ts";
import { TOUCH_POLICIES, type TouchPolicy } from "../../firmware-sim/applets/touch.ts";
import { ATTACH_KINDS, type AttachKind } from "../../firmware-sim/ports/attach.ts";
import { SMART_PROFILE_NAMES, smartProfileOf } from "../../firmware-sim/profiles-smart.ts";
import type { PasswordArguments } from "../password-input.ts";
import type { SecretArguments } from "../secret-input.ts";
import { nearest, UsageError } from "../usage-error.ts";
import { wholeOf } from "../values.ts";
import { type ClockArguments, clockOptionsOf } from "./clock-options.ts";
import { parseHostPort } from "./host-port.ts";
import { withMeaning } from "./option-meanings.ts";

/** What holds for all tokens. */
export interface TokenArguments extends ClockArguments, SecretArguments, PasswordArguments {
  readonly attach: string;
  readonly profile?: string | undefined;
  readonly address?: string | undefined;
  readonly serial?: string | undefined;
  readonly state?: string | undefined;
  readonly touch: string;
  readonly "press-to-show": boolean;
  readonly control?: string | undefined;
  readonly shell?: string | undefined;
  /** Name of the credential that a given secret becomes; default `oathbed`. */
  readonly credential?: string | undefined;
  readonly token?: readonly string[] | undefined;
}

/** Which model, and what of it is behind a serial port. */
export type TokenModel =
  | { readonly kind: "smart"; readonly profile: string }
  | { readonly kind: "serial"; readonly profile: string; readonly shell: SerialShell };

/** One token. */
export interface TokenSpec {
  /** Its profile, with a number where several have it: `yubikey5`, `yubikey5#2`. */
  readonly name: string;
  readonly model: TokenModel;
  readonly attach: AttachKind;
  readonly host?: string;
  readonly port?: number;
  readonly serial?: number;
  readonly stateFile?: string;
  readonly touch: TouchPolicy;
  readonly control?: Endpoint;
  readonly clock: SubjectOptions;
  readonly credential: string;
  readonly secret: SecretArguments;
  /** Of the password, or the PIN, that locks it from the start. */
  readonly password: PasswordArguments;
}

/** Options that a --token may have of its own. */
const OWN = [
  "profile",
  "attach",
  "address",
  "serial",
  "state",
  "touch",
  "control",
  "shell",
  "clock",
  "ppm",
  "offset",
  "credential",
  "secret-file",
  "password-file",
] as const;
/** Those that no two tokens can share. */
const UNSHARED = ["serial", "state", "control"] as const;
const USUAL_CREDENTIAL = "oathbed";
/** Most tokens of one process. */
const MAX_TOKENS = 256;

/** Serial models by their dialect. */
const SERIAL_MODELS: Readonly<Record<SerialShell, string>> = {
  complete: "serial-shell",
  arduino: "arduino-shell",
  flipper: "flipper",
};

/** Names that --profile takes. */
export const RUN_PROFILES: readonly string[] = [
  ...SMART_PROFILE_NAMES,
  ...Object.values(SERIAL_MODELS),
];

/** The tokens, in their order. @throws {UsageError} naming the option that is wrong */
export function tokenSpecsOf(args: TokenArguments): readonly TokenSpec[] {
  const texts = args.token ?? [];
  if (texts.length === 0) return named(withMeaning([args], [], bearerOf).map(specOf));
  if (texts.length > MAX_TOKENS) {
    throw new UsageError(`--token is given more than ${MAX_TOKENS} times`, "start another process");
  }
  const own = texts.map(ownOf);
  const all = own.map((its): TokenArguments => ({ ...args, ...its }));
  for (const option of UNSHARED) refuseShared(option, all);
  return named(withMeaning(all, own, bearerOf).map(specOf));
}

function bearerOf(args: TokenArguments): Pick<TokenSpec, "model" | "attach"> {
  const attach = choiceOf("attach", args.attach, ATTACH_KINDS);
  const model = modelOf(args, attach);
  const ways = attachKindsOf(model);
  if (ways.includes(attach)) return { model, attach };
  throw new UsageError(
    `--attach ${attach}: a ${model.profile} has nothing for it`,
    `attach it by ${ways.join(" or ")}`,
  );
}

/** How a model can be attached: by what it has. */
function attachKindsOf(model: TokenModel): readonly AttachKind[] {
  if (model.kind === "serial") return ["pty", "usbip"];
  const { functions } = smartProfileOf(model.profile).usb;
  const hasHid = functions.some((name) => name === "otp-keyboard" || name === "nitrokey-hid");
  return [
    "usbip",
    ...(functions.includes("ccid") ? ["vpcd" as const] : []),
    ...(hasHid ? ["uhid" as const] : []),
  ];
}

function ownOf(text: string): Readonly<Record<string, string>> {
  const own: Record<string, string> = {};
  for (const part of text.split(",")) {
    const equals = part.indexOf("=");
    const name = equals < 0 ? part : part.slice(0, equals);
    const value = part.slice(equals + 1);
    if (equals < 0 || value === "" || !OWN.some((one) => one === name) || name in own) {
      const near = nearest(name, OWN);
      throw new UsageError(
        `--token: ${JSON.stringify(part.slice(0, 60))} is no NAME=VALUE of it`,
        near === undefined || near === name
          ? `the names are ${OWN.join(", ")}; each once`
          : `did you mean ${near}=…?`,
      );
    }
    own[name] = value;
  }
  return own;
}

function refuseShared(option: (typeof UNSHARED)[number], all: readonly TokenArguments[]): void {
  const given = all.map((one) => one[option]).filter((value) => value !== undefined);
  if (new Set(given).size === given.length) return;
  throw new UsageError(
    `--${option} cannot be that of several tokens`,
    `give each its own: --token profile=…,${option}=…`,
  );
}

function specOf(args: TokenArguments): TokenSpec {
  const { credential = USUAL_CREDENTIAL, state } = args;
  const touch = choiceOf("touch", args.touch, TOUCH_POLICIES);
  const { model, attach } = bearerOf(args);
  return {
    name: model.profile,
    model,
    attach,
    ...(args.address === undefined ? {} : parseHostPort("address", args.address)),
    ...(args.serial === undefined ? {} : { serial: wholeOf("serial", args.serial, 1, 99_999_999) }),
    ...(state === undefined ? {} : { stateFile: state }),
    touch: args["press-to-show"] && touch === "auto" ? "button" : touch,
    ...(args.control === undefined ? {} : { control: parseEndpoint(args.control) }),
    clock: clockOptionsOf(args),
    credential,
    secret: args,
    password: args,
  };
}

function modelOf({ profile, shell }: TokenArguments, attach: AttachKind): TokenModel {
  const dialects = Object.keys(SERIAL_MODELS) as readonly SerialShell[];
  const named = shell === undefined ? undefined : choiceOf("shell", shell, dialects);
  const usual = attach === "pty" ? SERIAL_MODELS.complete : "yubikey5";
  const wanted = profile ?? (named === undefined ? usual : SERIAL_MODELS[named]);
  const found = choiceOf("profile", wanted, RUN_PROFILES);
  const dialect = dialects.find((one) => SERIAL_MODELS[one] === found);
  if (named !== undefined && dialect !== named) {
    const other = SERIAL_MODELS[named];
    throw new UsageError(`--shell ${named} is that of ${other}`, `leave out --shell or --profile`);
  }
  if (dialect === undefined) return { kind: "smart", profile: found };
  return { kind: "serial", profile: found, shell: dialect };
}

function choiceOf<T extends string>(option: string, given: string, known: readonly T[]): T {
  const found = known.find((one) => one === given);
  if (found !== undefined) return found;
  const near = nearest(given, known);
  throw new UsageError(
    `--${option}: there is no ${JSON.stringify(given.slice(0, 60))}`,
    near === undefined ? `there are ${known.join(", ")}` : `did you mean ${near}?`,
  );
}

/** A name for each; readers one after another where no address says which. */
function named(specs: readonly TokenSpec[]): readonly TokenSpec[] {
  const counts = new Map<string, number>();
  let readers = 0;
  return specs.map((spec) => {
    const { model, attach } = spec;
    const count = (counts.get(model.profile) ?? 0) + 1;
    counts.set(model.profile, count);
    const name = count === 1 ? model.profile : `${model.profile}#${count}`;
    if (attach !== "vpcd" || spec.port !== undefined) return { ...spec, name };
    return { ...spec, name, port: VPCD_PORT + readers++ };
  });
}
