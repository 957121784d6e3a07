// When a token's step begins, as the host's clock has it: the solution of t + x(t) = k·X.

import { SECOND_US } from "../../core/time/clock.ts";
import type { Oscillator } from "../oscillator.ts";

/** A clock is at most so wrong when a solution is looked for: a zone, a reset after decades. */
const REACH_US: number = 40 * 365.25 * 86_400 * SECOND_US;
/** Halvings of 80 years down to a thousandth of a microsecond, which doubles cannot tell. */
const MOST_HALVINGS = 64;
/** Rounds of t = k·X - x(t): a clock of 1 % gains two digits a round. */
const MOST_ROUNDS = 12;
const EXACT_US = 0.01;

/**
 * True time, microseconds since the token was made, at which its own time reaches `tokenUs`.
 *
 * A clock that runs reaches it within a thousandth of a microsecond. One that is put forward over
 * `tokenUs` reaches it at the step; one that was put back reaches it more than once: any of these
 * is given. A clock that stands still before never does: Infinity.
 */
export function whenTokenTimeIs(tokenUs: number, oscillator: Oscillator): number {
  let at = Math.max(0, tokenUs - oscillator.phaseUs(Math.max(0, tokenUs)));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const error = at + oscillator.phaseUs(at) - tokenUs;
    if (Math.abs(error) <= EXACT_US) return at;
    at = Math.max(0, at - error);
  }
  return bisected(tokenUs, oscillator);
}

/** True time, microseconds, at which step `step` of `stepSeconds` begins. @see whenTokenTimeIs */
export function edgeUs(step: number, stepSeconds: number, oscillator: Oscillator): number {
  return whenTokenTimeIs(step * stepSeconds * SECOND_US, oscillator);
}

function bisected(tokenUs: number, { phaseUs }: Oscillator): number {
  let before = 0;
  let after = tokenUs + REACH_US;
  if (after + phaseUs(after) < tokenUs) return Number.POSITIVE_INFINITY;
  if (before + phaseUs(before) >= tokenUs) return before;
  for (let halving = 0; halving < MOST_HALVINGS && after - before > EXACT_US; halving++) {
    const middle = (before + after) / 2;
    if (middle + phaseUs(middle) < tokenUs) before = middle;
    else after = middle;
  }
  return after;
}
