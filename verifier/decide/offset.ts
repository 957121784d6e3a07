// The recorded offset of a token's clock (RFC 6238 §6), whole steps, token minus verifier.

import type { TotpParameters } from "../../core/oath/parameters.ts";
import type { DecisionInput } from "./decision.ts";

/**
 * The offset to record after a login that matched `offsetSteps` away from now: that offset, held
 * within two bounds. The slew bound counts from the last pair (enrollment or resync), so that
 * accepted codes at the window's edge cannot walk the window away (the ratchet): a clock of at most
 * `slewPpm` cannot have gone further, plus `slewSteps` for the pair's and this code's own step.
 * The cap bounds it for good.
 */
export function trackedOffset(
  input: DecisionInput,
  offsetSteps: number,
  parameters: TotpParameters,
): number {
  const { record, policy, receivedAtUs } = input;
  if (!policy.trackDrift) return record.offsetSteps;
  const { anchor } = record;
  const elapsedSeconds = Math.max(0, receivedAtUs - anchor.atUs) / 1_000_000;
  const slew =
    policy.slewSteps +
    Math.floor((elapsedSeconds * policy.slewPpm) / 1_000_000 / parameters.stepSeconds);
  const slewed = clamp(offsetSteps, anchor.offsetSteps - slew, anchor.offsetSteps + slew);
  return clamp(slewed, -policy.driftCapSteps, policy.driftCapSteps);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
