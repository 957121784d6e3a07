// The clocks that fit a set of readings. A clock is a line: offset(u) = theta + rho * u, token time
// minus host time, u host seconds since a reference. A reading bounds it from below at one time and
// from above at another; all lines within all bounds are a convex polygon in (theta, rho), and what
// is said of offset and rate here are the polygon's extremes: guaranteed, not estimated.
//
// A lower bound (b, L) and an upper bound (a, U) together say rho * (a - b) <= U - L, and a line
// exists exactly when every such pair can be met by one rho. So the whole polygon is known from two
// hulls and the two extreme rates.

import { UpperHull } from "./hull.ts";

/** What one reading says: offset(lowerAt) >= lower and offset(upperAt) <= upper; all seconds. */
export interface OffsetConstraint {
  readonly lowerAt: number;
  readonly lower: number;
  readonly upperAt: number;
  readonly upper: number;
}

/** A closed interval; low > high where nothing fits. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** @see FeasibleClocks */
export interface FeasibleClocksOptions {
  /** Rates believed possible beforehand, seconds a second (1e-6 = 1 ppm); default +-1. */
  readonly rateLow?: number;
  readonly rateHigh?: number;
  /** Bound on the vertices of each hull; default none. */
  readonly maxVertices?: number;
}

/** All clocks that fit the readings so far. Mutable; `add` costs O(hull vertices). */
export class FeasibleClocks {
  /** Upper hull of the lower bounds (time b, L). */
  readonly lower: UpperHull;
  /** Upper hull of the negated upper bounds (time a, -U). */
  readonly upper: UpperHull;
  readonly #priorLow: number;
  readonly #priorHigh: number;
  #rateLow: number;
  #rateHigh: number;
  /** Whether bounds at one and the same time contradict each other, which no rate can mend. */
  #crossed = false;
  // The vertices that decide offsets behind the last reading: kept, so that a query is O(1).
  #lowerTangent = -1;
  #upperTangent = -1;
  #latest = Number.NEGATIVE_INFINITY;

  constructor(options: FeasibleClocksOptions = {}) {
    this.#priorLow = options.rateLow ?? -1;
    this.#priorHigh = options.rateHigh ?? 1;
    this.#rateLow = this.#priorLow;
    this.#rateHigh = this.#priorHigh;
    this.lower = new UpperHull(options.maxVertices);
    this.upper = new UpperHull(options.maxVertices);
  }

