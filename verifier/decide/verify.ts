// A login: one code (RFC 4226 §7.2, RFC 6238 §5.2).

import { timeStepAt } from "../../core/drift/steps.ts";
import { isCode } from "../../core/oath/codes.ts";
import { consume } from "../record.ts";
import type { Verdict } from "../verdict.ts";
import { decideOutside } from "./auto-resync.ts";
import { type Decision, type DecisionInput, outsideDates, refuse, throttled } from "./decision.ts";
import { trackedOffset } from "./offset.ts";
import { isBeforeT0, loginRange, matches } from "./search.ts";

/**
 * Judges one code.
 *
 * A code that is also the code of a spent step or counter within the window is a replay, whatever
 * else it matches (the digits of a consumed step stay burned while it is in the window). A code of
 * several fresh time steps (about one login in 330,000 at 6 digits) consumes all of them and leaves
 * the recorded offset alone: which step the token meant cannot be told. Of several counters the
 * lowest is taken: a token has pressed once rather than twice. Replays are no guesses: they neither
 * count as failures nor reset them.
 */
export function decideVerify(input: DecisionInput, code: unknown): Decision {
  const decided = decidedUnseen(input, code);
  if (decided !== null) return decided;
  const text = code as string;
  return decideFound(input, text, matches(input.key, text, loginRange(input)));
}

/** The decision on a code that need not be looked for; null when it must be. */
export function decidedUnseen(input: DecisionInput, code: unknown): Decision | null {
  const { record } = input;
  if (record.state !== "enabled") return refuse(input, "verify", "not-enrolled");
  if (!isCode(code, record.parameters.digits)) return refuse(input, "verify", "malformed");
  const date = outsideDates(input);
  if (date !== null) return refuse(input, "verify", date);
  const wait = throttled(input, "verify");
  if (wait !== null) return { verdict: wait, record };
  if (isBeforeT0(input)) return refuse(input, "verify", "no-match");
  return null;
}

/**
 * The decision on a code that was looked for.
 *
 * @param found the moving factors of the login range that have it, in order
 */
export function decideFound(
  input: DecisionInput,
  code: string,
  found: readonly bigint[],
): Decision {
  const { record } = input;
  const isSpent = found.some((factor) => factor <= record.watermark);
  if (found.length === 0 || isSpent) {
    // The same work for both, so that it does not tell one from the other.
    const outside = decideOutside(input, code);
    return isSpent ? refuse(input, "verify", "replayed") : outside;
  }
  return record.parameters.kind === "totp" ? acceptStep(input, found) : acceptCounter(input, found);
}

function acceptStep(input: DecisionInput, found: readonly bigint[]): Decision {
  const { record, receivedAtUs } = input;
  const { parameters } = record;
  const highest = found.at(-1);
  if (highest === undefined || parameters.kind !== "totp") throw new Error("no step was found");
  const offsetSteps = Number(highest - timeStepAt(receivedAtUs, parameters));
  const next = consume(record, highest, receivedAtUs);
  return {
    verdict: accepted(highest, offsetSteps),
    record:
      found.length > 1
        ? next
        : { ...next, ...trackedOffset(input, highest, offsetSteps, parameters) },
  };
}

function acceptCounter(input: DecisionInput, found: readonly bigint[]): Decision {
  const [lowest] = found;
  if (lowest === undefined) throw new Error("no counter was found");
  return {
    verdict: accepted(lowest, 0),
    record: consume(input.record, lowest, input.receivedAtUs),
  };
}

function accepted(movingFactor: bigint, offsetSteps: number): Verdict {
  return { outcome: "accepted", act: "verify", movingFactor, offsetSteps, outOfSync: false };
}
