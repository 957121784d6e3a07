// A verifier on step numbers: what verifier/decide does with codes, without the codes. A test
// holds it equal to the verifier itself on random histories; collisions, which need digits, are
// left to the closed form (attacker.ts).

import { DriftTracker } from "../../core/drift/tracker.ts";
import { totpParameters } from "../../core/oath/parameters.ts";
import type { Policy } from "../../verifier/policy.ts";
import type { ClockClass } from "../../verifier/record.ts";
import { trackerSettings } from "../../verifier/tracker-settings.ts";
import { STEP_SECONDS } from "./spec.ts";

const PARAMETERS = totpParameters();
const PPM = 1e-6;

/** What became of a code. */
export type Judgement = "accepted" | "repaired" | "refused";

/** Follows one token at a time. Times are seconds, steps whole numbers in doubles. */
export class StepVerifier {
  /** The window of the last code judged, relative to the host's step: both included. */
  low = 0;
  high = 0;
  readonly #policy: Policy;
  readonly #tracker: DriftTracker | undefined;
  #watermark = 0;
  /** Recorded offset, steps, token minus host. */
  #offset = 0;
  #anchorOffset = 0;
  #anchorAt = 0;
  #lastAcceptedAt = 0;
  #rememberedStep = 0;
  #rememberedAt = Number.NEGATIVE_INFINITY;

  constructor(policy: Policy, clockClass: ClockClass) {
    this.#policy = policy;
    const isTracker = policy.windowRule === "tracker" && policy.trackDrift;
    const settings = trackerSettings(policy, clockClass, PARAMETERS);
    this.#tracker = isTracker ? new DriftTracker(settings) : undefined;
  }

  /** The recorded offset, steps. */
  get offsetSteps(): number {
    return this.#offset;
  }

  /** Highest step consumed. */
  get watermark(): number {
    return this.#watermark;
  }

  /** Codes that the last judgement compared with. */
  get codes(): number {
    return this.high - this.low + 1;
  }

  /** Begins anew with a token whose pair of codes, the second of `step`, came at `at`. */
  enroll(at: number, step: number): boolean {
    this.#watermark = Number.NEGATIVE_INFINITY;
    this.#offset = 0;
    this.#rememberedAt = Number.NEGATIVE_INFINITY;
    return this.#pair(at, step, this.#policy.enrollSteps);
  }

  /** Resynchronizes by a pair of codes, the second of `step`. */
  resync(at: number, step: number): boolean {
    return this.#pair(at, step, this.#policy.resyncSteps);
  }

