// What all decisions share: their input, their output, and how a failure is booked.

import type { EngineKey } from "../engines/engine.ts";
import type { Policy } from "../policy.ts";
import type { TokenRecord } from "../record.ts";
import type { Act, RefusalReason, Refused, Verdict } from "../verdict.ts";

/** A key with the range of moving factors its engine can compute. */
export interface DecisionKey {
  readonly key: EngineKey;
  readonly highestMovingFactor: bigint;
}

/** What a decision is made from, besides the codes. */
export interface DecisionInput {
  readonly record: TokenRecord;
  readonly key: DecisionKey;
  readonly policy: Policy;
  /** When the codes were received, microseconds since the Unix epoch. Read once a request. */
  readonly receivedAtUs: number;
}

/** A decision: the answer, and the record to be stored if it differs from the one given. */
export interface Decision {
  readonly verdict: Verdict;
  readonly record: TokenRecord;
}

/** Refuses and leaves the record as it is: nothing was evaluated, or it was no guess. */
export function refuse(input: DecisionInput, act: Act, reason: RefusalReason): Decision {
  return { verdict: { outcome: "refused", act, reason }, record: input.record };
}

/** Refuses and counts a failure (RFC 4226 §7.3); the limit locks the token. */
export function fail(input: DecisionInput, act: Act, reason: RefusalReason): Decision {
  const failures = input.record.failures + 1;
  return {
    verdict: { outcome: "refused", act, reason },
    record: {
      ...input.record,
      failures,
      lastFailureAtUs: input.receivedAtUs,
      locked: failures >= input.policy.throttleLimit,
    },
  };
}

/**
 * Why nothing may be evaluated now, or null. After A failures the next try waits A times the delay
 * (RFC 4226 §7.3, delay scheme); a clock that was set back prolongs the wait.
 */
export function throttled(input: DecisionInput, act: Act): Refused | null {
  const { record, policy, receivedAtUs } = input;
  if (record.locked) return { outcome: "refused", act, reason: "locked" };
  if (record.failures === 0 || policy.delaySeconds === 0) return null;
  const retryAtUs = record.lastFailureAtUs + record.failures * policy.delaySeconds * 1_000_000;
  if (receivedAtUs >= retryAtUs) return null;
  return { outcome: "refused", act, reason: "throttled", retryAtUs };
}
