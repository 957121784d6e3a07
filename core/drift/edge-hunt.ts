// When to read a token so that few reads tell its clock (protocol notes on clock drift, C4). A code
// tells the step and nothing finer; but a read at the middle of the time in which a step may begin
// halves that time. So the hunter bisects the beginnings of steps ("edges"), first as soon as they
// come, then once more at the far end of the span: what is known of both ends bounds the rate. Each
// moment is chosen on the polygon of clocks that fit (placement.ts): near the near end so that its
// area shrinks, for there the rate is not known yet, at the far end so that its rates do.

import { type EdgeReading, readingConstraint } from "./constraints.ts";
import { edgeAfter, edgeWindow, meanWidth } from "./edge-window.ts";
import { FeasibleClocks } from "./feasible.ts";
import type { EdgeHuntOptions, HuntGoal, HuntStep } from "./hunt-options.ts";
import { type Aim, bestReadTime } from "./placement.ts";
import { polygonOf } from "./polygon.ts";

/** A look between the ends: an edge is found, then read just before it can come and just behind. */
type Watch =
  | { readonly kind: "finding"; readonly reads: number; readonly from: number }
  | { readonly kind: "guarding"; readonly edgeEnd: number };

const PPM = 1e-6;
const [DEFAULT_PRIOR_PPM, DEFAULT_MAX_READS] = [200, 1000];
/** Round trips kept. */
const ROUND_TRIPS = 15;
/** @see EdgeHuntOptions.nearTargetSeconds */
const [NEAR_SHARE, NEAR_ROUND_TRIPS] = [2 / 3, 1.2];
/** @see EdgeHuntOptions.mayWidenTarget */
const WIDENED_ROUND_TRIPS = 1.5;
/** Between the ends edges are found to so many targets, by so many reads at most. */
const [WATCH_TARGETS, WATCH_READS] = [2, 10];
/** Guarding reads are so far outside of the window: a share of the target, and seconds at least. */
const [MARGIN_SHARE, LEAST_MARGIN] = [0.05, 0.0005];
/** Each end is given up after this share of the span, but not before so many steps. */
const END_SHARE = 0.25;
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
  /** Clocks bound by the reads of one look, or of the far end, alone. */
  #local: FeasibleClocks | undefined;
  #farEnd: "ahead" | "finding" | "guarded" = "ahead";
  /** The look between the ends that is under way. */
  #watch: Watch | undefined;

  constructor(options: EdgeHuntOptions) {
    const { priorPpm = DEFAULT_PRIOR_PPM, nearTargetSeconds } = options;
    this.#nearTargetSeconds = nearTargetSeconds;
    this.#options = {
      maxReads: DEFAULT_MAX_READS,
      leastLatencySeconds: 0,
      lagSeconds: 0,
      straySeconds: 0,
      watchSeconds: 0,
      mayWidenTarget: false,
      deadlineSeconds: Number.POSITIVE_INFINITY,
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
    this.#local?.add(strict);
    this.#reads++;
    this.#lastMiddle = (from + to) / 2;
    this.#roundTrips = [...this.#roundTrips, to - from].slice(-ROUND_TRIPS);
  }

  /** The next read, or the end. `now`: host seconds since the hunt began. */
  next(now: number): HuntStep {
    const step = this.#plan(now);
    const isLate = step.kind === "read" && step.at > this.#options.deadlineSeconds;
    return isLate ? { kind: "done", why: "time-used" } : step;
  }

  #plan(now: number): HuntStep {
    const { spanSeconds, maxReads, straySeconds } = this.#options;
    const targetSeconds = this.#target() + 2 * straySeconds;
    if (this.#reads >= maxReads) return { kind: "done", why: "reads-used" };
    if (this.#reads === 0) return { kind: "read", at: now, goal: "near-end" };
    const endSeconds = Math.max(END_SHARE * spanSeconds, END_STEPS * this.#options.stepSeconds);
    if (!this.#nearFound) {
      const isOver = now >= Math.min(endSeconds, spanSeconds);
      if (!isOver && meanWidth(this.clocks, this.#lastMiddle) > this.#nearTarget())
        return this.#read(now, "near-end");
      this.#nearFound = true;
    }
    const watched = this.#watched(now);
    if (watched !== undefined) return watched;
    if (now < spanSeconds) return this.#read(spanSeconds, "far-end");
    const { deadlineSeconds } = this.#options;
    const hasDeadline = Number.isFinite(deadlineSeconds);
    const isLate = !hasDeadline && now >= spanSeconds + endSeconds;
    const { low, high } = this.clocks.rates;
    const isSharp =
      (high - low) / 2 <= targetSeconds / (hasDeadline ? deadlineSeconds : spanSeconds);
    if (this.#options.watchSeconds > 0) return this.#watchedFarEnd(now, isSharp, isLate);
    if (isSharp) return { kind: "done", why: "found" };
    return isLate ? { kind: "done", why: "time-used" } : this.#read(now, "far-end");
  }

  /**
   * The far end of a clock that may have bent since the last look: its edge is found by the reads
   * made here, and guarded; a clock that is elsewhere then fits nothing, and is looked for anew.
   */
  #watchedFarEnd(now: number, isSharp: boolean, isLate: boolean): HuntStep {
    if (this.#farEnd === "ahead") {
      this.#farEnd = "finding";
      this.#local = this.#localAt(now);
    }
    const isFound = isSharp && this.#localWidth() <= this.#target();
    if (!isFound && !isLate) return this.#read(now, "far-end", this.#localOrAll());
    if (this.#farEnd === "finding") {
      this.#farEnd = "guarded";
      return this.#guard(now);
    }
    return { kind: "done", why: isFound ? "found" : "time-used" };
  }

  /** Clocks that are where the others are now: only what is read from now on binds them. */
  #localAt(now: number): FeasibleClocks {
    const { rates } = this.clocks;
    const { low, high } = this.clocks.offsetAt(now);
    const margin = this.#guardMargin();
    const local = new FeasibleClocks({ rateLow: rates.low, rateHigh: rates.high });
    local.add({ lowerAt: now, lower: low - margin, upperAt: now, upper: high + margin });
    return local;
  }

  #localOrAll(): FeasibleClocks {
    return this.#local?.isFeasible === true ? this.#local : this.clocks;
  }

  #localWidth(): number {
    return meanWidth(this.#localOrAll(), this.#lastMiddle);
  }

  #target(): number {
    const { targetSeconds, mayWidenTarget, leastLatencySeconds } = this.#options;
    if (!mayWidenTarget) return targetSeconds;
    const quickest = Math.min(...this.#roundTrips) - 2 * leastLatencySeconds;
    return Math.max(targetSeconds, WIDENED_ROUND_TRIPS * quickest);
  }

  #nearTarget(): number {
    const { straySeconds, leastLatencySeconds } = this.#options;
    const targetSeconds = this.#target();
    const quickest = Math.min(...this.#roundTrips) - 2 * leastLatencySeconds;
    const worthwhile = Math.max(NEAR_SHARE * targetSeconds, NEAR_ROUND_TRIPS * quickest);
    return (this.#nearTargetSeconds ?? Math.min(targetSeconds, worthwhile)) + 2 * straySeconds;
  }

  /** The next read of a look between the ends; undefined when none is due. */
  #watched(now: number): HuntStep | undefined {
    const { watchSeconds, spanSeconds } = this.#options;
    if (this.#watch === undefined) {
      const due = this.#lastMiddle + watchSeconds;
      if (watchSeconds <= 0 || now >= spanSeconds || due > spanSeconds - watchSeconds / 2) {
        return undefined;
      }
      this.#watch = { kind: "finding", reads: 0, from: Math.max(now, due) };
      this.#local = this.#localAt(Math.max(now, due));
    }
    if (this.#watch.kind === "guarding") return this.#guardBehind(now, this.#watch.edgeEnd);
    const { reads, from } = this.#watch;
    const time = Math.max(now, from);
    const wide = Math.max(WATCH_TARGETS * this.#target(), 2 * this.#medianRoundTrip());
    if (this.#localWidth() <= wide || reads >= WATCH_READS) return this.#guard(time);
    this.#watch = { kind: "finding", reads: reads + 1, from };
    return this.#read(time, "watch", this.#localOrAll());
  }

  /**
   * A read just before an edge can come; the next is just behind it. Where the clock has jumped or
   * bent, one of the two fits no clock: a read inside of the window would only make it narrower,
   * and wrong.
   */
  #guard(time: number): HuntStep {
    const { stepSeconds } = this.#options;
    const lead = 2 * this.#medianRoundTrip() + this.#guardMargin();
    const edge = this.#edgeAfter(this.clocks, time);
    const next = edgeWindow(this.clocks, edge * stepSeconds);
    const isOver = next.low - lead < time;
    const { low, high } = isOver ? edgeWindow(this.clocks, (edge + 1) * stepSeconds) : next;
    this.#watch = { kind: "guarding", edgeEnd: high };
    return { kind: "read", at: Math.max(time, low - lead), goal: "watch" };
  }

  #guardBehind(now: number, edgeEnd: number): HuntStep {
    this.#watch = undefined;
    return { kind: "read", at: Math.max(now, edgeEnd + this.#guardMargin()), goal: "watch" };
  }

  /** So far outside of the window that a reading there cannot fit by a hair. */
  #guardMargin(): number {
    return this.#options.straySeconds + Math.max(LEAST_MARGIN, MARGIN_SHARE * this.#target());
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

  /** The first edge whose middle can still be met from `time` on. */
  #edgeAfter(clocks: FeasibleClocks, time: number): number {
    return edgeAfter(clocks, time, this.#options.stepSeconds, this.#medianRoundTrip() / 2);
  }

  /** The read, from `time` on, that tells most of the next edge. */
  #read(time: number, goal: HuntGoal, clocks: FeasibleClocks = this.clocks): HuntStep {
    const edge = this.#edgeAfter(clocks, time);
    const aim: Aim = goal === "far-end" && clocks === this.clocks ? "rates" : "area";
    const at = this.#bestAt(clocks, edge, time, aim);
    // The best moment for this edge may have passed: a read just now would tell little or nothing.
    const isPast = at < time - this.#medianRoundTrip() / 2;
    const later = isPast ? this.#bestAt(clocks, edge + 1, time, aim) : at;
    return { kind: "read", at: Math.max(time, later), goal };
  }

  #bestAt(clocks: FeasibleClocks, edge: number, time: number, aim: Aim): number {
    const { stepSeconds, leastLatencySeconds, lagSeconds } = this.#options;
    const corners = polygonOf(clocks, time);
    if (corners.length < 3) {
      const { low, high } = edgeWindow(clocks, edge * stepSeconds);
      return (low + high - this.#medianRoundTrip()) / 2;
    }
    return bestReadTime({
      corners,
      at: time,
      edge: edge * stepSeconds,
      roundTrips: this.#roundTrips,
      leastLatencySeconds,
      lagSeconds,
      aim,
    });
  }

  #medianRoundTrip(): number {
    const sorted = this.#roundTrips.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  }
}
