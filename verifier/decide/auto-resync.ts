// Resynchronization at the login prompt: a code outside the login window is refused like any other,
// and remembered for a short time. The next one's code then repairs the token. The pair decides, as
// in a resync by hand: one remembered code is worth nothing, any other code forgets it, and it was
// counted as a failure (protocol notes, section D: a first code that sticks would make guesses 250
// times as good).

import { timeStepAt } from "../../core/drift/steps.ts";
import { SECOND_US } from "../../core/time/clock.ts";
import { consume } from "../record.ts";
import { type Decision, type DecisionInput, fail } from "./decision.ts";
import { faultOf, rememberedJumps } from "./fault.ts";
import { startedClock } from "./offset.ts";
import { matches, pairRange } from "./search.ts";

/** Counters have no steps: what `autoResyncWait` counts for HOTP. */
const HOTP_STEP_SECONDS = 30;

/** Judges a code that matches nothing in the login window. */
export function decideOutside(input: DecisionInput, code: string): Decision {
  const { record, policy, receivedAtUs } = input;
  const refused = fail(input, "verify", "no-match");
  if (policy.autoResyncSteps === 0) return refused;
  const found = matches(input.key, code, pairRange(input, policy.autoResyncSteps));
  const expected = rememberedNext(input);
  if (expected !== null && found.includes(expected)) return repaired(input, expected);
  const [movingFactor, ...others] = found;
  // Which of two steps is meant cannot be told, and a spent one is no beginning.
  if (movingFactor === undefined || others.length > 0) return refused;
  if (movingFactor <= record.watermark) return refused;
  return {
    ...refused,
    record: { ...refused.record, remembered: { movingFactor, atUs: receivedAtUs } },
  };
}

/** The moving factor after the remembered one, if that is fresh and was not too long ago. */
function rememberedNext({ record, policy, receivedAtUs }: DecisionInput): bigint | null {
  const { remembered, parameters, watermark } = record;
  if (remembered === null || remembered.movingFactor <= watermark) return null;
  const stepSeconds = parameters.kind === "totp" ? parameters.stepSeconds : HOTP_STEP_SECONDS;
  const sinceUs = receivedAtUs - remembered.atUs;
  const isInTime = sinceUs >= 0 && sinceUs <= policy.autoResyncWait * stepSeconds * SECOND_US;
  return isInTime ? remembered.movingFactor + 1n : null;
}

function repaired(input: DecisionInput, movingFactor: bigint): Decision {
  const { record, receivedAtUs } = input;
  const { parameters } = record;
  const offsetSteps =
    parameters.kind === "totp" ? Number(movingFactor - timeStepAt(receivedAtUs, parameters)) : 0;
  const found = faultOf(input, offsetSteps);
  const verdict = {
    outcome: "accepted",
    act: "verify",
    movingFactor,
    offsetSteps,
    outOfSync: false,
  } as const;
  return {
    verdict:
      found === null || found.fault.kind === "none" ? verdict : { ...verdict, fault: found.fault },
    record: {
      ...consume(record, movingFactor, receivedAtUs),
      jumps: rememberedJumps(record, found, receivedAtUs),
      ...startedClock(input, movingFactor, offsetSteps),
    },
  };
}
