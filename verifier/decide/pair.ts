// Two consecutive codes: enrollment (the device is enabled) and resynchronization (RFC 4226 §7.4,
// RFC 6238 §6). The pair is judged together; a code alone decides nothing.

import { timeStepAt } from "../../core/drift/steps.ts";
import { isCode } from "../../core/oath/codes.ts";
import type { OathParameters } from "../../core/oath/parameters.ts";
import { consume, type TokenRecord } from "../record.ts";
import type { Verdict } from "../verdict.ts";
import {
  type Decision,
  type DecisionInput,
  fail,
  pairMatches,
  refuse,
  throttled,
} from "./decision.ts";

/** Makes a created token usable: two consecutive codes, in order, both consumed. */
export function decideEnroll(input: DecisionInput, codes: readonly unknown[]): Decision {
  switch (input.record.state) {
    case "created":
      return decidePair(input, codes, "enroll", input.policy.enrollSteps);
    case "enabled":
      return refuse(input, "enroll", "wrong-state");
    case "deactivated":
    case "deleted":
      return refuse(input, "enroll", "not-enrolled");
  }
}

/**
 * Finds an enabled token's offset or counter again: two consecutive codes, searched wide, never at
 * or below the watermark. Failures count, and a lock is not lifted by it.
 */
export function decideResync(input: DecisionInput, codes: readonly unknown[]): Decision {
  if (input.record.state !== "enabled") return refuse(input, "resync", "not-enrolled");
  return decidePair(input, codes, "resync", input.policy.resyncSteps);
}

function decidePair(
  input: DecisionInput,
  codes: readonly unknown[],
  act: "enroll" | "resync",
  searchSteps: number,
): Decision {
  const { record } = input;
  const { parameters } = record;
  const [first, second] = codes;
  if (
    codes.length !== 2 ||
    !isCode(first, parameters.digits) ||
    !isCode(second, parameters.digits)
  ) {
    return refuse(input, act, "malformed");
  }
  const wait = throttled(input, act);
  if (wait !== null) return { verdict: wait, record };
  const range = searchRange(input, parameters, searchSteps);
  const found = pairMatches(input.key, [first, second], range.low, range.high);
  const fresh = found.filter((factor) => factor > record.watermark);
  const [factor] = fresh;
  if (factor === undefined) {
    return found.length > 0 ? refuse(input, act, "replayed") : fail(input, act, "no-match");
  }
  // Two places with the same pair: which one is meant cannot be told, and no scan order may decide.
  if (fresh.length > 1) return fail(input, act, "no-match");
  return acceptPair(input, act, factor + 1n);
}

/** Where to look: around the expected step, or ahead of the last counter. */
function searchRange(
  input: DecisionInput,
  parameters: OathParameters,
  searchSteps: number,
): { readonly low: bigint; readonly high: bigint } {
  const { record, policy, receivedAtUs } = input;
  if (parameters.kind === "hotp") {
    const low = record.watermark + 1n;
    return { low, high: low + BigInt(policy.resyncCounters) };
  }
  const expected = timeStepAt(receivedAtUs, parameters) + BigInt(record.offsetSteps);
  const nowStep = expected - BigInt(record.offsetSteps);
  const cap = BigInt(policy.driftCapSteps);
  const low = expected - BigInt(searchSteps);
  const high = expected + BigInt(searchSteps);
  return {
    low: low > nowStep - cap ? low : nowStep - cap,
    high: high < nowStep + cap ? high : nowStep + cap,
  };
}

function acceptPair(input: DecisionInput, act: "enroll" | "resync", second: bigint): Decision {
  const { record, policy, receivedAtUs } = input;
  const { parameters } = record;
  const offsetSteps =
    parameters.kind === "totp" ? Number(second - timeStepAt(receivedAtUs, parameters)) : 0;
  const outOfSync = offsetSteps < -policy.windowPast || offsetSteps > policy.windowFuture;
  const verdict: Verdict = {
    outcome: "accepted",
    act,
    movingFactor: second,
    offsetSteps,
    outOfSync: act === "enroll" && outOfSync,
  };
  const next: TokenRecord = {
    ...consume(record, [second - 1n, second]),
    state: "enabled",
    failures: 0,
    lastFailureAtUs: 0,
    lastAcceptedAtUs: receivedAtUs,
    offsetSteps,
    anchor: { offsetSteps, atUs: receivedAtUs },
  };
  return { verdict, record: next };
}
