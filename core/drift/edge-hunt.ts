// When to read a token so that few reads tell its clock (protocol notes on clock drift, C4). A code
// tells the step and nothing finer; but a read at the middle of the time in which a step may begin
// halves that time. So the hunter bisects the beginnings of steps ("edges"), first as soon as they
// come, then once more at the far end of the span: what is known of both ends bounds the rate.

import { type EdgeReading, readingConstraint } from "./constraints.ts";
import { FeasibleClocks, type Interval } from "./feasible.ts";

/** @see EdgeHunt */
export interface EdgeHuntOptions {
  readonly stepSeconds: number;
  /** How long the hunt lasts, seconds; the far end is bisected at and after it. */
  readonly spanSeconds: number;
  /** Width to which edges are found, seconds; below a round trip reads are wasted. */
  readonly targetSeconds: number;
  /** Width at the near end, seconds; default `targetSeconds`. Slack here saves reads there. */
  readonly nearTargetSeconds?: number;
  /**
   * What each way between host and token takes at least, seconds; default 0. Bounds hold only if
   * it is sure: the time of a request's bytes on a serial line, not the luckiest read so far.
   */
  readonly leastLatencySeconds?: number;
  /** The token may show a step so long after it ended, seconds; default 0. */
  readonly lagSeconds?: number;
  /** How far the clock may stray from a line, seconds; default 0. Widths grow by twice that. */
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
  | { readonly kind: "done"; readonly why: "found" | "reads-used" };

const PPM = 1e-6;
const DEFAULT_PRIOR_PPM = 200;
const DEFAULT_MAX_READS = 1000;
/** Round trips kept for their median. */
const ROUND_TRIPS = 15;

/** Plans the reads of one measurement, and knows what they have told so far. */
export class EdgeHunt {
  /** Clocks that fit: offsets are token minus host, steps counted from the first reading's. */
  readonly clocks: FeasibleClocks;
  readonly #options: Required<EdgeHuntOptions>;
  #roundTrips: number[] = [];
  #firstStep: number | undefined;
  #reads = 0;
  /** Middle of the last read: where the offset is known best. */
  #lastMiddle = 0;
  #nearFound = false;
  /** End of the edge before which a guarding read was made; the one behind it is due. */
  #guardEdge: number | undefined;

  constructor(options: EdgeHuntOptions) {
    const { priorPpm = DEFAULT_PRIOR_PPM, targetSeconds } = options;
    this.#options = {
      maxReads: DEFAULT_MAX_READS,
      nearTargetSeconds: targetSeconds,
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
    this.clocks.add(readingConstraint({ from, to, step: step - this.#firstStep }, this.#options));
    this.#reads++;
    this.#lastMiddle = (from + to) / 2;
    this.#roundTrips = [...this.#roundTrips, to - from].slice(-ROUND_TRIPS);
  }

  /** The next read, or the end. `now`: host seconds since the hunt began. */
  next(now: number): HuntStep {
    const { spanSeconds, maxReads, straySeconds } = this.#options;
    const targetSeconds = this.#options.targetSeconds + 2 * straySeconds;
    const nearTargetSeconds = this.#options.nearTargetSeconds + 2 * straySeconds;
    if (this.#reads >= maxReads) return { kind: "done", why: "reads-used" };
    if (this.#reads === 0) return { kind: "read", at: now, goal: "near-end" };
    if (!this.#nearFound) {
      const { low, high } = this.clocks.offsetAt(this.#lastMiddle);
      if (high - low > nearTargetSeconds) return this.#readAt(this.#edgeFrom(now), "near-end");
      this.#nearFound = true;
    }
    const guard = this.#guard(now);
    if (guard !== undefined) return guard;
    const { low, high } = this.clocks.rates;
    if (now >= spanSeconds && (high - low) / 2 <= targetSeconds / spanSeconds) {
      return { kind: "done", why: "found" };
    }
    return this.#readAt(this.#edgeFrom(Math.max(now, spanSeconds)), "far-end");
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
    const { stepSeconds } = this.#options;
    const lead = this.#medianRoundTrip() / 2;
    const middle = (interval: Interval): number => (interval.low + interval.high) / 2;
    let edge = Math.floor((time + middle(this.clocks.offsetAt(time))) / stepSeconds);
    for (let tries = 0; tries < 4; tries++, edge++) {
      const window = this.edgeWindow(edge);
      if (middle(window) - lead >= time) return window;
    }
    return this.edgeWindow(edge);
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

  #readAt(edge: Interval, goal: HuntGoal): HuntStep {
    return { kind: "read", at: (edge.low + edge.high - this.#medianRoundTrip()) / 2, goal };
  }

  #medianRoundTrip(): number {
    const sorted = this.#roundTrips.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  }
}
