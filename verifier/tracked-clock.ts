// What a record remembers of a token's clock: a drift tracker as a value. The tracker itself is
// mutable and this never lets it out: a sighting gives a new value, the old one stays as it was.

import {
  DriftTracker,
  type Observation,
  type Sighting,
  type StepRange,
  type TrackerSettings,
} from "../core/drift/tracker.ts";
import { decodeTracker, encodeTracker } from "../core/drift/tracker-codec.ts";

/** An immutable tracker; times are seconds since the Unix epoch. */
export class TrackedClock {
  #bytes: Uint8Array | undefined;
  #tracker: DriftTracker | undefined;

  private constructor(bytes: Uint8Array | undefined, tracker: DriftTracker | undefined) {
    this.#bytes = bytes;
    this.#tracker = tracker;
  }

  /** From its binary form (core/drift/tracker-codec.ts), which is not copied. */
  static from(bytes: Uint8Array): TrackedClock {
    return new TrackedClock(bytes, undefined);
  }

  /** Starts from codes judged together, or from what an operator says. */
  static start(sighting: Sighting, settings: TrackerSettings): TrackedClock {
    const tracker = new DriftTracker(settings);
    tracker.start(sighting);
    return new TrackedClock(undefined, tracker);
  }

  /** The binary form. */
  get bytes(): Uint8Array {
    this.#bytes ??= encodeTracker(this.#decoded(undefined));
    return this.#bytes;
  }

  /** What the clock may be at `at`; null when no clock fits what was seen. */
  range(at: number, hostPhaseSeconds: number, settings: TrackerSettings): StepRange | null {
    const tracker = this.#decoded(settings);
    if (!tracker.clocks.isFeasible || tracker.clocks.isEmpty) return null;
    const range = tracker.range(at, hostPhaseSeconds);
    return Number.isSafeInteger(range.low) && Number.isSafeInteger(range.high) ? range : null;
  }

  /** The clock with one more accepted code, and what that code meant. */
  observe(
    sighting: Sighting,
    settings: TrackerSettings,
  ): { readonly clock: TrackedClock; readonly observation: Observation } {
    const tracker = this.#released(settings);
    const observation = tracker.observe(sighting);
    return { clock: new TrackedClock(undefined, tracker), observation };
  }

  /** A tracker that may be changed: this value's own if its bytes can bring it back, or a copy. */
  #released(settings: TrackerSettings): DriftTracker {
    const own = this.#decoded(settings);
    if (this.#bytes !== undefined) {
      this.#tracker = undefined;
      return own;
    }
    const tracker = new DriftTracker(settings);
    tracker.clocks.copyFrom(own.clocks);
    tracker.outliers = own.outliers;
    tracker.anchor = own.anchor;
    return tracker;
  }

  /** The tracker, to be read and never changed. */
  reading(
    settings: TrackerSettings,
  ): Readonly<Pick<DriftTracker, "clocks" | "anchor" | "outliers">> {
    return this.#decoded(settings);
  }

  /** Settings are the policy's: when they change, rates and bounds are worked out anew. */
  #decoded(settings: TrackerSettings | undefined): DriftTracker {
    const tracker = this.#tracker;
    if (tracker !== undefined && (settings === undefined || tracker.settings === settings)) {
      return tracker;
    }
    if (settings === undefined) throw new Error("a tracked clock has a tracker or its bytes");
    this.#tracker = decodeTracker(this.bytes, settings);
    return this.#tracker;
  }
}
