// The two ends of a stretch. The mean rate between them is told by the readings near both, whatever
// the clock did in between: a crystal that bends by a few milliseconds over a day may fit a line
// through all of its readings by a hair, and that line's rate would be known too well.

import type { FeasibleClocks, Interval } from "../../core/drift/feasible.ts";
import type { HostReading } from "./readings.ts";

/** An end is this share of the stretch, and within these bounds, seconds. */
const SHARE = 0.02;
const LEAST = 600;
const MOST = 3600;

/** Readings near the beginning or the end of a stretch; all of a short one. */
export function endReadings(
  readings: readonly HostReading[],
  from: number,
  to: number,
): readonly HostReading[] {
  const length = Math.min(MOST, Math.max(LEAST, SHARE * (to - from)));
  if (to - from <= 2 * length) return readings;
  return readings.filter((one) => one.from <= from + length || one.to >= to - length);
}

/** Both intervals, and what is between them. */
export function hullOf(one: Interval, other: Interval): Interval {
  return { low: Math.min(one.low, other.low), high: Math.max(one.high, other.high) };
}

/** Rates of clocks that fit; `otherwise` where none does. */
export function ratesOr(clocks: FeasibleClocks, otherwise: Interval): Interval {
  return clocks.isFeasible && !clocks.isEmpty ? clocks.rates : otherwise;
}
