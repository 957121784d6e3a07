// Two consecutive codes: enrollment (the device is enabled) and resynchronization (RFC 4226 §7.4,
// RFC 6238 §6). The pair is judged together; a code alone decides nothing.

import { timeStepAt } from "../../core/drift/steps.ts";
import { isCode } from "../../core/oath/codes.ts";
import type { TotpParameters } from "../../core/oath/parameters.ts";
import { SECOND_US } from "../../core/time/clock.ts";
import { MAX_SEARCH_STEPS } from "../policy-fields.ts";
import { consume } from "../record.ts";
import {
  type Decision,
  type DecisionInput,
  fail,
  outsideDates,
  refuse,
  throttled,
} from "./decision.ts";
import { faultOf, rememberedJumps } from "./fault.ts";
import { startedClock } from "./offset.ts";
import { isBeforeT0, pairMatches, pairRange } from "./search.ts";

/** Makes a created token usable: two consecutive codes, in order, both consumed. */
export function decideEnroll(input: DecisionInput, codes: unknown): Decision {
  switch (input.record.state) {
    case "created":
      return isExpired(input)
        ? refuse(input, "enroll", "expired")
        : decidePair(input, codes, "enroll");
    case "enabled":
      return refuse(input, "enroll", "wrong-state");
    case "deactivated":
    case "deleted":
      return refuse(input, "enroll", "not-enrolled");
  }
}

function isExpired({ record, receivedAtUs }: DecisionInput): boolean {
  return record.pendingUntilUs !== null && receivedAtUs > record.pendingUntilUs;
}

/**
 * Finds an enabled token's offset or counter again: two consecutive codes, searched wide, never at
 * or below the watermark. Failures count like those of logins, and a lock is not lifted by it.
 */
export function decideResync(input: DecisionInput, codes: unknown): Decision {
  if (input.record.state !== "enabled") return refuse(input, "resync", "not-enrolled");
  return decidePair(input, codes, "resync");
}

/**
 * Both codes may be equal: adjacent steps with the same digits are consecutive all the same. A pair
 * that fits two places is refused: which one is meant cannot be told, and no scan order may decide.
 * A pair whose first code is spent is a replay, even if its second is fresh.
 */
function decidePair(input: DecisionInput, codes: unknown, act: "enroll" | "resync"): Decision {
  const { record } = input;
  const { digits } = record.parameters;
  const [first, second, ...more]: unknown[] = Array.isArray(codes) ? codes.slice(0, 3) : [];
  if (more.length > 0 || !isCode(first, digits) || !isCode(second, digits)) {
    return refuse(input, act, "malformed");
  }
  const date = outsideDates(input);
  if (date !== null) return refuse(input, act, date);
  const wait = throttled(input, act);
  if (wait !== null) return { verdict: wait, record };
  if (isBeforeT0(input)) return refuse(input, act, "no-match");
  const range = pairRange(input, reachOf(input, act));
  const found = pairMatches(input.key, [first, second], range);
  const [factor] = found;
  if (factor === undefined) return fail(input, act, "no-match");
  if (found.every((at) => at <= record.watermark)) return refuse(input, act, "replayed");
  return found.length > 1 ? fail(input, act, "no-match") : acceptPair(input, act, factor + 1n);
}

function reachOf(input: DecisionInput, act: "enroll" | "resync"): number {
  const { record, policy } = input;
  if (record.parameters.kind === "hotp") return policy.resyncCounters;
  return act === "enroll" ? enrollReach(input, record.parameters) : policy.resyncSteps;
}

/** A token that lay on a shelf since the factory set its clock has drifted there. */
function enrollReach(
  { record, policy, receivedAtUs }: DecisionInput,
  { stepSeconds }: TotpParameters,
): number {
  if (record.factorySetAtUs === null) return policy.enrollSteps;
  const shelfSeconds = Math.max(0, receivedAtUs - record.factorySetAtUs) / SECOND_US;
  const drifted = Math.ceil((shelfSeconds * policy.shelfPpm) / 1e6 / stepSeconds);
  const reach = Math.max(policy.enrollSteps, policy.shelfSteps + drifted);
  return Math.min(reach, MAX_SEARCH_STEPS);
}

function acceptPair(input: DecisionInput, act: "enroll" | "resync", second: bigint): Decision {
  const { record, policy, receivedAtUs } = input;
  const { parameters } = record;
  const offsetSteps =
    parameters.kind === "totp" ? Number(second - timeStepAt(receivedAtUs, parameters)) : 0;
  const outOfSync = act === "enroll" && offsetSteps < -policy.windowPast;
  const found = act === "resync" ? faultOf(input, offsetSteps) : null;
  const isFault = found !== null && found.fault.kind !== "none";
  const verdict = {
    outcome: "accepted",
    act,
    movingFactor: second,
    offsetSteps,
    outOfSync,
  } as const;
  return {
    verdict: isFault ? { ...verdict, fault: found.fault } : verdict,
    record: {
      ...consume(record, second, receivedAtUs),
      jumps: rememberedJumps(record, found, receivedAtUs),
      state: "enabled",
      pendingUntilUs: null,
      ...startedClock(input, second, offsetSteps),
    },
  };
}