  /** Judges a code of `step` that arrives at `at`. */
  judge(at: number, step: number): Judgement {
    const host = Math.floor(at / STEP_SECONDS);
    this.#findWindow(at, at - host * STEP_SECONDS);
    const offset = step - host;
    if (offset >= this.low && offset <= this.high) {
      // A replay, which changes nothing.
      if (step <= this.#watermark) return "refused";
      this.#watermark = step;
      this.#lastAcceptedAt = at;
      this.#rememberedAt = Number.NEGATIVE_INFINITY;
      this.#track(at, step, offset);
      return "accepted";
    }
    return this.#outside(at, step, offset);
  }

  #pair(at: number, step: number, reach: number): boolean {
    const offset = step - Math.floor(at / STEP_SECONDS);
    const isFound = this.#isWithin(offset - 1, reach) && this.#isWithin(offset, reach);
    if (!isFound || step - 1 <= this.#watermark) return false;
    this.#startAt(at, step, offset);
    return true;
  }

  /** Whether a pair's search comes there: around the host's step and the recorded offset. */
  #isWithin(offset: number, reach: number): boolean {
    const cap = this.#policy.driftCapSteps;
    const low = Math.max(Math.min(0, this.#offset) - reach, -cap);
    const high = Math.min(Math.max(0, this.#offset) + reach, cap);
    return offset >= low && offset <= high;
  }

  #startAt(at: number, step: number, offset: number): void {
    this.#watermark = step;
    this.#lastAcceptedAt = at;
    this.#rememberedAt = Number.NEGATIVE_INFINITY;
    this.#offset = offset;
    this.#anchorOffset = offset;
    this.#anchorAt = at;
    this.#tracker?.start({ at, startsBy: step * STEP_SECONDS - at });
  }

  #findWindow(at: number, hostPhase: number): void {
    const policy = this.#policy;
    const tracker = this.#tracker;
    if (tracker === undefined) {
      const isGrowing = policy.windowRule === "gap-growth" && policy.trackDrift;
      const growth = isGrowing ? this.#growthAt(at) : 0;
      this.low = this.#offset - policy.windowPast - growth;
      this.high = this.#offset + policy.windowFuture + growth;
      if (isGrowing) this.#cap(this.#offset);
      return;
    }
    if (!tracker.clocks.isFeasible || tracker.clocks.isEmpty) {
      this.low = this.#offset - policy.windowPast;
      this.high = this.#offset + policy.windowFuture;
      this.#cap(this.#offset);
      return;
    }
    const { low, high, centre } = tracker.range(at, hostPhase);
    this.low = Math.min(low, centre - policy.windowPast);
    this.high = Math.max(high, centre + policy.windowFuture);
    this.#cap(centre);
  }

  #growthAt(at: number): number {
    const since = Math.max(0, at - this.#lastAcceptedAt);
    return Math.floor((since * this.#policy.growthPpm * PPM) / STEP_SECONDS);
  }

  #cap(centre: number): void {
    const { windowCap, driftCapSteps } = this.#policy;
    if (this.high - this.low + 1 > windowCap) {
      this.low = Math.max(this.low, Math.min(centre - (windowCap >> 1), this.high - windowCap + 1));
      this.high = this.low + windowCap - 1;
    }
    this.low = Math.max(this.low, -driftCapSteps);
    this.high = Math.min(this.high, driftCapSteps);
  }

  #track(at: number, step: number, offset: number): void {
    const { trackDrift, driftCapSteps, slewSteps, slewPpm } = this.#policy;
    if (!trackDrift) return;
    if (this.#tracker === undefined) {
      const elapsed = Math.max(0, at - this.#anchorAt);
      const slew = slewSteps + Math.floor((elapsed * slewPpm) / 1_000_000 / STEP_SECONDS);
      const slewed = clamp(offset, this.#anchorOffset - slew, this.#anchorOffset + slew);
      this.#offset = clamp(slewed, -driftCapSteps, driftCapSteps);
      return;
    }
    const tracker = this.#tracker;
    tracker.observe({ at, startsBy: step * STEP_SECONDS - at });
    const isKnown = tracker.clocks.isFeasible && !tracker.clocks.isEmpty;
    const phase = at - Math.floor(at / STEP_SECONDS) * STEP_SECONDS;
    const centre = isKnown ? tracker.range(at, phase).centre : offset;
    this.#offset = clamp(centre, -driftCapSteps, driftCapSteps);
  }

  /** Resynchronization at the login prompt (verifier/decide/auto-resync.ts). */
  #outside(at: number, step: number, offset: number): Judgement {
    const { autoResyncSteps, autoResyncWait } = this.#policy;
    const since = at - this.#rememberedAt;
    const isFresh = since >= 0 && since <= autoResyncWait * STEP_SECONDS;
    const expected = isFresh ? this.#rememberedStep + 1 : Number.NaN;
    this.#rememberedAt = Number.NEGATIVE_INFINITY;
    if (autoResyncSteps === 0 || step <= this.#watermark) return "refused";
    if (!this.#isWithin(offset, autoResyncSteps)) return "refused";
    if (step === expected) {
      this.#startAt(at, step, offset);
      return "repaired";
    }
    this.#rememberedStep = step;
    this.#rememberedAt = at;
    return "refused";
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
