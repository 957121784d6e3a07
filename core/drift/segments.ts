// A clock followed through its faults: readings that fit one line make a segment; a jump ends it
// (protocol notes on clock drift, C6). One reading that fits no clock may be a mistyped code or a
// collision, so a jump needs a second reading that agrees with the first. What is left over is an
// outlier: said, and never a reason to narrow anything.

import { FeasibleClocks, type Interval, type OffsetConstraint } from "./feasible.ts";

/** @see SegmentedClocks */
export interface SegmentOptions {
  /** How far a sound clock may stray from its line, seconds ("eta"). */
  readonly straySeconds: number;
  /** Rates possible beforehand, ppm. */
  readonly priorPpm: number;
}

/** Readings that fit one clock. */
export interface Segment {
  /** Clocks that fit, each bound relaxed by the stray. */
  readonly clocks: FeasibleClocks;
  readonly from: number;
  to: number;
  readings: number;
}

/** The end of one segment and the beginning of the next. */
export interface Jump {
  /** The last reading that fitted, and the first that did not; seconds. */
  readonly after: number;
  readonly before: number;
  /** How far the clock jumped, seconds; positive: it gained. */
  readonly seconds: Interval;
}

/** What a reading meant. */
export type SegmentEvent =
  | { readonly kind: "fits" }
  /** Fits no clock; another reading will tell whether it was a mistake or a jump. */
  | { readonly kind: "waiting" }
  /** The reading that waited was a mistake: this one fits as before. */
  | { readonly kind: "outlier"; readonly at: number }
  | { readonly kind: "jump"; readonly jump: Jump };

const PPM = 1e-6;
/** Readings that wait for another that agrees. */
const MAX_WAITING = 8;

/** Follows a clock from reading to reading, in the order of time. */
export class SegmentedClocks {
  readonly segments: Segment[] = [];
  readonly jumps: Jump[] = [];
  /** Times of the readings that agreed with nothing, seconds. */
  readonly outliers: number[] = [];
  readonly #options: SegmentOptions;
  #waiting: OffsetConstraint[] = [];

  constructor(options: SegmentOptions) {
    this.#options = options;
  }

  /** The segment that lasts; undefined before the first reading. */
  get current(): Segment | undefined {
    return this.segments.at(-1);
  }

  /** Readings that fit nothing and may yet prove to be a jump. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether a jump of `seconds` is sure to be seen where edges are known to `widthSeconds`. */
  isDetectable(seconds: number, widthSeconds: number): boolean {
    return Math.abs(seconds) > leastDetectable(this.#options.straySeconds, widthSeconds);
  }

  /** Takes a reading in. */
  take(constraint: OffsetConstraint): SegmentEvent {
    const relaxed = this.#relaxed(constraint);
    const { current } = this;
    if (current === undefined) return this.#begin([relaxed]);
    if (current.clocks.fits(relaxed)) {
      current.clocks.add(relaxed);
      current.to = Math.max(current.to, relaxed.lowerAt);
      current.readings++;
      const [waited] = this.#waiting;
      if (waited === undefined) return { kind: "fits" };
      this.outliers.push(...this.#waiting.map(({ lowerAt }) => lowerAt));
      this.#waiting = [];
      return { kind: "outlier", at: waited.lowerAt };
    }
    const agreeing = this.#waiting.find((waited) => this.#agree(waited, relaxed));
    if (agreeing === undefined) {
      this.#waiting.push(relaxed);
      const { length } = this.#waiting;
      if (length > MAX_WAITING) this.outliers.push(...this.#waiting.splice(0, 1).map(timeOf));
      return { kind: "waiting" };
    }
    this.outliers.push(...this.#waiting.filter((waited) => waited !== agreeing).map(timeOf));
    this.#waiting = [];
    const jump = this.#jumpTo(current, agreeing, relaxed);
    this.jumps.push(jump);
    this.#begin([agreeing, relaxed]);
    return { kind: "jump", jump };
  }

  #begin(constraints: readonly OffsetConstraint[]): SegmentEvent {
    const clocks = this.#fresh();
    for (const constraint of constraints) clocks.add(constraint);
    this.segments.push({
      clocks,
      from: Math.min(...constraints.map(({ upperAt }) => upperAt)),
      to: Math.max(...constraints.map(({ lowerAt }) => lowerAt)),
      readings: constraints.length,
    });
    return { kind: "fits" };
  }

  #jumpTo(ended: Segment, first: OffsetConstraint, second: OffsetConstraint): Jump {
    const clocks = this.#fresh();
    clocks.add(first);
    clocks.add(second);
    const at = second.lowerAt;
    const now = clocks.offsetAt(at);
    const expected = ended.clocks.offsetAt(at);
    return {
      after: ended.to,
      before: first.lowerAt,
      seconds: { low: now.low - expected.high, high: now.high - expected.low },
    };
  }

  #agree(one: OffsetConstraint, other: OffsetConstraint): boolean {
    const clocks = this.#fresh();
    clocks.add(one);
    return clocks.fits(other);
  }

  #fresh(): FeasibleClocks {
    const rateHigh = this.#options.priorPpm * PPM;
    return new FeasibleClocks({ rateLow: -rateHigh, rateHigh });
  }

  #relaxed({ lowerAt, lower, upperAt, upper }: OffsetConstraint): OffsetConstraint {
    const { straySeconds } = this.#options;
    return { lowerAt, lower: lower - straySeconds, upperAt, upper: upper + straySeconds };
  }
}

/** Jumps above this are sure to be seen, seconds: twice the stray, and the width of an edge. */
export function leastDetectable(straySeconds: number, widthSeconds: number): number {
  return 2 * straySeconds + widthSeconds;
}

function timeOf({ lowerAt }: OffsetConstraint): number {
  return lowerAt;
}
