// From --device and --target to what runs.

import { existsSync } from "node:fs";
import type { Plugin } from "../conformance/plugin.ts";
import type { TokenSource } from "../conformance/run/token-source.ts";
import { TargetCannot, type TargetFactory } from "../conformance/target.ts";
import { httpServiceTarget, type RunningService } from "../conformance/targets/http-service.ts";
import { libraryTarget } from "../conformance/targets/library.ts";
import {
  INVENTORY_FILE_NAME,
  type Inventory,
  type InventoryToken,
  inventoryToken,
  readInventory,
} from "../devices/inventory/inventory.ts";
import { EMULATED_SPECS, subjectSource } from "../devices/sources.ts";
import type { Policy } from "../verifier/policy.ts";
import type { Context } from "./command.ts";
import { givenPassword, type PasswordArguments, passwordOf } from "./password-input.ts";
import type { Terminal } from "./terminal.ts";
import { withTouchPrompts } from "./touch-prompts.ts";
import { nearest, UsageError } from "./usage-error.ts";

/**
 * The inventory of this run; undefined when none is named and there is no default one. Its warnings
 * go to stderr.
 *
 * @throws {InventoryError} naming the place that is wrong
 */
export async function inventoryOf(
  path: string | undefined,
  terminal: Terminal,
): Promise<Inventory | undefined> {
  if (path === undefined && !existsSync(INVENTORY_FILE_NAME)) return undefined;
  const inventory = await readInventory(path ?? INVENTORY_FILE_NAME);
  for (const warning of inventory.warnings) {
    terminal.err(`${terminal.errStyle.warn("warning:")} ${warning}\n`);
  }
  return inventory;
}

/** How tokens are reached, besides by name. @see INVENTORY_OPTION, PASSWORD_OPTIONS */
export interface ReachArguments extends PasswordArguments {
  readonly inventory?: string | undefined;
  /** Control socket of the process that emulates the one token that is named. */
  readonly control?: string | undefined;
  /** What plug-ins bring. */
  readonly extensions?: Pick<Required<Plugin>, "drivers" | "tokens"> | undefined;
}

/** A token that is named. */
export interface NamedToken {
  readonly source: TokenSource;
  /** What the inventory knows of it. */
  readonly known: InventoryToken | undefined;
  /** Of this process, fresh each time it is opened; else it is somebody's. */
  readonly isEmulated: boolean;
}

/**
 * The tokens that are named; all emulated ones when none is. Those that are somebody's tell on
 * stderr when they wait for a touch.
 *
 * @throws {UsageError} when one is named twice, or --control is for several
 * @throws {RangeError} for an unknown driver or name
 */
export async function namedTokens(
  specs: readonly string[] | undefined,
  reach: ReachArguments,
  context: Context,
): Promise<readonly NamedToken[]> {
  const { terminal } = context;
  const inventory = await inventoryOf(reach.inventory, terminal);
  const names = specs === undefined || specs.length === 0 ? EMULATED_SPECS : specs;
  refuseTwice("device", names);
  if (reach.control !== undefined && specs?.length !== 1) {
    throw new UsageError("--control is of one token", "name that token with one --device");
  }
  const given = await givenPassword(reach, context);
  return Promise.all(
    names.map(async (spec): Promise<NamedToken> => {
      const known = inventory && inventoryToken(inventory, spec);
      const password = given ?? (await passwordOf(known));
      const own = reach.extensions?.tokens.find(({ name }) => name === spec);
      const source =
        own ??
        subjectSource(spec, {
          ...(reach.extensions === undefined ? {} : { drivers: reach.extensions.drivers }),
          ...(inventory === undefined ? {} : { inventory }),
          ...(reach.control === undefined ? {} : { control: reach.control }),
          ...(password === undefined ? {} : { password }),
        });
      const isEmulated = isEmulatedSpec(known ? `${known.driver}:${known.address}` : spec);
      return {
        known,
        isEmulated,
        source: isEmulated ? source : withTouchPrompts(source, terminal),
      };
    }),
  );
}

