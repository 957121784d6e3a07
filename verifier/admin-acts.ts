// What operators' acts make of a record. None of them lowers a watermark.

import { timeStepAt } from "../core/drift/steps.ts";
import { startedClock } from "./decide/offset.ts";
import type { Policy } from "./policy.ts";
import type { TokenRecord } from "./record.ts";

/** The lock lifted and failures forgotten, those of the day too. */
export function unlocked(record: TokenRecord): TokenRecord {
  return {
    ...record,
    locked: false,
    lockedUntilUs: null,
    failures: 0,
    lastFailureAtUs: 0,
    guesses: { count: 0, sinceUs: 0 },
  };
}

/** The offset as an operator says; tracking begins anew from there. */
export function withOffset(
  record: TokenRecord,
  offsetSteps: number,
  policy: Policy,
  atUs: number,
): TokenRecord {
  const { parameters } = record;
  if (parameters.kind === "hotp") throw new RangeError("an HOTP token has no offset");
  const timeStep = timeStepAt(atUs, parameters) + BigInt(offsetSteps);
  const input = { record, policy, receivedAtUs: atUs };
  return { ...record, ...startedClock(input, timeStep, offsetSteps), remembered: null };
}

/** @throws {RangeError} unless it is a whole number of steps within the policy's cap */
export function assertOffset(offsetSteps: number, { driftCapSteps }: Policy): void {
  if (!Number.isInteger(offsetSteps) || Math.abs(offsetSteps) > driftCapSteps) {
    throw new RangeError(
      `offsetSteps must be a whole number from -${driftCapSteps} to ${driftCapSteps}, ` +
        `got ${offsetSteps}`,
    );
  }
}

/**
 * After an old backup was restored: every step a token may have shown up to `atUs` counts as
 * consumed. Null when that changes nothing, or for counters: how many presses were accepted since
 * the backup, no clock can tell.
 */
export function raised(record: TokenRecord, policy: Policy, atUs: number): TokenRecord | null {
  const { parameters, watermark, offsetSteps } = record;
  if (parameters.kind === "hotp") return null;
  const reach = policy.windowRule === "offset" ? policy.windowFuture : policy.windowCap;
  const floor = timeStepAt(atUs, parameters) + BigInt(Math.max(0, offsetSteps) + reach);
  return floor > watermark ? { ...record, watermark: floor, remembered: null } : null;
}
