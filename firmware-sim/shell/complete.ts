// The complete dialect: the generic commands, each answered, errors told, every parameter settable,
// and several credentials. A secret is never shown again.

import {
  HASH_ALGORITHMS,
  type HashAlgorithm,
  MAX_MOVING_FACTOR,
  type OathParameters,
} from "../../core/oath/parameters.ts";
import { describeSecret } from "../../core/oath/secret.ts";
import type { ShellCommand } from "../../core/wire/shell-lines.ts";
import {
  type EmulatedToken,
  type FirmwareCode,
  FirmwareError,
  type StoredCredential,
} from "../emulated-token.ts";
import {
  changeSettings,
  currentSettings,
  DEFAULT_CREDENTIAL,
  defaultCredential,
  readUnsigned,
  type ShellSettings,
  setDefaultSecret,
  timeLines,
} from "./settings.ts";

const MAX_SECONDS = BigInt(Number.MAX_SAFE_INTEGER);
const OK = "ok\n";

type Handler = (token: EmulatedToken, settings: ShellSettings, argument?: string) => string;

interface Command {
  readonly help: string;
  readonly takes: "nothing" | "argument";
  readonly run: Handler;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  version: {
    help: "version: dialect, model and what it can do",
    takes: "nothing",
    run: versionLine,
  },
  help: { help: "help: this list", takes: "nothing", run: () => helpText() },
  time: {
    help: "time [<unix seconds>]: set or show the clock",
    takes: "argument",
    run: timeCommand,
  },
  key: {
    help: "key [<characters>]: set the default secret, or show its length and fingerprint",
    takes: "argument",
    run: keyCommand,
  },
  keyhex: { help: "keyhex <hex>: set the default secret", takes: "argument", run: keyHexCommand },
  keyput: {
    help: "keyput <name> totp|hotp <algorithm> <digits> <step> <t0> <counter> <hex>",
    takes: "argument",
    run: putCommand,
  },
  digit: {
    help: "digit [<n>]: digits of the default credential",
    takes: "argument",
    run: digitCommand,
  },
  algo: {
    help: "algo [SHA1|SHA256|SHA512]: its hash",
    takes: "argument",
    run: algorithmCommand,
  },
  step: { help: "step [<seconds>]: its time step", takes: "argument", run: stepCommand },
  t0: { help: "t0 [<unix seconds>]: when its steps begin", takes: "argument", run: t0Command },
  totp: { help: "totp [<name>]: the code of now", takes: "argument", run: totpCommand },
  hotp: {
    help: "hotp [next|<counter> [<name>]]: the next code, or a counter's",
    takes: "argument",
    run: hotpCommand,
  },
  list: {
    help: "list: credentials, a line each, secrets not shown",
    takes: "nothing",
    run: listCommand,
  },
  rm: { help: "rm <name>: remove a credential", takes: "argument", run: removeCommand },
};

/** Words of the complete dialect, in the order of their help. */
export const COMPLETE_COMMANDS: readonly string[] = Object.keys(COMMANDS);

/** What the token prints for a command. @throws {FirmwareError} for what it refuses */
export function completeCommand(
  token: EmulatedToken,
  settings: ShellSettings,
  { word, argument }: ShellCommand,
): string {
  const known = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
  if (known === undefined) {
    throw new FirmwareError("bad-parameters", "unknown command; try help");
  }
  if (known.takes === "nothing" && argument !== undefined) {
    throw new FirmwareError("bad-parameters", `${word} takes no value`);
  }
  return known.run(token, settings, argument);
}

function helpText(): string {
  return `${Object.values(COMMANDS)
    .map(({ help }) => help)
    .join("\n")}\n`;
}

function versionLine(token: EmulatedToken): string {
  const { profile } = token;
  const { algorithms, digits, stepSeconds, secretBytes, timeRange } = profile;
  return (
    `oathbed-shell 1 profile=${profile.name} firmware=${profile.firmware} ` +
    `credentials=${profile.credentials} algorithms=${algorithms.join(",")} ` +
    `digits=${digits.join(",")} step=${stepSeconds.low}-${stepSeconds.high} ` +
    `secret=${secretBytes.low}-${secretBytes.high} ` +
    `time=${timeRange.fromSeconds}-${timeRange.toSeconds} ` +
    `button=${profile.showSeconds === 0 ? "no" : "yes"}\n`
  );
}

function timeCommand(token: EmulatedToken, _settings: ShellSettings, argument?: string): string {
  if (argument !== undefined) {
    token.setTime(Number(readUnsigned("time", argument, MAX_SECONDS)));
  }
  return timeLines(token);
}

function keyCommand(token: EmulatedToken, settings: ShellSettings, argument?: string): string {
  if (argument === undefined) {
    const stored = defaultCredential(token);
    return stored === undefined ? "none\n" : `${describeSecret(stored.secret)}\n`;
  }
  return putDefault(token, settings, new TextEncoder().encode(argument));
}

function keyHexCommand(token: EmulatedToken, settings: ShellSettings, argument?: string): string {
  return putDefault(token, settings, readHex(argument));
}

function putDefault(token: EmulatedToken, settings: ShellSettings, secret: Uint8Array): string {
  setDefaultSecret(token, settings, secret);
  return OK;
}

