// What a hunt for edges is given, and what it plans.

/** @see EdgeHunt in edge-hunt.ts */
export interface EdgeHuntOptions {
  readonly stepSeconds: number;
  /** When the far end is turned to, seconds; it is bisected from then on. */
  readonly spanSeconds: number;
  /** No read is made after this, seconds; default: a quarter of the span more, or 20 steps. */
  readonly deadlineSeconds?: number;
  /**
   * Width to which edges are found, seconds; below a round trip reads are wasted. The hunt ends
   * when the rate is known to this over the span, or over all of the time up to the deadline.
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

/** Reads of the far end that tell little: the first, and one that latencies spoil. */
const SPARE_READS = 3;
/** The far end takes no more than this share of the time. */
const MOST_FAR_SHARE = 0.45;
/** In fewer steps often no rate is known better than beforehand. */
const LEAST_STEPS = 12;

/**
 * When a measurement that must end in time turns to its far end, seconds: it is bisected by a read
 * a step, from what the rates possible beforehand leave of it down to the target.
 */
export function farEndAt(
  durationSeconds: number,
  {
    stepSeconds,
    targetSeconds,
    priorPpm,
  }: Pick<Required<EdgeHuntOptions>, "stepSeconds" | "targetSeconds" | "priorPpm">,
): number {
  const unknownSeconds = Math.min(stepSeconds, 2e-6 * priorPpm * durationSeconds);
  const bits = Math.ceil(Math.log2(1 + unknownSeconds / targetSeconds));
  const farSeconds = (bits + SPARE_READS) * stepSeconds;
  return durationSeconds - Math.min(farSeconds, MOST_FAR_SHARE * durationSeconds);
}

/** The shortest measurement that makes sense, seconds. */
export function leastDuration(stepSeconds: number): number {
  return LEAST_STEPS * stepSeconds;
}
