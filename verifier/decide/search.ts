// Where codes are looked for, and the search itself. A range goes below the watermark too: a code
// sent twice must be told from a guess, and a fresh code with the digits of a spent one from both.

import { timeStepAt } from "../../core/drift/steps.ts";
import { MAX_CODES, MAX_SEARCH } from "../engines/engine.ts";
import type { DecisionInput, DecisionKey } from "./decision.ts";
import { loginWindow } from "./window.ts";

/** Moving factors from `low` to `high`, both included; those that do not exist are skipped. */
export interface SearchRange {
  readonly low: bigint;
  readonly high: bigint;
}

/**
 * A login's candidates: the window by the policy's rule (RFC 6238 §5.2); or the look-ahead
 * window (RFC 4226 §7.4: the expected counter and s - 1 more) with as many spent counters.
 */
export function loginRange(input: DecisionInput): SearchRange {
  const { record, policy } = input;
  const { watermark } = record;
  if (record.parameters.kind === "hotp") {
    const s = BigInt(policy.lookAheadWindow);
    return { low: watermark - s + 1n, high: watermark + s };
  }
  const { low, high } = loginWindow(input, record.parameters);
  const nowStep = timeStepAt(input.receivedAtUs, record.parameters);
  return { low: nowStep + BigInt(low), high: nowStep + BigInt(high) };
}

/**
 * A pair's candidates; both codes must lie within. TOTP: `reach` steps before the earlier and after
 * the later of now and the recorded offset, because a clock may have gone on drifting or have been
 * set right; never beyond the cap. HOTP: `reach` counters after the expected one (RFC 4226 §7.4),
 * and the spent ones of a pair just used.
 */
export function pairRange(input: DecisionInput, reach: number): SearchRange {
  const { record, policy } = input;
  if (record.parameters.kind === "hotp") {
    const { watermark } = record;
    return {
      low: watermark - BigInt(policy.lookAheadWindow),
      high: watermark + 1n + BigInt(reach),
    };
  }
  const { offsetSteps } = record;
  const cap = policy.driftCapSteps;
  const low = Math.max(Math.min(0, offsetSteps) - reach, -cap);
  const high = Math.min(Math.max(0, offsetSteps) + reach, cap);
  const nowStep = timeStepAt(input.receivedAtUs, record.parameters);
  return { low: nowStep + BigInt(low), high: nowStep + BigInt(high) };
}

/** Whether no time step exists yet: now is before T0. Such a step never wraps to 2^64 - 1. */
export function isBeforeT0(input: DecisionInput): boolean {
  const { parameters } = input.record;
  return parameters.kind === "totp" && timeStepAt(input.receivedAtUs, parameters) < 0n;
}

/**
 * The moving factors of `range` whose code is `code`, in order. Computes every candidate, whatever
 * matches, and compares numbers, each in one step: the work tells nothing.
 */
export function matches(key: DecisionKey, code: string, range: SearchRange): readonly bigint[] {
  const wanted = Number(code);
  const { low, high } = existing(key, range);
  const width = Number(high - low) + 1;
  if (width < 1) return NOTHING;
  if (width <= MAX_SEARCH) return factorsOf(key.key.search(low, width, wanted), low);
  const found: bigint[] = [];
  for (let first = low; first <= high; first += PIECE) {
    const count = Math.min(MAX_CODES, Number(high - first) + 1);
    const codes = key.key.codes(first, count);
    for (let at = 0; at < count; at++) {
      if (codes[at] === wanted) found.push(first + BigInt(at));
    }
  }
  return found;
}

/** The moving factors whose bits are set, from that of bit 0, `first`, on, in order. */
export function factorsOf(mask: number, first: bigint): readonly bigint[] {
  if (mask === 0) return NOTHING;
  const found: bigint[] = [];
  for (let bit = 0; bit < MAX_SEARCH; bit++) {
    if (((mask >>> bit) & 1) === 1) found.push(first + BigInt(bit));
  }
  return found;
}

/** The first factors n of pairs n, n+1 within `range` that have these codes, in order. */
export function pairMatches(
  key: DecisionKey,
  codes: readonly [string, string],
  range: SearchRange,
): bigint[] {
  const found: bigint[] = [];
  const wanted = [Number(codes[0]), Number(codes[1])];
  const { low, high } = existing(key, range);
  let isFirstBefore = false;
  for (let first = low; first <= high; first += PIECE) {
    const count = Math.min(MAX_CODES, Number(high - first) + 1);
    const numbers = key.key.codes(first, count);
    for (let at = 0; at < count; at++) {
      const isSecond = numbers[at] === wanted[1];
      if (isFirstBefore && isSecond) found.push(first + BigInt(at - 1));
      isFirstBefore = numbers[at] === wanted[0];
    }
  }
  return found;
}

const PIECE = BigInt(MAX_CODES);
const NOTHING: readonly bigint[] = [];

/** The part of `range` that has codes. */
export function existing(key: DecisionKey, { low, high }: SearchRange): SearchRange {
  return {
    low: low > 0n ? low : 0n,
    high: high < key.highestMovingFactor ? high : key.highestMovingFactor,
  };
}
