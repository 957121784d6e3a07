// Which steps a login's code may be of, relative to the step of now (RFC 6238 §5.2, §6).

import type { StepRange } from "../../core/drift/tracker.ts";
import type { TotpParameters } from "../../core/oath/parameters.ts";
import { SECOND_US } from "../../core/time/clock.ts";
import { trackerSettings } from "../tracker-settings.ts";
import type { DecisionInput } from "./decision.ts";

/** The window by the policy's rule. Empty (low > high) when nothing may match. */
export function loginWindow(input: DecisionInput, parameters: TotpParameters): StepRange {
  const { record, policy } = input;
  if (!policy.trackDrift || !record.isTracked) return around(input, record.offsetSteps, 0);
  switch (policy.windowRule) {
    case "offset":
      return around(input, record.offsetSteps, 0);
    case "gap-growth":
      return capped(input, around(input, record.offsetSteps, growth(input, parameters)));
    case "tracker":
      return capped(input, feasible(input, parameters));
  }
}

function around({ policy }: DecisionInput, centre: number, growth: number): StepRange {
  return {
    low: centre - policy.windowPast - growth,
    high: centre + policy.windowFuture + growth,
    centre,
  };
}

/** Steps that a clock may have drifted since the last login, each side. */
function growth({ record, policy, receivedAtUs }: DecisionInput, grid: TotpParameters): number {
  const sinceUs = Math.max(0, receivedAtUs - (record.lastAcceptedAtUs ?? record.anchor.atUs));
  return Math.floor((sinceUs * policy.growthPpm) / 1e6 / SECOND_US / grid.stepSeconds);
}

/** What the codes so far leave possible, and the least window around the likeliest step. */
function feasible(input: DecisionInput, parameters: TotpParameters): StepRange {
  const { record, policy, receivedAtUs } = input;
  const at = receivedAtUs / SECOND_US;
  const settings = trackerSettings(policy, record.clock, parameters);
  const range = record.trackedClock?.range(at, hostPhase(at, parameters), settings) ?? null;
  if (range === null) return around(input, record.offsetSteps, 0);
  const least = around(input, range.centre, 0);
  return {
    low: Math.min(range.low, least.low),
    high: Math.max(range.high, least.high),
    centre: range.centre,
  };
}

/** At most `windowCap` steps, around the centre, and none beyond the drift cap. */
function capped({ policy }: DecisionInput, { low, high, centre }: StepRange): StepRange {
  const { windowCap, driftCapSteps } = policy;
  let first = low;
  let last = high;
  if (high - low + 1 > windowCap) {
    first = Math.max(low, Math.min(centre - (windowCap >> 1), high - windowCap + 1));
    last = first + windowCap - 1;
  }
  return { low: Math.max(first, -driftCapSteps), high: Math.min(last, driftCapSteps), centre };
}

/** How long the host's step has lasted, seconds. */
export function hostPhase(atSeconds: number, grid: TotpParameters): number {
  const since = atSeconds - grid.t0;
  return since - Math.floor(since / grid.stepSeconds) * grid.stepSeconds;
}
