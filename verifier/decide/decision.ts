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

/** Whether two codes are equal, in a time that does not depend on where they differ. */
export function sameCode(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) {
    difference |= a.charCodeAt(at) ^ b.charCodeAt(at % Math.max(1, b.length));
  }
  return difference === 0;
}

/**
 * The moving factors from `low` to `high`, both included, that exist and whose code is `code`.
 * Computes every candidate, whatever matches: the work tells nothing.
 */
export function matches(key: DecisionKey, code: string, low: bigint, high: bigint): bigint[] {
  const found: bigint[] = [];
  const last = high < key.highestMovingFactor ? high : key.highestMovingFactor;
  for (let factor = low > 0n ? low : 0n; factor <= last; factor++) {
    if (sameCode(key.key.codeAt(factor), code)) found.push(factor);
  }
  return found;
}

/** The first factors n of pairs n, n+1 with these codes, n from `low`, n+1 up to `high`. */
export function pairMatches(
  key: DecisionKey,
  codes: readonly [string, string],
  low: bigint,
  high: bigint,
): bigint[] {
  const found: bigint[] = [];
  const last = high < key.highestMovingFactor ? high : key.highestMovingFactor;
  let factor = low > 0n ? low : 0n;
  if (factor > last) return found;
  let current = key.key.codeAt(factor);
  for (; factor < last; factor++) {
    const next = key.key.codeAt(factor + 1n);
    const first = sameCode(current, codes[0]);
    const second = sameCode(next, codes[1]);
    if (first && second) found.push(factor);
    current = next;
  }
  return found;
}
