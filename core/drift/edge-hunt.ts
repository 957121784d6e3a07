// When to read a token so that few reads tell its clock (protocol notes on clock drift, C4). A code
// tells the step and nothing finer; but a read at the middle of the time in which a step may begin
// halves that time. So the hunter bisects the beginnings of steps ("edges"), first as soon as they
// come, then once more at the far end of the span: what is known of both ends bounds the rate. Each
// moment is chosen on the polygon of clocks that fit (placement.ts): near the near end so that its
// area shrinks, for there the rate is not known yet, at the far end so that its rates do.

import { type EdgeReading, readingConstraint } from "./constraints.ts";
import { FeasibleClocks, type Interval } from "./feasible.ts";
import { type Aim, bestReadTime, remainderOf } from "./placement.ts";
import { polygonOf } from "./polygon.ts";

/** @see EdgeHunt */
export interface EdgeHuntOptions {
  readonly stepSeconds: number;
  /** How long the hunt lasts, seconds; the far end is bisected at and after it. */
  readonly spanSeconds: number;
  /**
   * Width to which edges are found, seconds; below a round trip reads are wasted. The hunt ends
   * when the rate is known to this over the span.
   */
  readonly targetSeconds: number;
  /**
   * Width at the near end for a clock whose rate is known, seconds; default: that with which the
   * fewest reads are used at both ends together, two thirds of `targetSeconds` or 1.2 times
   * the quickest round trip.
   */
  readonly nearTargetSeconds?: number;
  /**
   * What each way between host and token takes at least, seconds; default 0. Bounds hold only if
   * it is sure: the time of a request's bytes on a serial line, not the luckiest read so far.
   */
  readonly leastLatencySeconds?: number;
  /** The token may show a step so long after it ended, seconds; default 0. */
  readonly lagSeconds?: number;
  /**
   * How far the clock may stray from a line, seconds; default 0. Bounds are relaxed by that, and
   * the widths aimed for grow by twice as much.
   */
  readonly straySeconds?: number;
  /** Between the ends two reads guard an edge every so many seconds; default 0, none. */
  readonly watchSeconds?: number;
  /** Rates possible beforehand, ppm; default 200. */
  readonly priorPpm?: number;
  /** Most reads; default 1000. */
  readonly maxReads?: number;
}

/** Why a read is made: to find an edge at either end, or to see whether the clock still fits. */
export type HuntGoal = "near-end" | "watch" | "far-end";

/** What to do next. */
export type HuntStep =
  | { readonly kind: "read"; readonly at: number; readonly goal: HuntGoal }
  | { readonly kind: "done"; readonly why: HuntEnd };

/** Why a hunt ends: "time-used" when reads at the far end did not reach the target for long. */
export type HuntEnd = "found" | "reads-used" | "time-used";

const PPM = 1e-6;
const DEFAULT_PRIOR_PPM = 200;
const DEFAULT_MAX_READS = 1000;
/** Round trips kept. */
const ROUND_TRIPS = 15;
/** @see EdgeHuntOptions.nearTargetSeconds */
const NEAR_SHARE = 2 / 3;
const NEAR_ROUND_TRIPS = 1.2;
/** The near end is given up after this share of the span; the far end takes as long at most. */
const END_SHARE = 0.25;
/** But each end has so many steps. */
const END_STEPS = 20;

/** Plans the reads of one measurement, and knows what they have told so far. */
export class EdgeHunt {
  /** Clocks that fit: offsets are token minus host, steps counted from the first reading's. */
  readonly clocks: FeasibleClocks;
  readonly #options: Required<Omit<EdgeHuntOptions, "nearTargetSeconds">>;
  readonly #nearTargetSeconds: number | undefined;
  #roundTrips: number[] = [];
  #firstStep: number | undefined;
  #reads = 0;
  /** Middle of the last read: where the offset is known best. */
  #lastMiddle = 0;
  #nearFound = false;
  /** End of the edge before which a guarding read was made; the one behind it is due. */
  #guardEdge: number | undefined;

