// When the beginnings of steps ("edges") may come, by the clocks that fit.

import type { FeasibleClocks, Interval } from "./feasible.ts";
import { remainderOf } from "./placement.ts";
import { polygonOf } from "./polygon.ts";

/** Edges looked at before one is given up for the next. */
const TRIES = 4;

/** When token time reaches `tokenTime`, host seconds. */
export function edgeWindow(clocks: FeasibleClocks, tokenTime: number): Interval {
  let low = tokenTime;
  let high = tokenTime;
  // t + offset(t) = tokenTime: the offset hardly depends on t, three rounds settle it.
  for (let round = 0; round < 3; round++) {
    low = tokenTime - clocks.offsetAt(low).high;
    high = tokenTime - clocks.offsetAt(high).low;
  }
  return { low, high };
}

/** Number of the first edge whose window's middle, less `lead`, is at or behind `time`. */
export function edgeAfter(
  clocks: FeasibleClocks,
  time: number,
  stepSeconds: number,
  lead: number,
): number {
  const middle = ({ low, high }: Interval): number => (low + high) / 2;
  const edge = Math.floor((time + middle(clocks.offsetAt(time))) / stepSeconds);
  for (let tries = 0; tries < TRIES; tries++) {
    const window = edgeWindow(clocks, (edge + tries) * stepSeconds);
    if (middle(window) - lead >= time) return edge + tries;
  }
  return edge + TRIES;
}

/** Width of the offsets that fit at `at`, on average over the rates that do: no drift in it. */
export function meanWidth(clocks: FeasibleClocks, at: number): number {
  const { area, rates } = remainderOf(polygonOf(clocks, at), 0, Number.NEGATIVE_INFINITY, 1);
  return rates > 0 ? area / rates : 0;
}
