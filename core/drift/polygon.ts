// The polygon of clocks that fit, as points: to be drawn, and to be weighed. A clock is a rate and
// an offset at some time; for each rate the offsets that fit are an interval whose ends are
// piecewise linear in the rate, with corners at the slopes of the hulls' edges.

import type { FeasibleClocks, Interval } from "./feasible.ts";
import type { UpperHull } from "./hull.ts";

/** A clock: offset(u) = offset + rate * (u - at), for the `at` it was asked for. */
export interface ClockLine {
  /** Seconds a second. */
  readonly rate: number;
  /** Seconds, token minus host. */
  readonly offset: number;
}

/** Offsets at `at` that fit with one rate; low > high where none does. */
export function offsetsWithRate(clocks: FeasibleClocks, rate: number, at: number): Interval {
  return { low: touching(clocks.lower, rate, at), high: -touching(clocks.upper, -rate, at) };
}

/** Slopes at which the touched vertex of either hull changes, ascending. */
export function cornerRates(clocks: FeasibleClocks): readonly number[] {
  const upper = slopesOf(clocks.upper).map((slope) => -slope);
  return [...slopesOf(clocks.lower), ...upper].sort((a, b) => a - b);
}

/**
 * The corners of the polygon, in the order of a walk around it; offsets hold at `at`. Empty when no
 * clock fits or there is no reading.
 */
export function polygonOf(clocks: FeasibleClocks, at: number): readonly ClockLine[] {
  if (clocks.isEmpty || !clocks.isFeasible) return [];
  const rates = ratesAcross(clocks);
  const above = rates.map((rate) => ({ rate, offset: offsetsWithRate(clocks, rate, at).high }));
  const below = rates.map((rate) => ({ rate, offset: offsetsWithRate(clocks, rate, at).low }));
  return [...above, ...below.reverse()];
}

/**
 * The polygon's centre of mass: the mean of all clocks that fit, none preferred. Null when none
 * fits.
 */
export function centroidOf(clocks: FeasibleClocks, at: number): ClockLine | null {
  const rates = ratesAcross(clocks);
  if (clocks.isEmpty || !clocks.isFeasible) return null;
  let area = 0;
  let byRate = 0;
  let byOffset = 0;
  for (let index = 1; index < rates.length; index++) {
    const [from = 0, to = 0] = rates.slice(index - 1, index + 1);
    // Simpson's rule is exact for the products of two piecewise-linear terms.
    for (const [rate, weight] of [
      [from, 1],
      [(from + to) / 2, 4],
      [to, 1],
    ] as const) {
      const { low, high } = offsetsWithRate(clocks, rate, at);
      const share = (Math.max(0, high - low) * weight * (to - from)) / 6;
      area += share;
      byRate += share * rate;
      byOffset += (share * (low + high)) / 2;
    }
  }
  if (area > 0) return { rate: byRate / area, offset: byOffset / area };
  const { low, high } = clocks.rates;
  const rate = (low + high) / 2;
  const offsets = offsetsWithRate(clocks, rate, at);
  return { rate, offset: (offsets.low + offsets.high) / 2 };
}

function ratesAcross(clocks: FeasibleClocks): readonly number[] {
  const { low, high } = clocks.rates;
  return [low, ...cornerRates(clocks).filter((rate) => rate > low && rate < high), high];
}

function slopesOf({ times, values, length }: UpperHull): number[] {
  const slopes: number[] = [];
  for (let edge = 1; edge < length; edge++) {
    const run = (times[edge] as number) - (times[edge - 1] as number);
    slopes.push(((values[edge] as number) - (values[edge - 1] as number)) / run);
  }
  return slopes;
}

/** At `at`, the line of slope `rate` that touches the hull from above. */
function touching({ times, values, length }: UpperHull, rate: number, at: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let vertex = 0; vertex < length; vertex++) {
    const value = (values[vertex] as number) + rate * (at - (times[vertex] as number));
    if (value > highest) highest = value;
  }
  return highest;
}
