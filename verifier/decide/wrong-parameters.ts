// Whether an enrollment's pair fits other parameters than those the token was created with: a token
// of 60 s taken for one of 30 s looks like a clock that runs wildly, and is none.

import { timeStepAt } from "../../core/drift/steps.ts";
import { isCode } from "../../core/oath/codes.ts";
import {
  HASH_ALGORITHMS,
  type OathParameters,
  type TotpParameters,
} from "../../core/oath/parameters.ts";
import type { Engine } from "../engines/engine.ts";
import { MAX_SEARCH_STEPS } from "../policy-fields.ts";
import type { DecisionInput } from "./decision.ts";
import { pairMatches, type SearchRange } from "./search.ts";

/** Steps that tokens have in the field. */
const STEP_SECONDS: readonly number[] = [30, 60];
const DIGITS: readonly number[] = [6, 7, 8];
/** Where clocks begin to count: Unix, GPS, the year 2000, and the round figure of RFC examples. */
const EPOCHS: readonly number[] = [0, 315_964_800, 946_684_800, 1_000_000_000];

/** What is looked into. */
export interface MistakenPair {
  readonly input: Omit<DecisionInput, "key">;
  readonly secret: Uint8Array;
  readonly engine: Engine;
  readonly codes: readonly unknown[];
}

/**
 * Parameters under which the two codes are consecutive, near now or near counter 0; null when none
 * of the usual ones are. A T0 that fits may also be a clock that is off by as much.
 */
export function fittingParameters(mistaken: MistakenPair): OathParameters | null {
  const { input, codes } = mistaken;
  const [first, second] = codes;
  if (codes.length !== 2 || typeof first !== "string" || typeof second !== "string") return null;
  const digits = first.length;
  if (!DIGITS.includes(digits) || !isCode(first, digits) || !isCode(second, digits)) return null;
  const { parameters } = input.record;
  const fitting = alternatives(parameters, digits).find(
    (other) => matchesOf(mistaken, other, [first, second], input.policy.enrollSteps).length > 0,
  );
  if (fitting !== undefined) return fitting;
  if (parameters.kind === "hotp" || digits !== parameters.digits) return null;
  return otherT0(mistaken, parameters, [first, second]);
}

/** All usual parameters but those it has. */
function alternatives(own: OathParameters, digits: number): readonly OathParameters[] {
  const t0 = own.kind === "totp" ? own.t0 : 0;
  const stepSeconds = own.kind === "totp" ? [own.stepSeconds, ...STEP_SECONDS] : STEP_SECONDS;
  const algorithms = [own.algorithm, ...HASH_ALGORITHMS.filter((hash) => hash !== own.algorithm)];
  const all: OathParameters[] = [];
  for (const algorithm of algorithms) {
    for (const step of new Set(stepSeconds)) {
      for (const from of new Set([t0, ...EPOCHS])) {
        all.push({ kind: "totp", algorithm, digits, stepSeconds: step, t0: from });
      }
    }
    all.push({ kind: "hotp", algorithm, digits });
  }
  return all.filter((other) => differingParameters(own, other).length > 0);
}

/** The first parameters on which two sets differ, by name. */
export function differingParameters(a: OathParameters, b: OathParameters): readonly string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const of = (parameters: OathParameters, name: string): unknown =>
    (parameters as unknown as Readonly<Record<string, unknown>>)[name];
  return [...names].filter((name) => of(a, name) !== of(b, name));
}

function matchesOf(
  { input, secret, engine }: MistakenPair,
  parameters: OathParameters,
  codes: readonly [string, string],
  reach: number,
): readonly bigint[] {
  const key = engine.prepare(secret, parameters);
  try {
    const { highestMovingFactor } = engine;
    return pairMatches({ key, highestMovingFactor }, codes, rangeOf(input, parameters, reach));
  } finally {
    key.dispose();
  }
}

function rangeOf(
  { receivedAtUs, policy }: Omit<DecisionInput, "key">,
  parameters: OathParameters,
  reach: number,
): SearchRange {
  if (parameters.kind === "hotp") return { low: 0n, high: BigInt(policy.resyncCounters) };
  const now = timeStepAt(receivedAtUs, parameters);
  return { low: now - BigInt(reach), high: now + BigInt(reach) };
}

/** The same parameters counted from elsewhere, as far as one search may reach. */
function otherT0(
  mistaken: MistakenPair,
  parameters: TotpParameters,
  codes: readonly [string, string],
): OathParameters | null {
  const found = matchesOf(mistaken, parameters, codes, MAX_SEARCH_STEPS / 2);
  const [first, ...others] = found;
  if (first === undefined || others.length > 0) return null;
  const byOffset = first + 1n - timeStepAt(mistaken.input.receivedAtUs, parameters);
  return { ...parameters, t0: parameters.t0 - Number(byOffset) * parameters.stepSeconds };
}