  /** Rates that fit, seconds a second. */
  get rates(): Interval {
    return { low: this.#rateLow, high: this.#rateHigh };
  }

  /** Whether any clock fits. */
  get isFeasible(): boolean {
    return !this.#crossed && this.#rateLow <= this.#rateHigh;
  }

  get isEmpty(): boolean {
    return this.lower.length === 0;
  }

  /** Latest time any reading speaks of; -Infinity without readings. */
  get latest(): number {
    return this.#latest;
  }

  /** Whether some clock would still fit with this reading, which is not added. */
  fits(constraint: OffsetConstraint): boolean {
    const { lowerAt, lower, upperAt, upper } = constraint;
    const asLower = this.#boundsBy(this.upper, lowerAt, lower, 1);
    const asUpper = this.#boundsBy(this.lower, upperAt, -upper, -1);
    if (asLower.crossed || asUpper.crossed) return false;
    const low = Math.max(this.#rateLow, asLower.low, asUpper.low);
    const high = Math.min(this.#rateHigh, asLower.high, asUpper.high);
    return this.isFeasible && low <= high;
  }

  /** Takes a reading in; what no longer fits is gone. Check `isFeasible` afterwards. */
  add(constraint: OffsetConstraint): void {
    const { lowerAt, lower, upperAt, upper } = constraint;
    this.#narrow(this.#boundsBy(this.upper, lowerAt, lower, 1));
    this.lower.add(lowerAt, lower);
    this.#narrow(this.#boundsBy(this.lower, upperAt, -upper, -1));
    this.upper.add(upperAt, -upper);
    this.#latest = Math.max(this.#latest, lowerAt, upperAt);
    this.#findTangents();
  }

  /**
   * Offsets that fit at `at`. O(1) at or behind the latest reading, else O(vertices squared).
   * Without readings everything fits.
   */
  offsetAt(at: number): Interval {
    if (at < this.#latest) {
      return { low: -this.#extreme(this.lower, at, -1), high: this.#extreme(this.upper, at, 1) };
    }
    return { low: this.lowAfter(at), high: this.highAfter(at) };
  }

  /** Lowest offset that fits at `at`, which is at or behind the latest reading. */
  lowAfter(at: number): number {
    const vertex = this.#lowerTangent;
    if (vertex < 0) return Number.NEGATIVE_INFINITY;
    const { times, values } = this.lower;
    return (values[vertex] as number) + this.#rateLow * (at - (times[vertex] as number));
  }

  /** Highest offset that fits at `at`, which is at or behind the latest reading. */
  highAfter(at: number): number {
    const vertex = this.#upperTangent;
    if (vertex < 0) return Number.POSITIVE_INFINITY;
    const { times, values } = this.upper;
    return -(values[vertex] as number) + this.#rateHigh * (at - (times[vertex] as number));
  }

  /**
   * Forgets bounds that speak of times before `time`, but the last `keep` of each hull; rates are
   * worked out anew from the rest.
   */
  forgetBefore(time: number, keep = 0): void {
    const forgotLower = this.lower.forgetBefore(time, keep);
    const forgotUpper = this.upper.forgetBefore(time, keep);
    if (!forgotLower && !forgotUpper) return;
    this.recompute();
  }

  /** Works rates and tangents out from the hulls alone. */
  recompute(): void {
    this.#rateLow = this.#priorLow;
    this.#rateHigh = this.#priorHigh;
    this.#crossed = false;
    const { times, values, length } = this.lower;
    for (let at = 0; at < length; at++) {
      this.#narrow(this.#boundsBy(this.upper, times[at] as number, values[at] as number, 1));
    }
    const lastLower = length > 0 ? (times[length - 1] as number) : Number.NEGATIVE_INFINITY;
    const uppers = this.upper.length;
    const lastUpper =
      uppers > 0 ? (this.upper.times[uppers - 1] as number) : Number.NEGATIVE_INFINITY;
    this.#latest = Math.max(lastLower, lastUpper);
    this.#findTangents();
  }

  /** Forgets all readings. */
  clear(): void {
    this.lower.clear();
    this.upper.clear();
    this.recompute();
  }

  /** Makes this a copy of `other`, which was made with the same options. */
  copyFrom(other: FeasibleClocks): void {
    this.lower.copyFrom(other.lower);
    this.upper.copyFrom(other.upper);
    this.#rateLow = other.#rateLow;
    this.#rateHigh = other.#rateHigh;
    this.#crossed = other.#crossed;
    this.#latest = other.#latest;
    this.#lowerTangent = other.#lowerTangent;
    this.#upperTangent = other.#upperTangent;
  }

  /** Narrows the rates to those kept beside the hulls: they may know of vertices thinned out. */
  narrowRates(rates: Interval): void {
    this.#rateLow = Math.max(this.#rateLow, rates.low);
    this.#rateHigh = Math.min(this.#rateHigh, rates.high);
    this.#findTangents();
  }

  /**
   * Rates left by one bound against all bounds of the other kind. `sign` 1: a lower bound (time,
   * value = L) against the upper hull; -1: an upper bound (time, value = -U) against the lower one.
   */
  #boundsBy(others: UpperHull, time: number, value: number, sign: 1 | -1): RateBounds {
    let low = Number.NEGATIVE_INFINITY;
    let high = Number.POSITIVE_INFINITY;
    let crossed = false;
    const { times, values, length } = others;
    for (let at = 0; at < length; at++) {
      // U - L, and the time of the upper bound minus the time of the lower one.
      const room = -value - (values[at] as number);
      const run = sign * ((times[at] as number) - time);
      if (run > 0) high = Math.min(high, room / run);
      else if (run < 0) low = Math.max(low, room / run);
      else if (room < 0) crossed = true;
    }
    return { low, high, crossed };
  }

  #narrow(bounds: RateBounds): void {
    this.#rateLow = Math.max(this.#rateLow, bounds.low);
    this.#rateHigh = Math.min(this.#rateHigh, bounds.high);
    this.#crossed ||= bounds.crossed;
  }

  /** Behind all readings the highest offset is the highest rate's, and the lowest the lowest's. */
  #findTangents(): void {
    this.#lowerTangent = highestAt(this.lower, this.#rateLow);
    this.#upperTangent = highestAt(this.upper, -this.#rateHigh);
  }

  /**
   * Largest value at `at` of the lines within the rates that run below the negated hull; with
   * `sign` -1 the same of the mirrored problem. Concave and piecewise linear in the rate: its
   * breakpoints are the slopes of the hull's edges.
   */
  #extreme(hull: UpperHull, at: number, sign: 1 | -1): number {
    const low = sign === 1 ? this.#rateLow : -this.#rateHigh;
    const high = sign === 1 ? this.#rateHigh : -this.#rateLow;
    if (hull.length === 0) return Number.POSITIVE_INFINITY;
    let best = Math.max(lineBelow(hull, at, low), lineBelow(hull, at, high));
    for (let edge = 1; edge < hull.length; edge++) {
      const run = (hull.times[edge] as number) - (hull.times[edge - 1] as number);
      const rise = (hull.values[edge] as number) - (hull.values[edge - 1] as number);
      const rate = -rise / run;
      if (rate > low && rate < high) best = Math.max(best, lineBelow(hull, at, rate));
    }
    return best;
  }
}

interface RateBounds extends Interval {
  readonly crossed: boolean;
}

/** Vertex where the line of slope `rate` above the hull touches it; -1 without vertices. */
function highestAt(hull: UpperHull, rate: number): number {
  const { times, values, length } = hull;
  let best = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < length; at++) {
    const value = (values[at] as number) - rate * (times[at] as number);
    if (value > highest) {
      highest = value;
      best = at;
    }
  }
  return best;
}

/** At `at`, the highest line of slope `rate` that runs below all negated vertices. */
function lineBelow(hull: UpperHull, at: number, rate: number): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (let vertex = 0; vertex < hull.length; vertex++) {
    const value = -(hull.values[vertex] as number) + rate * (at - (hull.times[vertex] as number));
    if (value < lowest) lowest = value;
  }
  return lowest;
}
