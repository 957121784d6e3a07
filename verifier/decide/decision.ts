// What all decisions share: their input, their output, and how a failure is booked.

import { SECOND_US } from "../../core/time/clock.ts";
import type { EngineKey } from "../engines/engine.ts";
import type { Policy } from "../policy.ts";
import type { TokenRecord } from "../record.ts";
import type { Act, RefusalReason, Refused, Verdict } from "../verdict.ts";

const DAY_US: number = 86_400 * SECOND_US;

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

/** Why the key may not be used at this time (RFC 6030 §5), or null: nothing is evaluated then. */
export function outsideDates({
  record: { validFromUs, validUntilUs },
  receivedAtUs,
}: DecisionInput): "not-yet-valid" | "no-longer-valid" | null {
  if (validFromUs !== null && receivedAtUs < validFromUs) return "not-yet-valid";
  if (validUntilUs !== null && receivedAtUs > validUntilUs) return "no-longer-valid";
  return null;
}

/**
 * Refuses and counts a failure (RFC 4226 §7.3), in a row and in the day; the limit locks the token.
 * Whatever code was remembered is forgotten.
 */
export function fail(input: DecisionInput, act: Act, reason: RefusalReason): Decision {
  const { policy, receivedAtUs } = input;
  const record = unlockedInTime(input);
  const failures = record.failures + 1;
  const locked = failures >= policy.throttleLimit;
  const { guesses } = record;
  return {
    verdict: { outcome: "refused", act, reason },
    record: {
      ...record,
      failures,
      lastFailureAtUs: receivedAtUs,
      locked,
      lockedUntilUs:
        locked && policy.lockSeconds > 0 ? receivedAtUs + policy.lockSeconds * SECOND_US : null,
      guesses:
        guesses.count === 0 || isOver(guesses.sinceUs, receivedAtUs)
          ? { count: 1, sinceUs: receivedAtUs }
          : { count: guesses.count + 1, sinceUs: guesses.sinceUs },
      remembered: null,
    },
  };
}

/**
 * Why nothing may be evaluated now, or null. After A failures the next try waits A times the delay
 * (RFC 4226 §7.3, delay scheme); after a day's guesses it waits for the next day, which begins with
 * a guess: there are never more than that in a day, nor twice that in any 24 hours. A clock that
 * was set back prolongs each wait.
 */
export function throttled(input: DecisionInput, act: Act): Refused | null {
  const { record, policy, receivedAtUs } = input;
  const { lockedUntilUs, guesses } = record;
  if (record.locked && !isLockOver(input)) {
    const locked = { outcome: "refused", act, reason: "locked" } as const;
    return lockedUntilUs === null ? locked : { ...locked, retryAtUs: lockedUntilUs };
  }
  let retryAtUs = Number.NEGATIVE_INFINITY;
  if (!record.locked && record.failures > 0 && policy.delaySeconds > 0) {
    retryAtUs = record.lastFailureAtUs + record.failures * policy.delaySeconds * SECOND_US;
  }
  const isSpent = policy.guessesPerDay > 0 && guesses.count >= policy.guessesPerDay;
  if (isSpent) retryAtUs = Math.max(retryAtUs, guesses.sinceUs + DAY_US);
  if (receivedAtUs >= retryAtUs) return null;
  return { outcome: "refused", act, reason: "throttled", retryAtUs };
}

function isLockOver({ record, receivedAtUs }: DecisionInput): boolean {
  return record.lockedUntilUs !== null && receivedAtUs >= record.lockedUntilUs;
}

/** A timed lock that ended is forgotten, and so are the failures that led to it. */
function unlockedInTime(input: DecisionInput): TokenRecord {
  const { record } = input;
  if (!record.locked || !isLockOver(input)) return record;
  return { ...record, locked: false, lockedUntilUs: null, failures: 0 };
}

function isOver(sinceUs: number, nowUs: number): boolean {
  return nowUs >= sinceUs + DAY_US;
}
