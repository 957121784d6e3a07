// What a hunt for edges is given, and what it plans.

/** @see EdgeHunt in edge-hunt.ts */
export interface EdgeHuntOptions {
  readonly stepSeconds: number;
  /** How long the hunt lasts, seconds; the far end is bisected at and after it. */
  readonly spanSeconds: number;
  /**
   * Width to which edges are found, seconds; below a round trip reads are wasted. The hunt ends
   * when the rate is known to this over the span.
   */
  readonly targetSeconds: number;
  /** Whether the target grows to 1.5 of the quickest round trips; default false. */
  readonly mayWidenTarget?: boolean;
  /**
   * Width at the near end for a clock whose rate is known, seconds; default: that by which both
   * ends take the fewest reads, two thirds of the target or 1.2 times the quickest round trip.
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
  /**
   * Between the ends an edge is found every so many seconds, and then guarded from both sides:
   * what bends the clock shows in the one, what makes it jump in the other. Default 0, none.
   */
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
