// When a read tells most (protocol notes on clock drift, C4). A code says whether a step had begun:
// a line through the polygon of clocks that fit, one side of which falls away. A read between its
// request and its answer cannot say more finely when it looked, so each side keeps a margin: the
// best moment is where what is expected to be left, the margins counted, is least.

import type { ClockLine } from "./polygon.ts";

/** What is to become small: the polygon's area, or the width of its rates. */
export type Aim = "area" | "rates";

/** What is left of a polygon. */
export interface Remainder {
  readonly area: number;
  /** Width of its rates, seconds a second. */
  readonly rates: number;
}

/** @see bestReadTime */
export interface PlacementInput {
  /** The polygon's corners in their order; offsets hold at `at`. */
  readonly corners: readonly ClockLine[];
  readonly at: number;
  /** Token time, as offsets count it, at which the step begins. */
  readonly edge: number;
  /** Round trips seen, seconds. */
  readonly roundTrips: readonly number[];
  readonly leastLatencySeconds: number;
  readonly lagSeconds: number;
  readonly aim: Aim;
}

/** Moments tried, by golden section: a hundredth of the span they lie in is fine enough. */
const TRIES = 10;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** The best moment is not beyond this share of the window from its middle. */
const SEARCHED_SHARE = 0.3;
const QUANTILES: readonly number[] = [0.15, 0.5, 0.85];

/** When to ask for the code, host seconds, so that the beginning of a step is known best. */
export function bestReadTime(input: PlacementInput): number {
  const { corners, at, edge, roundTrips } = input;
  const window = edgeWindowOf(corners, at, edge);
  const latencies = quantilesOf(roundTrips);
  const median = latencies[1] ?? 0;
  const middle = (window.low + window.high - median) / 2;
  const reach = SEARCHED_SHARE * (window.high - window.low) + median / 2;
  const whole = remainderOf(corners, 0, Number.NEGATIVE_INFINITY, 1).area;
  if (!(reach > 0 && whole > 0)) return middle;
  const cost = (asked: number): number => expectedLeft(input, latencies, whole, asked);
  let [low, high] = [middle - reach, middle + reach];
  let first = high - GOLDEN * reach * 2;
  let second = low + GOLDEN * reach * 2;
  let costs = [cost(first), cost(second)] as [number, number];
  for (let tried = 2; tried < TRIES; tried++) {
    if (costs[0] <= costs[1]) {
      [high, second] = [second, first];
      first = high - GOLDEN * (high - low);
      costs = [cost(first), costs[0]];
    } else {
      [low, first] = [first, second];
      second = low + GOLDEN * (high - low);
      costs = [costs[1], cost(second)];
    }
  }
  return costs[0] <= costs[1] ? first : second;
}

/** Logarithm of what a read asked for at `asked` is expected to leave. */
function expectedLeft(
  { corners, at, edge, leastLatencySeconds: least, lagSeconds: lag, aim }: PlacementInput,
  latencies: readonly number[],
  whole: number,
  asked: number,
): number {
  const kept = asked + least - lag;
  const before = logOf(remainderOf(corners, kept - at, edge - kept, -1)[aim]);
  let left = 0;
  for (const roundTrip of latencies) {
    const looked = asked + roundTrip / 2;
    const answered = asked + Math.max(roundTrip - least, roundTrip / 2);
    const share = remainderOf(corners, looked - at, edge - looked, 1).area / whole;
    const after = logOf(remainderOf(corners, answered - at, edge - answered, 1)[aim]);
    left += share * after + (1 - share) * before;
  }
  return left;
}

/** When the step may begin. */
function edgeWindowOf(
  corners: readonly ClockLine[],
  at: number,
  edge: number,
): { readonly low: number; readonly high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { rate, offset } of corners) {
    // t + offset + rate (t - at) = edge.
    const begins = at + (edge - at - offset) / (1 + rate);
    low = Math.min(low, begins);
    high = Math.max(high, begins);
  }
  return { low, high };
}

/**
 * What is left of a polygon when its clocks' offsets, `later` seconds after the time of its
 * corners, are at least `level` (side 1), or at most (side -1).
 */
export function remainderOf(
  corners: readonly ClockLine[],
  later: number,
  level: number,
  side: 1 | -1,
): Remainder {
  const outline = new Outline();
  const count = corners.length;
  if (count === 0) return outline;
  let a = corners[count - 1] as ClockLine;
  let atA = side * (a.offset + a.rate * later - level);
  for (let index = 0; index < count; index++) {
    const b = corners[index] as ClockLine;
    const atB = side * (b.offset + b.rate * later - level);
    if ((atA > 0 && atB < 0) || (atA < 0 && atB > 0)) {
      const share = atA / (atA - atB);
      outline.add(a.rate + (b.rate - a.rate) * share, a.offset + (b.offset - a.offset) * share);
    }
    if (atB >= 0) outline.add(b.rate, b.offset);
    a = b;
    atA = atB;
  }
  return outline;
}

/** Area and width of a polygon, corner by corner: this is asked a hundred times for each read. */
class Outline implements Remainder {
  #twice = 0;
  #count = 0;
  #low = Number.POSITIVE_INFINITY;
  #high = Number.NEGATIVE_INFINITY;
  #firstRate = 0;
  #firstOffset = 0;
  #lastRate = 0;
  #lastOffset = 0;

  get area(): number {
    return Math.abs(this.#twice) / 2;
  }

  get rates(): number {
    return this.#count === 0 ? 0 : this.#high - this.#low;
  }

  add(rate: number, offset: number): void {
    if (rate < this.#low) this.#low = rate;
    if (rate > this.#high) this.#high = rate;
    if (this.#count++ === 0) {
      this.#firstRate = rate;
      this.#firstOffset = offset;
      return;
    }
    // Relative to the first corner: offsets of years would cost the digits of the area.
    const [byRate, byOffset] = [rate - this.#firstRate, offset - this.#firstOffset];
    this.#twice += this.#lastRate * byOffset - byRate * this.#lastOffset;
    this.#lastRate = byRate;
    this.#lastOffset = byOffset;
  }
}

function quantilesOf(values: readonly number[]): readonly number[] {
  if (values.length === 0) return [0, 0, 0];
  const sorted = values.toSorted((a, b) => a - b);
  return QUANTILES.map(
    (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number,
  );
}

/** Of nothing: a read that leaves nothing is impossible, and no better than a tiny remainder. */
function logOf(value: number): number {
  return Math.log(Math.max(value, 1e-30));
}
