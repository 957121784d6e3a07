// The operator's reason for a code that matched nothing. Made off the answer's path: the public
// answer never shows it, and the time it takes must not be seen there either.

import { timeStepAt } from "../../core/drift/steps.ts";
import { isCode } from "../../core/oath/codes.ts";
import type { RefusalReason } from "../verdict.ts";
import { type DecisionInput, matches } from "./decision.ts";

/** Steps or counters looked at to each side: two hours at 30 s. */
const DIAGNOSE_STEPS = 240n;

/**
 * Why `code` was refused as "no-match": it is a code of this token outside the login window
 * ("out-of-sync": a resync is due), an old one ("replayed"), or none within reach ("no-match").
 * One code of six digits matches a wrong step in 1 of 2,000 cases here: a hint, not a proof.
 *
 * @param input the record as it was when the code was judged
 */
export function diagnose(input: DecisionInput, code: unknown): RefusalReason {
  const { record, receivedAtUs, policy } = input;
  const { parameters, watermark } = record;
  if (!isCode(code, parameters.digits)) return "malformed";
  if (record.consumed.some((factor) => matches(input.key, code, factor, factor).length > 0)) {
    return "replayed";
  }
  if (parameters.kind === "hotp") {
    const reach = min(BigInt(policy.resyncCounters), DIAGNOSE_STEPS);
    const found = matches(input.key, code, watermark + 1n, watermark + reach);
    return found.length > 0 ? "out-of-sync" : "no-match";
  }
  const reach = min(BigInt(policy.resyncSteps), DIAGNOSE_STEPS);
  const expected = timeStepAt(receivedAtUs, parameters) + BigInt(record.offsetSteps);
  const found = matches(input.key, code, expected - reach, expected + reach);
  if (found.length === 0) return "no-match";
  return found.some((step) => step > watermark) ? "out-of-sync" : "replayed";
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