function putCommand(token: EmulatedToken, _settings: ShellSettings, argument = ""): string {
  const fields = argument.split(" ");
  if (fields.length !== 8) {
    throw new FirmwareError("bad-parameters", "keyput takes 8 values; try help");
  }
  const [name, kind, algorithm, digits, step, t0, counter, hex] = fields;
  const common = {
    algorithm: readAlgorithm(algorithm),
    digits: Number(readUnsigned("digits", digits, 10n)),
  };
  const parameters: OathParameters =
    readKind(kind) === "hotp"
      ? { kind: "hotp", ...common }
      : {
          kind: "totp",
          ...common,
          stepSeconds: Number(readUnsigned("step", step, 86_400n)),
          t0: Number(readUnsigned("t0", t0, 0xffff_ffffn)),
        };
  token.put({
    name: readName(name),
    secret: readHex(hex),
    parameters,
    counter: readUnsigned("counter", counter, MAX_MOVING_FACTOR),
  });
  return OK;
}

function digitCommand(token: EmulatedToken, settings: ShellSettings, argument?: string): string {
  if (argument === undefined) return `${currentSettings(token, settings).digits}\n`;
  return setting(token, settings, {
    digits: Number(readUnsigned("digit", argument, 10n)),
  });
}

function algorithmCommand(
  token: EmulatedToken,
  settings: ShellSettings,
  argument?: string,
): string {
  if (argument === undefined) return `${currentSettings(token, settings).algorithm}\n`;
  return setting(token, settings, { algorithm: readAlgorithm(argument) });
}

function stepCommand(token: EmulatedToken, settings: ShellSettings, argument?: string): string {
  if (argument === undefined) return `${currentSettings(token, settings).stepSeconds}\n`;
  return setting(token, settings, {
    stepSeconds: Number(readUnsigned("step", argument, 86_400n)),
  });
}

function t0Command(token: EmulatedToken, settings: ShellSettings, argument?: string): string {
  if (argument === undefined) return `${currentSettings(token, settings).t0}\n`;
  return setting(token, settings, { t0: Number(readUnsigned("t0", argument, 0xffff_ffffn)) });
}

function setting(
  token: EmulatedToken,
  settings: ShellSettings,
  change: Partial<ShellSettings>,
): string {
  changeSettings(token, settings, change);
  return OK;
}

function totpCommand(token: EmulatedToken, _settings: ShellSettings, argument?: string): string {
  const name = argument === undefined ? undefined : readName(argument);
  const { tokenSeconds, movingFactor, code } = token.totp(name);
  return `Timestamp: ${tokenSeconds}\nCounter: ${movingFactor}\n${code}\n`;
}

function hotpCommand(token: EmulatedToken, _settings: ShellSettings, argument = "next"): string {
  const [which = "", nameText, ...more] = argument.split(" ");
  if (more.length > 0) {
    throw new FirmwareError("bad-parameters", "hotp takes next or a counter, and a name");
  }
  const name = nameText === undefined ? undefined : readName(nameText);
  if (which === "next") return hotpLines(token.hotp(name));
  const counter = readUnsigned("counter", which, MAX_MOVING_FACTOR);
  // The default credential is set by `key` and has no kind of its own: a code for a counter named
  // by the host can be made of it, as on the tokens that this dialect comes from.
  return name === undefined && defaultCredential(token) !== undefined
    ? hotpLines(token.codeAt(DEFAULT_CREDENTIAL, counter))
    : hotpLines(token.hotp(name, counter));
}

function hotpLines({ movingFactor, code }: FirmwareCode): string {
  return `Counter: ${movingFactor}\n${code}\n`;
}

function listCommand(token: EmulatedToken): string {
  return token.list().map(credentialLine).join("") + OK;
}

function credentialLine({ name, parameters }: StoredCredential): string {
  const { kind, algorithm, digits } = parameters;
  const time = kind === "totp" ? `${parameters.stepSeconds} ${parameters.t0}` : "0 0";
  return `${encodeURIComponent(name)} ${kind} ${algorithm} ${digits} ${time}\n`;
}

function removeCommand(token: EmulatedToken, _settings: ShellSettings, argument?: string): string {
  if (argument === undefined) throw new FirmwareError("bad-parameters", "rm takes a name");
  token.remove(readName(argument));
  return OK;
}

function readKind(text: string | undefined): OathParameters["kind"] {
  if (text === "totp" || text === "hotp") return text;
  throw new FirmwareError("bad-parameters", "the kind must be totp or hotp");
}

function readAlgorithm(text: string | undefined): HashAlgorithm {
  const found = HASH_ALGORITHMS.find((algorithm) => algorithm === text);
  if (found !== undefined) return found;
  throw new FirmwareError("bad-parameters", "the algorithm must be SHA1, SHA256 or SHA512");
}

function readHex(text = ""): Uint8Array {
  if (text.length === 0 || text.length % 2 !== 0 || !/^[0-9a-fA-F]+$/.test(text)) {
    throw new FirmwareError("bad-parameters", "the secret must be an even number of hex digits");
  }
  return Uint8Array.from(Buffer.from(text, "hex"));
}

/** Names are percent-encoded: no space or control character is ever in a line. */
function readName(text = ""): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new FirmwareError("bad-parameters", "the name is not percent-encoded UTF-8");
  }
}
