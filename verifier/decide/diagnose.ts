// The operator's reason for a code that was refused at login. It needs a wide search, so it is made
// off the answer's path: neither the public answer nor the time it takes may show it.

import { timeStepAt } from "../../core/drift/steps.ts";
import { isCode } from "../../core/oath/codes.ts";
import type { DecisionInput } from "./decision.ts";
import { matches, pairRange, type SearchRange } from "./search.ts";

/** Steps or counters looked at to each side: two hours at 30 s. */
const DIAGNOSE_REACH = 240;

/** Why a code matched nothing in the login window. */
export type Diagnosis =
  | { readonly reason: "no-match" } // none within reach
  | { readonly reason: "replayed"; readonly movingFactor: bigint } // the latest that is spent
  | {
      readonly reason: "out-of-sync"; // a fresh one that only a resync would find
      readonly movingFactor: bigint;
      /** Its step minus the step of `receivedAt`; absent for HOTP. */
      readonly offsetSteps?: number;
    };

/**
 * Looks for `code` where a resync would, at most DIAGNOSE_REACH away. One code of six digits
 * matches a wrong step in 1 of 2,000 cases here: a hint, not a proof. The same work for every code.
 *
 * @param input as it was when the code was judged
 */
export function diagnose(input: DecisionInput, code: unknown): Diagnosis {
  const { record, receivedAtUs } = input;
  const { parameters, watermark } = record;
  if (!isCode(code, parameters.digits)) return { reason: "no-match" };
  const found = matches(input.key, code, diagnosedRange(input));
  const [movingFactor] = found.filter((factor) => factor > watermark);
  if (movingFactor === undefined) {
    const spent = found.at(-1);
    return spent === undefined
      ? { reason: "no-match" }
      : { reason: "replayed", movingFactor: spent };
  }
  if (parameters.kind === "hotp") return { reason: "out-of-sync", movingFactor };
  const offsetSteps = Number(movingFactor - timeStepAt(receivedAtUs, parameters));
  return { reason: "out-of-sync", movingFactor, offsetSteps };
}

function diagnosedRange(input: DecisionInput): SearchRange {
  const { record, policy } = input;
  if (record.parameters.kind === "totp") {
    return pairRange(input, Math.min(policy.resyncSteps, DIAGNOSE_REACH));
  }
  const ahead = pairRange(input, Math.min(policy.resyncCounters, DIAGNOSE_REACH));
  return { low: record.watermark - BigInt(DIAGNOSE_REACH) + 1n, high: ahead.high };
}
