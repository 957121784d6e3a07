// How far a clock is from a straight line (protocol notes on clock drift, C2). Readings of a real
// crystal may fit no line at all: temperature bends it, digital trimming makes it jump. The least
// allowance with which some line fits, "eta", says by how much; and with an allowance the bounds
// speak of clocks that stray that far from their line.

import { FeasibleClocks, type FeasibleClocksOptions } from "./feasible.ts";
import { type ClockLine, cornerRates, offsetsWithRate } from "./polygon.ts";

/** @see leastStray */
export interface Stray {
  /** Least allowance on every bound with which a line fits, seconds; 0 for a straight clock. */
  readonly straySeconds: number;
  /** The line that then fits; its offset is that at the time asked for. */
  readonly line: ClockLine;
}

/**
 * The least stray from a line that explains all readings: half the minimum over all rates of
 * f(rate) = lowest offset - highest offset, which is convex and piecewise linear. Rates believed
 * impossible beforehand are looked at too. O(vertices squared).
 *
 * @param at seconds; where the line's offset is told
 */
export function leastStray(clocks: FeasibleClocks, at: number): Stray {
  const { low, high } = clocks.rates;
  let best: Stray = { straySeconds: Number.POSITIVE_INFINITY, line: { rate: 0, offset: 0 } };
  for (const rate of [(low + high) / 2, ...cornerRates(clocks)]) {
    const offsets = offsetsWithRate(clocks, rate, at);
    const straySeconds = Math.max(0, (offsets.low - offsets.high) / 2);
    if (straySeconds >= best.straySeconds) continue;
    best = { straySeconds, line: { rate, offset: (offsets.low + offsets.high) / 2 } };
  }
  return clocks.isFeasible ? { ...best, straySeconds: 0 } : best;
}

/** The clocks that fit when each bound may be missed by `straySeconds`. `clocks` stays as it is. */
export function withStray(
  clocks: FeasibleClocks,
  straySeconds: number,
  options: FeasibleClocksOptions = {},
): FeasibleClocks {
  const relaxed = new FeasibleClocks(options);
  for (const side of ["lower", "upper"] as const) {
    const { times, values, length } = clocks[side];
    for (let at = 0; at < length; at++) {
      relaxed[side].add(times[at] as number, (values[at] as number) - straySeconds);
    }
  }
  relaxed.recompute();
  return relaxed;
}
