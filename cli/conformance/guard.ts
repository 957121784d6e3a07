// Looks at physical tokens before their cases run: a run that would take what somebody needs does
// not begin.

import type { ConformanceCase, Suite } from "../../conformance/case.ts";
import { type Selection, selectCases } from "../../conformance/run/selection.ts";
import { DeviceError } from "../../devices/errors.ts";
import { assertAllowed, type Harm } from "../../devices/protection.ts";
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
  { destructive, serial }: GuardArguments,
  { signal }: Context,
): Promise<void> {
  const look = await lookAt(source, signal);
  // Emulated by a plug-in, or not there.
  if (look === undefined) return;
  const { info, held } = look;
  // A token with one nameless credential cannot tell of it: whoever means it says so.
  const isMeant = held === undefined && destructive && (serial ?? info.serial) === info.serial;
  assertAllowed({
    isEmulated: isMeant,
    harm: destructive ? "destroys" : harm,
    info,
    held,
    ours: OURS,
    destructive,
    serial,
  });
}

async function lookAt(source: NamedToken["source"], signal: AbortSignal) {
  try {
    await using subject = await source.open({});
    if (subject.rig !== null) return undefined;
    const device = await subject.connect();
    const { list, provision, setTime } = device.capabilities;
    const writes = provision !== undefined || setTime;
    // An operator's phone app takes one more account, and loses none.
    if (device.info.driver === "operator") return undefined;
    const held = !writes ? [] : list ? await device.list({ signal }) : undefined;
    return { info: device.info, held };
  } catch (error) {
    if (!(error instanceof DeviceError) || signal.aborted) throw error;
    return undefined;
  }
}
