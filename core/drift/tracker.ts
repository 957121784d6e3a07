// A token's clock followed from the codes its user gives: which steps a code given now may be of.
//
// Each code bounds the clock (feasible.ts), with two allowances. A person types a code after it was
// shown, never before: the token showed the step somewhere in the `delaySeconds` before it arrived.
// A crystal is not quite a line: it may stray `strayFromLineSeconds` from the line that fits best.
//
// A code that fits no clock is an outlier: it moves nothing. Only OUTLIERS_TO_RESTART of them in a
// row, all the codes since then, start the tracking anew, and never further from the last pair
// (enrollment or resync) than the slew limit allows. So no number of accepted codes at the edge of
// a window can walk it away.

import { FeasibleClocks, type OffsetConstraint } from "./feasible.ts";

/** What is believed of the clocks followed. All numbers finite; rates in parts per million. */
export interface TrackerSettings {
  /** X: seconds. */
  readonly stepSeconds: number;
  /** Longest time from a code's display to its arrival, seconds. */
  readonly delaySeconds: number;
  /** Furthest the clock strays from a line within the horizon, seconds. */
  readonly strayFromLineSeconds: number;
  /** Rates possible for this class of clock: crystal 60, TCXO 5, network time 0. */
  readonly ratePpm: number;
  /** Readings older than this are forgotten, seconds. */
  readonly horizonSeconds: number;
  /** How far outliers may move the offset from the last pair: seconds, and ppm since then. */
  readonly slewSeconds: number;
  readonly slewPpm: number;
}

/** Outliers in a row after which tracking starts anew from them. */
export const OUTLIERS_TO_RESTART = 3;
/** Most vertices of each hull. */
export const TRACKER_VERTICES = 12;
/**
 * So many vertices stay whatever their age: for users who come every two months the horizon holds
 * two or three codes, too few to know a rate. Measured on the fleet of the protocol notes (section
 * D, weekly and 60-day users): mean codes to check 4.6 and 7.4 without, 4.4 and 5.1 with four.
 */
const KEPT_VERTICES = 4;

const PPM = 1e-6;

/** Steps relative to the host's own, both included. */
export interface StepRange {
  readonly low: number;
  readonly high: number;
  /** Step the token most likely shows: the middle of what is feasible. */
  readonly centre: number;
}

/** A code as seen: when it arrived, and the offset its step starts with. */
export interface Sighting {
  /** Host time, seconds since the tracker's reference. */
  readonly at: number;
  /** Start of the code's step minus `at`, seconds; in (-X - delay, 0] for a perfect clock. */
  readonly startsBy: number;
}

/** What a code meant for the tracking. */
export type Observation = "fits" | "outlier" | "restarted";

/** Follows one clock. Mutable; small (see tracker-codec.ts) and cheap: below 1 µs a code. */
export class DriftTracker {
  readonly settings: TrackerSettings;
  readonly clocks: FeasibleClocks;
  /** Sightings that fitted no clock, oldest first, since the last that did. */
  outliers: readonly Sighting[] = [];
  /** The offset the last pair showed, and when: what slews are counted from. */
  anchor: { readonly at: number; readonly offset: number } = { at: 0, offset: 0 };

  constructor(settings: TrackerSettings) {
    this.settings = settings;
    const rateLow = -settings.ratePpm * PPM;
    this.clocks = new FeasibleClocks({
      rateLow,
      rateHigh: -rateLow,
      maxVertices: TRACKER_VERTICES,
    });
  }

  /** Starts anew from a pair of codes, judged together; `sighting` is of its second code. */
  start(sighting: Sighting): void {
    const { stepSeconds, delaySeconds } = this.settings;
    this.#restart([sighting]);
    const offset = sighting.startsBy + (stepSeconds + delaySeconds) / 2;
    this.anchor = { at: sighting.at, offset };
  }

  /** Takes in an accepted code. */
  observe(sighting: Sighting): Observation {
    const constraint = this.#constraintOf(sighting);
    this.clocks.forgetBefore(sighting.at - this.settings.horizonSeconds, KEPT_VERTICES);
    if (this.clocks.fits(constraint)) {
      this.clocks.add(constraint);
      this.outliers = NO_SIGHTINGS;
      return "fits";
    }
    const outliers = [...this.outliers, sighting].slice(-OUTLIERS_TO_RESTART);
    this.outliers = outliers;
    if (outliers.length < OUTLIERS_TO_RESTART || !this.#mayFollow(outliers)) return "outlier";
    this.#restart(outliers);
    return "restarted";
  }

  /**
   * Steps, relative to the host's, that a code arriving at `at` may be of.
   *
   * @param hostPhaseSeconds how long the host's own step has lasted at `at`
   */
  range(at: number, hostPhaseSeconds: number): StepRange {
    const { stepSeconds, delaySeconds } = this.settings;
    const { low, high } = this.clocks.offsetAt(at);
    const middle = (low + high) / 2;
    return {
      low: Math.floor((hostPhaseSeconds - delaySeconds + low) / stepSeconds),
      high: Math.floor((hostPhaseSeconds + high) / stepSeconds),
      centre: Math.floor((hostPhaseSeconds + middle) / stepSeconds),
    };
  }

  #restart(sightings: readonly Sighting[]): void {
    this.clocks.clear();
    for (const sighting of sightings) {
      const constraint = this.#constraintOf(sighting);
      if (this.clocks.fits(constraint)) this.clocks.add(constraint);
    }
    this.outliers = NO_SIGHTINGS;
  }

  /** Whether all of the outliers lie within the slew limit around the last pair. */
  #mayFollow(outliers: readonly Sighting[]): boolean {
    const { stepSeconds, delaySeconds, slewSeconds, slewPpm } = this.settings;
    return outliers.every(({ at, startsBy }) => {
      const offset = startsBy + (stepSeconds + delaySeconds) / 2;
      const limit = slewSeconds + slewPpm * PPM * Math.max(0, at - this.anchor.at);
      return Math.abs(offset - this.anchor.offset) <= limit;
    });
  }

  #constraintOf({ at, startsBy }: Sighting): OffsetConstraint {
    const { stepSeconds, delaySeconds, strayFromLineSeconds } = this.settings;
    return {
      lowerAt: at,
      lower: startsBy - strayFromLineSeconds,
      upperAt: at - delaySeconds,
      upper: startsBy + stepSeconds + delaySeconds + strayFromLineSeconds,
    };
  }
}

const NO_SIGHTINGS: readonly Sighting[] = [];