  constructor(options: EdgeHuntOptions) {
    const { priorPpm = DEFAULT_PRIOR_PPM, nearTargetSeconds } = options;
    this.#nearTargetSeconds = nearTargetSeconds;
    this.#options = {
      maxReads: DEFAULT_MAX_READS,
      leastLatencySeconds: 0,
      lagSeconds: 0,
      straySeconds: 0,
      watchSeconds: 0,
      ...options,
      priorPpm,
    };
    this.clocks = new FeasibleClocks({ rateLow: -priorPpm * PPM, rateHigh: priorPpm * PPM });
  }

  /** Reads taken in. */
  get reads(): number {
    return this.#reads;
  }

  /** Takes a reading in. What it cannot agree with shows as `clocks.isFeasible` false. */
  take({ from, to, step }: EdgeReading): void {
    this.#firstStep ??= step;
    const { straySeconds } = this.#options;
    const relative = { from, to, step: step - this.#firstStep };
    const strict = readingConstraint(relative, this.#options);
    const { lower, upper } = strict;
    this.clocks.add({ ...strict, lower: lower - straySeconds, upper: upper + straySeconds });
    this.#reads++;
    this.#lastMiddle = (from + to) / 2;
    this.#roundTrips = [...this.#roundTrips, to - from].slice(-ROUND_TRIPS);
  }

  /** The next read, or the end. `now`: host seconds since the hunt began. */
  next(now: number): HuntStep {
    const { spanSeconds, maxReads, straySeconds } = this.#options;
    const targetSeconds = this.#options.targetSeconds + 2 * straySeconds;
    if (this.#reads >= maxReads) return { kind: "done", why: "reads-used" };
    if (this.#reads === 0) return { kind: "read", at: now, goal: "near-end" };
    const endSeconds = Math.max(END_SHARE * spanSeconds, END_STEPS * this.#options.stepSeconds);
    if (!this.#nearFound) {
      const isOver = now >= Math.min(endSeconds, spanSeconds);
      if (!isOver && this.#nearWidth() > this.#nearTarget()) return this.#read(now, "near-end");
      this.#nearFound = true;
    }
    const guard = this.#guard(now);
    if (guard !== undefined) return guard;
    const { low, high } = this.clocks.rates;
    if (now >= spanSeconds && (high - low) / 2 <= targetSeconds / spanSeconds) {
      return { kind: "done", why: "found" };
    }
    if (now >= spanSeconds + endSeconds) return { kind: "done", why: "time-used" };
    return this.#read(Math.max(now, spanSeconds), "far-end");
  }

  #nearTarget(): number {
    const { targetSeconds, straySeconds, leastLatencySeconds } = this.#options;
    const quickest = Math.min(...this.#roundTrips) - 2 * leastLatencySeconds;
    const worthwhile = Math.max(NEAR_SHARE * targetSeconds, NEAR_ROUND_TRIPS * quickest);
    return (this.#nearTargetSeconds ?? Math.min(targetSeconds, worthwhile)) + 2 * straySeconds;
  }

  /** Width of the offsets that fit, on average over the rates that do: the drift does not count. */
  #nearWidth(): number {
    const corners = polygonOf(this.clocks, this.#lastMiddle);
    const { area, rates } = remainderOf(corners, 0, Number.NEGATIVE_INFINITY, 1);
    return rates > 0 ? area / rates : 0;
  }

  /**
   * A read just before an edge can come, or just behind it: a clock that has jumped shows the other
   * step in one of them.
   */
  #guard(now: number): HuntStep | undefined {
    const { watchSeconds, spanSeconds, straySeconds } = this.#options;
    if (watchSeconds <= 0) return undefined;
    if (this.#guardEdge !== undefined) {
      const at = Math.max(now, this.#guardEdge + straySeconds);
      this.#guardEdge = undefined;
      return { kind: "read", at, goal: "watch" };
    }
    const due = this.#lastMiddle + watchSeconds;
    if (now >= spanSeconds || due > spanSeconds - watchSeconds / 2) return undefined;
    const { low, high } = this.#edgeFrom(Math.max(now, due));
    this.#guardEdge = high;
    const at = low - 2 * this.#medianRoundTrip() - straySeconds;
    return { kind: "read", at: Math.max(now, at), goal: "watch" };
  }

  /** Steps the token may show at `at`, in the numbering of the readings; undefined before one. */
  stepsAt(at: number): { readonly low: number; readonly high: number } | undefined {
    if (this.#firstStep === undefined) return undefined;
    const { low, high } = this.clocks.offsetAt(at);
    const { stepSeconds } = this.#options;
    return {
      low: this.#firstStep + Math.floor((at + low) / stepSeconds),
      high: this.#firstStep + Math.floor((at + high) / stepSeconds),
    };
  }

  /** When the edge may come whose middle is the first that can still be met from `time` on. */
  #edgeFrom(time: number): Interval {
    return this.edgeWindow(this.#edgeAfter(time));
  }

  #edgeAfter(time: number): number {
    const { stepSeconds } = this.#options;
    const lead = this.#medianRoundTrip() / 2;
    const middle = (interval: Interval): number => (interval.low + interval.high) / 2;
    const edge = Math.floor((time + middle(this.clocks.offsetAt(time))) / stepSeconds);
    for (let tries = 0; tries < 4; tries++) {
      if (middle(this.edgeWindow(edge + tries)) - lead >= time) return edge + tries;
    }
    return edge + 4;
  }

  /** When edge number `edge`, counted from the beginning of the first reading's step, may come. */
  edgeWindow(edge: number): Interval {
    const tokenTime = edge * this.#options.stepSeconds;
    let low = tokenTime;
    let high = tokenTime;
    // t + offset(t) = tokenTime: the offset hardly depends on t, three rounds settle it.
    for (let round = 0; round < 3; round++) {
      low = tokenTime - this.clocks.offsetAt(low).high;
      high = tokenTime - this.clocks.offsetAt(high).low;
    }
    return { low, high };
  }

  /** The read, from `time` on, that tells most of the next edge. */
  #read(time: number, goal: "near-end" | "far-end"): HuntStep {
    const { stepSeconds, leastLatencySeconds, lagSeconds } = this.#options;
    const aim: Aim = goal === "near-end" ? "area" : "rates";
    const corners = polygonOf(this.clocks, time);
    const edge = this.#edgeAfter(time);
    if (corners.length < 3) {
      const { low, high } = this.edgeWindow(edge);
      return { kind: "read", at: (low + high - this.#medianRoundTrip()) / 2, goal };
    }
    const at = bestReadTime({
      corners,
      at: time,
      edge: edge * stepSeconds,
      roundTrips: this.#roundTrips,
      leastLatencySeconds,
      lagSeconds,
      aim,
    });
    return { kind: "read", at: Math.max(time, at), goal };
  }

  #medianRoundTrip(): number {
    const sorted = this.#roundTrips.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  }
}
