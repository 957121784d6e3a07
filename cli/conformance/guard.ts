// Looks at physical tokens before their cases run: a run that would take what somebody needs does
// not begin.

import type { ConformanceCase, Suite } from "../../conformance/case.ts";
import { type Selection, selectCases } from "../../conformance/run/selection.ts";
import type { Capabilities, CredentialInfo, DeviceInfo } from "../../devices/device.ts";
import { DeviceError } from "../../devices/errors.ts";
import { assertAllowed, type Harm, type ProtectionInput } from "../../devices/protection.ts";
import type { Context } from "../command.ts";
import type { NamedToken } from "../sources.ts";

/** What a person allows. */
export interface GuardArguments {
  readonly destructive: boolean;
  readonly serial?: string | undefined;
  readonly control?: string | undefined;
}

/** Names of credentials that cases leave on a physical token. */
const OURS: ReadonlySet<string> = new Set([
  "oathbed",
  "timed",
  "counted",
  "touched",
  "known",
  "other",
  "again",
  "first",
  "one",
  "two",
  "three",
]);

/** What writes to a token, by what a case needs of it. */
const WRITES: ReadonlySet<string> = new Set(["provision", "remove", "set-time"]);

/**
 * Refuses a run on physical tokens that hold what we did not write, or do not tell what they hold.
 * One that cannot be reached is left to the run, which says so in its row.
 *
 * @throws {DeviceError} refused, with the remedy
 */
export async function guardTokens(
  tokens: readonly NamedToken[],
  suites: readonly Suite[],
  selection: Selection,
  args: GuardArguments,
  context: Context,
): Promise<void> {
  const physical = args.control === undefined ? tokens.filter((one) => !one.isEmulated) : [];
  if (physical.length === 0) return;
  const harm = harmOf(selectCases(suites, selection).map((one) => one.case));
  if (harm === "reads") return;
  for (const token of physical) await guard(token, harm, args, context);
}

/** The worst that cases do to a physical token; those that need a rig are skipped there. */
export function harmOf(cases: readonly ConformanceCase[]): Harm {
  const writes = cases.some(
    ({ subject, needs }) =>
      subject !== "verifier" &&
      !needs.some((need) => need === "rig") &&
      needs.some((need) => WRITES.has(need)),
  );
  return writes ? "writes" : "reads";
}

async function guard(
  { source }: NamedToken,
  harm: Harm,
  args: GuardArguments,
  { signal }: Context,
): Promise<void> {
  const look = await lookAtToken(source, signal);
  if (look.kind === "physical") assertAllowed(protectionInput(look, harm, args));
}

/** What a person allows, and what is known of the token, as its protection judges it. */
export function protectionInput(
  { info, held }: Extract<TokenLook, { kind: "physical" }>,
  harm: Harm,
  { destructive, serial }: GuardArguments,
): ProtectionInput {
  // A token with one nameless credential cannot tell of it: whoever means it says so.
  const isMeant = held === undefined && destructive && (serial ?? info.serial) === info.serial;
  return {
    isEmulated: isMeant,
    harm: destructive ? "destroys" : harm,
    info,
    held,
    ours: OURS,
    destructive,
    serial,
  };
}

/** A token as it was found before a run; nothing was written to it. */
export type TokenLook =
  /** It cannot be reached, or does not answer. */
  | { readonly kind: "absent"; readonly problem: string; readonly hint: string }
  /** Of this process, of a plug-in or behind a control socket: it has a rig. */
  | { readonly kind: "emulated"; readonly capabilities: Capabilities; readonly info: DeviceInfo }
  /** An operator's phone app takes one more account, and loses none. */
  | { readonly kind: "person"; readonly capabilities: Capabilities; readonly info: DeviceInfo }
  | {
      readonly kind: "physical";
      readonly capabilities: Capabilities;
      readonly info: DeviceInfo;
      /** Undefined: it does not tell. */
      readonly held: readonly CredentialInfo[] | undefined;
    };

/** Opens a token, reads what it is and holds. @throws what is no DeviceError; a signal's reason */
export async function lookAtToken(
  source: NamedToken["source"],
  signal: AbortSignal,
): Promise<TokenLook> {
  try {
    await using subject = await source.open({});
    const device = await subject.connect();
    const { info, capabilities } = device;
    if (subject.rig !== null) return { kind: "emulated", capabilities, info };
    if (info.driver === "operator") return { kind: "person", capabilities, info };
    const { list, provision, setTime } = capabilities;
    const writes = provision !== undefined || setTime;
    const held = !writes ? [] : list ? await device.list({ signal }) : undefined;
    return { kind: "physical", capabilities, info, held };
  } catch (error) {
    if (!(error instanceof DeviceError) || signal.aborted) throw error;
    return { kind: "absent", problem: error.message, hint: error.hint };
  }
}