/** The same, as suites and benches take them. */
export async function sourcesOf(
  specs: readonly string[] | undefined,
  reach: ReachArguments,
  context: Context,
): Promise<readonly TokenSource[]> {
  return (await namedTokens(specs, reach, context)).map(({ source }) => source);
}

/** Whether a specification is of an emulated token, which is fresh each time it is opened. */
export function isEmulatedSpec(spec: string): boolean {
  return (
    EMULATED_SPECS.includes(spec) || /^(virtual|ykoath|(serial|hid|usb):emulated)\b/.test(spec)
  );
}

/** Kinds of targets, by name. Loaded when named: some are other people's programs. */
const TARGETS: Readonly<Record<string, () => Promise<TargetFactory>>> = {
  "library:memory": async () => libraryTarget({ store: "memory", name: "library:memory" }),
  "library:sqlite": async () => libraryTarget({ store: "sqlite", name: "library:sqlite" }),
  service: async () => httpServiceTarget({ start: startService }),
  otplib: async () => (await import("../conformance/targets/libraries.ts")).otplibTarget(),
  otpauth: async () => (await import("../conformance/targets/libraries.ts")).otpauthTarget(),
  speakeasy: async () => (await import("../conformance/targets/libraries.ts")).speakeasyTarget(),
  oathtool: async () => (await import("../conformance/targets/oathtool.ts")).oathtoolTarget(),
  pam_oath: async () => (await import("../conformance/targets/pam.ts")).pamOathTarget(),
  pam_google_authenticator: async () =>
    (await import("../conformance/targets/pam.ts")).pamGoogleAuthenticatorTarget(),
  rlm_totp: async () => (await import("../conformance/targets/radius.ts")).radiusTarget(),
};

/** Before the path of a file of request templates. */
const HTTP = "http:";

/** Names of the targets there are. */
export const TARGET_NAMES: readonly string[] = Object.keys(TARGETS);
const LIBRARY_TARGETS: readonly string[] = TARGET_NAMES.slice(0, 2);

/** How targets that are named are set up. */
export interface TargetSettings {
  /** Those that plug-ins bring. */
  readonly own?: readonly TargetFactory[];
  /** For servers that live now: longest wait of a case in all, seconds; default 0. */
  readonly maxWaitSeconds?: number;
  readonly onWait?: (sentence: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * The targets that are named; the library's when none is.
 *
 * @throws {UsageError} for unknown ones, and those whose program is not installed here
 */
export async function targetsOf(
  names: readonly string[] | undefined,
  settings: TargetSettings = {},
): Promise<readonly TargetFactory[]> {
  const wanted = names === undefined || names.length === 0 ? LIBRARY_TARGETS : names;
  refuseTwice("target", wanted);
  return Promise.all(wanted.map((name) => targetOf(name, settings)));
}

async function targetOf(name: string, settings: TargetSettings): Promise<TargetFactory> {
  const { own = [], ...realTime } = settings;
  if (name.startsWith(HTTP)) {
    const { readHttpTarget } = await import("../conformance/targets/http.ts");
    // As the command line names it: the command that repeats a case does too.
    return { ...(await readHttpTarget(name.slice(HTTP.length), realTime)), name };
  }
  const found = own.find((target) => target.name === name);
  if (found !== undefined) return found;
  const make = Object.hasOwn(TARGETS, name) ? TARGETS[name] : undefined;
  if (make === undefined) {
    const names = [...TARGET_NAMES, ...own.map((target) => target.name)];
    const near = nearest(name, names);
    const hint =
      near === undefined ? `there are ${names.join(", ")}, http:FILE` : `did you mean ${near}?`;
    throw new UsageError(`no target is called ${JSON.stringify(name.slice(0, 60))}`, hint);
  }
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof TargetCannot)) throw error;
    throw new UsageError(`--target ${name}: ${error.message}`, "or name another target");
  }
}

/** Loaded when it is needed: a server is half of the command's start-up. */
async function startService(policy: Policy): Promise<RunningService> {
  const { startTestService } = await import("../service/test-service.ts");
  return startTestService(policy);
}

function refuseTwice(option: string, names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  throw new UsageError(`--${option} ${twice} is given twice`, "give it once");
}
