// What is known of a token's clock, for operators and for exports of a fleet (protocol notes,
// section C): offset and rate with bounds, and the day the token may leave its login window.

import { SECOND_US } from "../core/time/clock.ts";
import type { Policy } from "./policy.ts";
import type { TokenRecord } from "./record.ts";
import { ratePpmOf, trackerSettings } from "./tracker-settings.ts";

/** DriftBounds, both included. */
export interface DriftBounds {
  readonly low: number;
  readonly high: number;
}

/** @see driftReport */
export interface DriftReport {
  /** The last pair, from which it is followed, and the last code; microseconds since the epoch. */
  readonly firstAtUs: number | null;
  readonly lastAtUs: number | null;
  /** Token minus verifier, seconds, at the time of the report. */
  readonly offsetSeconds: DriftBounds;
  /** Parts per million; a clock's class bounds it where no tracker has learned it. */
  readonly ratePpm: DriftBounds;
  /** Whether the bounds come from the tracker: then they hold, if the policy's beliefs do. */
  readonly isLearned: boolean;
  /**
   * When a code of the token may lie outside its login window unless it logs in before,
   * microseconds since the Unix epoch; null: not within ten years.
   */
  readonly leavesWindowAtUs: number | null;
}

const DAY_SECONDS = 86_400;
const MOST_DAYS = 3652;

/** What is known of a TOTP token's clock at `atUs`; null for HOTP, which has none. */
export function driftReport(record: TokenRecord, policy: Policy, atUs: number): DriftReport | null {
  if (record.parameters.kind === "hotp") return null;
  return learnedReport(record, policy, atUs) ?? plainReport(record, policy, atUs);
}

function learnedReport(record: TokenRecord, policy: Policy, atUs: number): DriftReport | null {
  const { parameters, trackedClock } = record;
  const isFollowed = policy.windowRule === "tracker" && policy.trackDrift && record.isTracked;
  if (parameters.kind === "hotp" || trackedClock === null || !isFollowed) return null;
  const settings = trackerSettings(policy, record.clock, parameters);
  const { clocks } = trackedClock.reading(settings);
  if (!clocks.isFeasible || clocks.isEmpty) return null;
  const at = atUs / SECOND_US;
  const leaves = (seconds: number): boolean => {
    const { low, high } = trackedClock.range(seconds, 0, settings) ?? {
      low: 0,
      high: Number.POSITIVE_INFINITY,
    };
    const { driftCapSteps } = policy;
    return high - low + 1 > policy.windowCap || low < -driftCapSteps || high > driftCapSteps;
  };
  const { rates } = clocks;
  return {
    firstAtUs: record.anchor.atUs,
    lastAtUs: record.lastAcceptedAtUs,
    offsetSeconds: clocks.offsetAt(at),
    ratePpm: { low: rates.low * 1e6, high: rates.high * 1e6 },
    isLearned: true,
    leavesWindowAtUs: firstDay(at, leaves),
  };
}

/** Without a tracker: a step to each side of the recorded offset, and the worst of the class. */
function plainReport(record: TokenRecord, policy: Policy, atUs: number): DriftReport | null {
  const { parameters, anchor, offsetSteps, lastAcceptedAtUs } = record;
  if (parameters.kind === "hotp") return null;
  const { stepSeconds } = parameters;
  const worst = ratePpmOf(policy, record.clock);
  const sinceUs = lastAcceptedAtUs ?? anchor.atUs;
  const room = (Math.min(policy.windowPast, policy.windowFuture) + 0.5) * stepSeconds;
  const leaves = (seconds: number): boolean =>
    worst * 1e-6 * (seconds - sinceUs / SECOND_US) > room;
  const offset = offsetSteps * stepSeconds;
  return {
    firstAtUs: lastAcceptedAtUs === null ? null : anchor.atUs,
    lastAtUs: lastAcceptedAtUs,
    offsetSeconds: { low: offset - stepSeconds, high: offset + stepSeconds },
    ratePpm: { low: -worst, high: worst },
    isLearned: false,
    leavesWindowAtUs: firstDay(atUs / SECOND_US, leaves),
  };
}

/** The first day from `from` (seconds) on for which `holds`, which then stays so; microseconds. */
function firstDay(from: number, holds: (seconds: number) => boolean): number | null {
  const at = (day: number): number => from + day * DAY_SECONDS;
  if (!holds(at(MOST_DAYS))) return null;
  let low = 0;
  let high = MOST_DAYS;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(at(middle))) high = middle;
    else low = middle + 1;
  }
  return at(low) * SECOND_US;
}
