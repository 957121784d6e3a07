// Many windows on one fleet: the trade-off between users refused and guesses let in, and the
// cheapest policy within limits.

import type { FleetResult, FleetRow } from "./result.ts";
import { rowsOf } from "./result.ts";
import { fleetPolicyOf, type NamedPolicy } from "./spec.ts";

/** What a policy may cost users and let attackers do. */
export interface SweepLimits {
  /** Rejected logins in 1,000, at every rhythm. */
  readonly maxRejectsPer1000: number;
  /** Chance that one of the guesses is right that the throttle lets through in a row. */
  readonly maxGuess: number;
}

/** Two in a thousand, one in ten thousand. */
export const SWEEP_LIMITS: SweepLimits = { maxRejectsPer1000: 2, maxGuess: 1e-4 };

/** A policy at its worst rhythm. */
export interface SweepPoint {
  readonly policy: string;
  readonly rejectsPer1000: number;
  readonly guess: number;
  /** Mean codes over the rhythms. */
  readonly codes: number;
  readonly isWithin: boolean;
  /** No other policy is better in one and as good in the other. */
  readonly isOnCurve: boolean;
}

/** @see sweepOf */
export interface Sweep {
  readonly limits: SweepLimits;
  /** Fewest codes first. */
  readonly points: readonly SweepPoint[];
  /** The policy within the limits with the fewest codes; null when there is none. */
  readonly cheapest: SweepPoint | null;
}

/** Windows to try: without tracking, RFC 6238, growing, and what codes leave possible. */
export function sweptPolicies(): readonly NamedPolicy[] {
  const untracked = [1, 2, 3, 5, 10, 20].map((steps) => `none-${steps}`);
  const rfc = ["rfc6238-1", "rfc6238/windowPast=2", "rfc6238-2", "rfc6238-3", "rfc6238-5"];
  const growth = [5, 10, 23, 46].map((ppm) => `gap-growth/growthPpm=${ppm}`);
  const tracker = [4, 5, 6, 8, 10, 12, 16, 24].map((cap) => `default/windowCap=${cap}`);
  const typing = [20, 30, 60].map((seconds) => `default/typingSeconds=${seconds}`);
  return [...untracked, ...rfc, ...growth, ...tracker, ...typing].map(fleetPolicyOf);
}

/** How a policy finds its window, in the words of its name: what comes before its numbers. */
export function familyOf(policy: string): string {
  return policy.replace(/(-\d+)?(\/.*)?$/, "");
}

/** The trade-off of a result's policies. */
export function sweepOf(result: FleetResult, limits: SweepLimits): Sweep {
  const rows = rowsOf(result);
  const raw = result.spec.policies.map(({ name }) =>
    worstOf(
      name,
      rows.filter(({ policy }) => policy === name),
    ),
  );
  const points = raw.map((point) => ({
    ...point,
    isWithin: point.rejectsPer1000 <= limits.maxRejectsPer1000 && point.guess <= limits.maxGuess,
    isOnCurve: !raw.some((other) => isBetter(other, point)),
  }));
  const sorted = points.toSorted(
    (a, b) => a.codes - b.codes || a.rejectsPer1000 - b.rejectsPer1000,
  );
  return { limits, points: sorted, cheapest: sorted.find(({ isWithin }) => isWithin) ?? null };
}

type RawPoint = Omit<SweepPoint, "isWithin" | "isOnCurve">;

function worstOf(policy: string, rows: readonly FleetRow[]): RawPoint {
  return {
    policy,
    rejectsPer1000: Math.max(...rows.map((row) => row.rejectsPer1000)),
    guess: Math.max(...rows.map((row) => row.guessALock)),
    codes: rows.reduce((sum, row) => sum + row.meanCodes, 0) / rows.length,
  };
}

function isBetter(a: RawPoint, b: RawPoint): boolean {
  const isNotWorse = a.rejectsPer1000 <= b.rejectsPer1000 && a.guess <= b.guess;
  return isNotWorse && (a.rejectsPer1000 < b.rejectsPer1000 || a.guess < b.guess);
}

/** `2/1000`, `0.2%` or `0.002`, as a share. @throws {RangeError} naming the option */
export function shareOf(option: string, text: string): number {
  const [, numerator, denominator] = /^(\d+(?:\.\d+)?)\/(\d{1,9})$/.exec(text) ?? [];
  const [, percent] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text) ?? [];
  const isPlain = /^\d+(\.\d+)?([eE]-?\d{1,2})?$/.test(text);
  let share = Number.NaN;
  if (numerator !== undefined) share = Number(numerator) / Number(denominator);
  else if (percent !== undefined) share = Number(percent) / 100;
  else if (isPlain) share = Number(text);
  if (share > 0 && share <= 1) return share;
  throw new RangeError(
    `${option} must be above 0, at most 1, such as 2/1000, 0.2% or 1e-4; got "${text}"`,
  );
}
