// What is recorded of a token's clock (RFC 6238 §6): the offset in whole steps, token minus
// verifier, and under the tracker's rule what the codes leave possible.

import { stepStartUs } from "../../core/drift/steps.ts";
import type { Sighting } from "../../core/drift/tracker.ts";
import type { TotpParameters } from "../../core/oath/parameters.ts";
import { SECOND_US } from "../../core/time/clock.ts";
import type { TokenRecord } from "../record.ts";
import { TrackedClock } from "../tracked-clock.ts";
import { trackerSettings } from "../tracker-settings.ts";
import type { DecisionInput } from "./decision.ts";
import { hostPhase } from "./window.ts";

/** The part of a record that says where the token's clock is. */
export type ClockRecord = Pick<TokenRecord, "offsetSteps" | "trackedClock">;

/**
 * After a login with the code of `timeStep`, `offsetSteps` away from now. The tracker takes it in;
 * without one the offset follows, held within two bounds.
 */
export function trackedOffset(
  input: DecisionInput,
  timeStep: bigint,
  offsetSteps: number,
  parameters: TotpParameters,
): ClockRecord {
  const { record, policy } = input;
  const { trackedClock } = record;
  if (!policy.trackDrift || !record.isTracked) {
    return { offsetSteps: record.offsetSteps, trackedClock };
  }
  if (policy.windowRule !== "tracker") {
    return { offsetSteps: slewedOffset(input, offsetSteps, parameters), trackedClock };
  }
  const settings = trackerSettings(policy, record.clock, parameters);
  const sighting = sightingOf(input, timeStep, parameters);
  const clock =
    trackedClock === null
      ? TrackedClock.start(sighting, settings)
      : trackedClock.observe(sighting, settings).clock;
  return { trackedClock: clock, offsetSteps: centreOf(input, clock, offsetSteps, parameters) };
}

/** After a pair, or what an operator sets: tracking begins anew from there. */
export function startedClock(
  input: Omit<DecisionInput, "key">,
  timeStep: bigint,
  offsetSteps: number,
): Pick<TokenRecord, "offsetSteps" | "trackedClock" | "anchor"> {
  const { record, policy, receivedAtUs } = input;
  const { parameters } = record;
  const anchor = { offsetSteps, atUs: receivedAtUs };
  if (parameters.kind === "hotp" || policy.windowRule !== "tracker") {
    return { offsetSteps, anchor, trackedClock: null };
  }
  const settings = trackerSettings(policy, record.clock, parameters);
  const sighting = sightingOf(input, timeStep, parameters);
  return { offsetSteps, anchor, trackedClock: TrackedClock.start(sighting, settings) };
}

/**
 * The slew bound counts from the last pair (enrollment or resync), so that accepted codes at the
 * window's edge cannot walk the window away (the ratchet): a clock of at most `slewPpm` cannot have
 * gone further, plus `slewSteps` for the pair's and this code's own step. The cap bounds it for
 * good.
 */
function slewedOffset(
  input: DecisionInput,
  offsetSteps: number,
  parameters: TotpParameters,
): number {
  const { record, policy, receivedAtUs } = input;
  const { anchor } = record;
  const elapsedSeconds = Math.max(0, receivedAtUs - anchor.atUs) / SECOND_US;
  const slew =
    policy.slewSteps +
    Math.floor((elapsedSeconds * policy.slewPpm) / 1_000_000 / parameters.stepSeconds);
  const slewed = clamp(offsetSteps, anchor.offsetSteps - slew, anchor.offsetSteps + slew);
  return clamp(slewed, -policy.driftCapSteps, policy.driftCapSteps);
}

function sightingOf(
  { receivedAtUs }: Pick<DecisionInput, "receivedAtUs">,
  timeStep: bigint,
  parameters: TotpParameters,
): Sighting {
  const at = receivedAtUs / SECOND_US;
  return { at, startsBy: stepStartUs(timeStep, parameters) / SECOND_US - at };
}

/** The likeliest step now, as an offset; the matched one when no clock fits. */
function centreOf(
  { record, policy, receivedAtUs }: DecisionInput,
  clock: TrackedClock,
  matched: number,
  parameters: TotpParameters,
): number {
  const at = receivedAtUs / SECOND_US;
  const settings = trackerSettings(policy, record.clock, parameters);
  const range = clock.range(at, hostPhase(at, parameters), settings);
  return clamp(range?.centre ?? matched, -policy.driftCapSteps, policy.driftCapSteps);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
