// What a guesser achieves, in closed form (protocol notes on clock drift, section D).

import type { Policy } from "../../verifier/policy.ts";
import { CODES } from "./spec.ts";

const DAY_SECONDS = 86_400;
const DAYS_A_YEAR = 365.25;

/**
 * D1: the chance that a code is accepted whose clock is `z` steps ahead of the recorded offset
 * (typing delay taken off), where within the step it comes is even, and the window is -past to
 * +future.
 */
export function acceptChance(z: number, past: number, future: number): number {
  const overlap = Math.min(z + 1, future + 1) - Math.max(z, -past);
  return Math.min(1, Math.max(0, overlap));
}

/** The chance that `guesses` independent guesses hit one of `codes` valid codes at least once. */
export function guessChance(codes: number, guesses: number): number {
  return -Math.expm1(guesses * Math.log1p(-codes / CODES));
}

/**
 * Guesses a year that a policy lets through at most, beside a user who logs in `loginsAYear` times.
 *
 * A lock that ends by itself: as many as fit, and at most `guessesPerDay`. A lock that an operator
 * must lift: one less than the limit between two logins of the user, whose success forgets them, so
 * that nobody notices.
 */
export function guessesAYear(policy: Policy, loginsAYear: number): number {
  const { throttleLimit, lockSeconds, guessesPerDay } = policy;
  const daily = guessesPerDay > 0 ? guessesPerDay * DAYS_A_YEAR : Number.POSITIVE_INFINITY;
  const quiet = (throttleLimit - 1) * loginsAYear;
  if (lockSeconds === 0) return Math.min(daily, quiet);
  const locks = (DAY_SECONDS * DAYS_A_YEAR) / lockSeconds;
  return Math.min(daily, throttleLimit * locks);
}

/** What a verifier was attacked with. */
export interface AttackChances {
  /** That a single guess is right. */
  readonly aGuess: number;
  /** That one of the guesses is right that the throttle lets through in a row. */
  readonly aLock: number;
  /** That one of a year's guesses is right. */
  readonly aYear: number;
  readonly guessesAYear: number;
}

/** Chances against a mean of `codes` valid codes. */
export function attackChances(policy: Policy, codes: number, loginsAYear: number): AttackChances {
  const guesses = guessesAYear(policy, loginsAYear);
  return {
    aGuess: codes / CODES,
    aLock: guessChance(codes, policy.throttleLimit),
    aYear: guessChance(codes, guesses),
    guessesAYear: guesses,
  };
}
