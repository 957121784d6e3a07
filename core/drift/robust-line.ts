// A line through points of which some are wrong: point estimates of rate and offset over months of
// readings (protocol notes on clock drift, C6). Estimates, not bounds: those come from feasible.ts.

import type { ClockLine } from "./polygon.ts";

/** Middle of what is known of an offset at a time, seconds. */
export interface OffsetPoint {
  readonly at: number;
  readonly offset: number;
}

/** Pairs looked at by Theil-Sen; above, every n-th point pairs with all others. */
const MAX_PAIRS = 500_000;
/** Huber 1964: 95 % as efficient as least squares where errors are normal. */
const HUBER_K = 1.345;
const HUBER_ROUNDS = 50;
/** A normal distribution's standard deviation, in median absolute deviations. */
const SIGMA_PER_MAD = 1.4826;

/**
 * The median of the slopes of all pairs (Theil, Sen): up to 29 % of the points may be anywhere.
 * Null below two points of different times. The offset is that at time 0.
 */
export function theilSen(points: readonly OffsetPoint[]): ClockLine | null {
  const stride = Math.max(1, Math.ceil((points.length * (points.length - 1)) / 2 / MAX_PAIRS));
  const slopes: number[] = [];
  for (let i = 0; i < points.length; i += stride) {
    const a = points[i] as OffsetPoint;
    for (const [j, b] of points.entries()) {
      // With a stride both directions count, else every pair once.
      if (a.at === b.at || (stride === 1 && j <= i)) continue;
      slopes.push((b.offset - a.offset) / (b.at - a.at));
    }
  }
  if (slopes.length === 0) return null;
  const rate = medianOf(slopes);
  return { rate, offset: medianOf(points.map(({ at, offset }) => offset - rate * at)) };
}

/**
 * Huber's line: least squares, but points beyond 1.345 sigma count by their distance only. Starts
 * from Theil-Sen's. Null below two points of different times.
 */
export function huberLine(points: readonly OffsetPoint[]): ClockLine | null {
  let line = theilSen(points);
  if (line === null) return null;
  for (let round = 0; round < HUBER_ROUNDS; round++) {
    const { rate, offset }: ClockLine = line;
    const residuals = points.map((point) => point.offset - offset - rate * point.at);
    const sigma = SIGMA_PER_MAD * medianOf(residuals.map(Math.abs));
    if (sigma === 0) return line;
    const weights = residuals.map((residual) =>
      Math.min(1, (HUBER_K * sigma) / Math.max(Math.abs(residual), Number.MIN_VALUE)),
    );
    const next = weightedLine(points, weights);
    const moved = Math.abs(next.rate - rate) + Math.abs(next.offset - offset) * Number.EPSILON;
    line = next;
    if (moved <= Math.abs(rate) * 1e-12) break;
  }
  return line;
}

function weightedLine(points: readonly OffsetPoint[], weights: readonly number[]): ClockLine {
  let mass = 0;
  let at = 0;
  let offset = 0;
  for (const [index, point] of points.entries()) {
    const weight = weights[index] as number;
    mass += weight;
    at += weight * point.at;
    offset += weight * point.offset;
  }
  const centre = { at: at / mass, offset: offset / mass };
  let across = 0;
  let along = 0;
  for (const [index, point] of points.entries()) {
    const run = point.at - centre.at;
    across += (weights[index] as number) * run * (point.offset - centre.offset);
    along += (weights[index] as number) * run * run;
  }
  const rate = across / along;
  return { rate, offset: centre.offset - rate * centre.at };
}

/** Median; the lower middle's and the upper middle's mean. NaN of nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const upper = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  if (sorted.length % 2 === 1) return sorted[upper] as number;
  return ((sorted[upper - 1] as number) + (sorted[upper] as number)) / 2;
}
