// What happened to a token's clock, by where its code was found (core/drift/classify.ts), and what
// its record remembers of that.

import { type ClockFault, classifyClock } from "../../core/drift/classify.ts";
import { SECOND_US } from "../../core/time/clock.ts";
import { type ClockJump, JUMP_KINDS, MAX_JUMPS, type TokenRecord } from "../record.ts";
import { ratePpmOf } from "../tracker-settings.ts";
import type { DecisionInput } from "./decision.ts";

/** Steps that a code may be off without its clock having jumped. */
const TOLERANCE_STEPS = 2;

/** A fault, how far the clock is from where it was expected, and how exactly that is known. */
export interface FoundFault {
  readonly fault: ClockFault;
  readonly jumpSeconds: number;
  readonly toleranceSeconds: number;
}

/** What happened to the clock of a token whose code lies `offsetSteps` from now; null for HOTP. */
export function faultOf(input: Omit<DecisionInput, "key">, offsetSteps: number): FoundFault | null {
  const { record, policy, receivedAtUs } = input;
  const { parameters, anchor, jumps } = record;
  if (parameters.kind === "hotp") return null;
  const { stepSeconds } = parameters;
  const toleranceSeconds = TOLERANCE_STEPS * stepSeconds;
  const fault = classifyClock({
    stepSeconds,
    toleranceSeconds,
    expectedSeconds: record.offsetSteps * stepSeconds,
    foundSeconds: offsetSteps * stepSeconds,
    anchorSeconds: anchor.offsetSteps * stepSeconds,
    sinceSeconds: (receivedAtUs - (record.lastAcceptedAtUs ?? anchor.atUs)) / SECOND_US,
    ratePpm: ratePpmOf(policy, record.clock),
    earlierJumps: jumps.map(({ seconds }) => seconds),
  });
  const jumpSeconds = (offsetSteps - record.offsetSteps) * stepSeconds;
  return { fault, jumpSeconds, toleranceSeconds };
}

/** The jumps of a record, with one that was found now. */
export function rememberedJumps(
  { jumps }: TokenRecord,
  found: FoundFault | null,
  atUs: number,
): readonly ClockJump[] {
  const kind = JUMP_KINDS.find((one) => one === found?.fault.kind);
  if (found === null || kind === undefined) return jumps;
  return [...jumps, { atUs, seconds: found.jumpSeconds, kind }].slice(-MAX_JUMPS);
}
