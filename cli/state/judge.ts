// One act on a token of the state file: codes from the command line or a device, and the verdict.

import { SystemClock } from "../../core/time/system-clock.ts";
import type { StoredToken } from "../../verifier/stores/store.ts";
import type { Act, Verdict } from "../../verifier/verdict.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { operatorOf } from "../service/operator.ts";
import { type NamedToken, namedTokens, type ReachArguments } from "../sources.ts";
import { UsageError } from "../usage-error.ts";
import { type DeviceCodes, readDeviceCodes } from "./device-codes.ts";
import type { State } from "./open-state.ts";
import { printVerdict } from "./verdict-text.ts";

/** @see DEVICE_OPTION, INVENTORY_OPTION, PASSWORD_OPTIONS */
export interface DeviceArguments extends ReachArguments {
  readonly device?: string | undefined;
}

/** What --device names; undefined when it is not given. @throws {RangeError} for an unknown name */
export async function namedDevice(
  args: DeviceArguments,
  context: Context,
): Promise<NamedToken | undefined> {
  if (args.device === undefined) return undefined;
  const [named] = await namedTokens([args.device], args, context);
  return named;
}

/** Where codes come from. */
export interface CodeArguments {
  readonly codes: readonly string[];
  readonly device?: NamedToken | undefined;
  readonly json: boolean;
}

/** How many codes an act takes. */
export function codeCount(act: Act): 1 | 2 {
  return act === "verify" ? 1 : 2;
}

/**
 * Judges codes and prints the verdict.
 *
 * @param provision whether the secret is written to a physical token first
 * @returns 0 when accepted, 1 when refused
 */
export async function judge(
  act: Act,
  state: State,
  token: StoredToken,
  args: CodeArguments,
  context: Context,
  provision = false,
): Promise<ExitCode> {
  const { codes, receivedAtUs } = await codesOf(act, token, args, context, provision);
  const verdict = await submit(act, state, token.id, codes, receivedAtUs);
  printVerdict(token.label, verdict, args.json, context.terminal);
  return verdict.outcome === "accepted" ? EXIT.ok : EXIT.nonConformant;
}

/** @throws {UsageError} unless there are codes, or a device to read them from, and not both */
export function assertCodeSource(act: Act, { codes, device }: CodeArguments): void {
  const count = codeCount(act);
  const word = count === 1 ? "one code" : "two consecutive codes";
  if (device !== undefined && codes.length > 0) {
    throw new UsageError("codes and --device exclude each other", "give one of them");
  }
  if (device === undefined && codes.length !== count) {
    throw new UsageError(`${act} takes ${word}, got ${codes.length}`, "or --device to read from");
  }
}

async function codesOf(
  act: Act,
  token: StoredToken,
  args: CodeArguments,
  context: Context,
  provision: boolean,
): Promise<DeviceCodes> {
  const { device, codes } = args;
  if (device === undefined) return { codes, receivedAtUs: new SystemClock().nowUs() };
  const { record, secret, label } = token;
  const input = {
    source: device.source,
    credential: device.known?.credential ?? label,
    parameters: record.parameters,
    secret,
    counter: record.watermark + 1n,
    count: codeCount(act),
    provision,
  };
  return readDeviceCodes(input, context);
}

function submit(
  act: Act,
  { verifier }: State,
  id: number,
  codes: readonly string[],
  receivedAtUs: number,
): Promise<Verdict> {
  const by = operatorOf();
  switch (act) {
    case "enroll":
      return verifier.enroll(id, codes, receivedAtUs, by);
    case "verify":
      return verifier.verify(id, codes[0], receivedAtUs, by);
    case "resync":
      return verifier.resync(id, codes, receivedAtUs, by);
  }
}
