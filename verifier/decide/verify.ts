// A login: one code (RFC 4226 §7.2, RFC 6238 §5.2).

import { timeStepAt } from "../../core/drift/steps.ts";
import { isCode } from "../../core/oath/codes.ts";
import type { TotpParameters } from "../../core/oath/parameters.ts";
import { consume, type TokenRecord } from "../record.ts";
import { type Decision, type DecisionInput, fail, matches, refuse, throttled } from "./decision.ts";
import { trackedOffset } from "./offset.ts";

/**
 * Judges one code.
 *
 * A code of several steps of the window (about one in 330,000 logins at 6 digits) consumes all of
 * them and leaves the recorded offset alone: which step the token meant cannot be told. The digits
 * of a consumed step stay burned while that step is in the window, even if another step has them.
 * Replays are no guesses: they neither count as failures nor reset them.
 */
export function decideVerify(input: DecisionInput, code: unknown): Decision {
  const { record } = input;
  if (record.state !== "enabled") return refuse(input, "verify", "not-enrolled");
  if (!isCode(code, record.parameters.digits)) return refuse(input, "verify", "malformed");
  const wait = throttled(input, "verify");
  if (wait !== null) return { verdict: wait, record };
  return record.parameters.kind === "totp"
    ? verifyTotp(input, record.parameters, code)
    : verifyHotp(input, code);
}

function verifyTotp(input: DecisionInput, parameters: TotpParameters, code: string): Decision {
  const { record, policy, receivedAtUs } = input;
  const nowStep = timeStepAt(receivedAtUs, parameters);
  const expected = nowStep + BigInt(record.offsetSteps);
  const low = expected - BigInt(policy.windowPast);
  const high = expected + BigInt(policy.windowFuture);
  const found = matches(input.key, code, low, high);
  if (found.length === 0) return fail(input, "verify", "no-match");
  const fresh = found.filter((step) => step > record.watermark);
  const burned = found.some((step) => record.consumed.includes(step));
  const highest = fresh.at(-1);
  if (burned || highest === undefined) return refuse(input, "verify", "replayed");
  const offsetSteps = Number(highest - nowStep);
  const next: TokenRecord = {
    ...consume(record, fresh),
    failures: 0,
    lastFailureAtUs: 0,
    lastAcceptedAtUs: receivedAtUs,
    offsetSteps:
      found.length === 1 ? trackedOffset(input, offsetSteps, parameters) : record.offsetSteps,
  };
  return {
    verdict: {
      outcome: "accepted",
      act: "verify",
      movingFactor: highest,
      offsetSteps,
      outOfSync: false,
    },
    record: next,
  };
}

function verifyHotp(input: DecisionInput, code: string): Decision {
  const { record, policy, receivedAtUs } = input;
  const expected = record.watermark + 1n;
  const high = expected + BigInt(policy.lookAheadWindow) - 1n;
  const [counter] = matches(input.key, code, expected, high);
  if (counter === undefined) return fail(input, "verify", "no-match");
  return {
    verdict: {
      outcome: "accepted",
      act: "verify",
      movingFactor: counter,
      offsetSteps: 0,
      outOfSync: false,
    },
    record: {
      ...consume(record, [counter]),
      failures: 0,
      lastFailureAtUs: 0,
      lastAcceptedAtUs: receivedAtUs,
    },
  };
}
