// What a conformance run would do to tokens: which cases run and which are skipped, how long it
// takes, what it uses up, and whether the token's protection lets it begin. Tokens are opened and
// read, nothing is written.

import type { ConformanceCase, Suite, TokenNeed } from "../../conformance/case.ts";
import { missingTokenNeed, partNeeds } from "../../conformance/run/needs.ts";
import type { Selection } from "../../conformance/run/selection.ts";
import type { TargetFactory } from "../../conformance/target.ts";
import type { Capabilities } from "../../devices/device.ts";
import { type Protection, protect } from "../../devices/protection.ts";
import type { Context } from "../command.ts";
import type { NamedToken } from "../sources.ts";
import {
  type GuardArguments,
  harmOf,
  lookAtToken,
  protectionInput,
  type TokenLook,
} from "./guard.ts";
import { casesOf } from "./plan.ts";

/** What a plan is made of. */
export interface TokenPlanInput {
  readonly suites: readonly Suite[];
  readonly selection: Selection;
  readonly named: readonly NamedToken[];
  readonly targets: readonly TargetFactory[];
  readonly maxWaitSeconds: number;
  readonly timeoutMs: number;
  readonly guard: GuardArguments;
}

/** Cases with one reason, or one act. */
export interface CountedText {
  readonly text: string;
  readonly cases: number;
}

/** What one case waits for. */
export interface CaseWait {
  readonly id: string;
  /** At most. */
  readonly seconds: number;
  /** Whether `--max-wait` is enough for it; else the case is skipped. */
  readonly isAllowed: boolean;
}

/** What a run would do to one token. */
export interface TokenPlan {
  readonly subject: string;
  readonly look: TokenLook;
  /** Cases selected, about the token and about pairs it is in. */
  readonly cases: number;
  readonly runs: number;
  readonly skipped: readonly CountedText[];
  /** What the cases that run do to the token. */
  readonly acts: readonly CountedText[];
  /** Real time that cases wait for a token without a rig, skipped ones too. */
  readonly waits: readonly CaseWait[];
  /** How long all of it takes: as a rule, and when every case runs into its time-out. */
  readonly seconds: { readonly about: number; readonly most: number };
  readonly protection: Protection;
}

/** What cases do to a token, by what they need of it. */
const ACTS: readonly (readonly [needs: readonly TokenNeed[], text: string])[] = [
  [["totp", "hotp", "hotp-at-counter", "hotp-own-counter"], "read codes"],
  [["provision"], "write a credential; on a token without names it replaces the one there is"],
  [["remove"], "remove a credential they wrote"],
  [["set-time"], "set the token's clock; it gets the host's time back"],
  [["hotp-own-counter"], "use up counters of a credential they wrote"],
  [["rig"], "power, faults and time of an emulated token"],
];

/**
 * Seconds that a case takes as a rule: serial boards start anew when they are opened, a person
 * scans and types.
 */
const SECONDS_A_CASE: Readonly<Record<TokenLook["kind"], (driver: string) => number>> = {
  absent: () => 0,
  emulated: (driver) => (driver === "serial" ? 0.3 : 0.03),
  person: () => 45,
  physical: (driver) => (driver === "serial" ? 3 : driver === "hid" ? 1 : 0.5),
};

/** Why a case that waits is skipped. */
const NO_TIME = "needs more real time than --max-wait gives, see above";

/** Looks at each token in turn. @throws {NothingSelected} */
export async function planTokens(
  input: TokenPlanInput,
  { signal }: Context,
): Promise<readonly TokenPlan[]> {
  const selected = casesOf({ ...input, judges: "token" });
  const targets = input.targets.length;
  const plans: TokenPlan[] = [];
  for (const { source } of input.named) {
    const look = await lookAtToken(source, signal);
    // A pair's case runs once with each target.
    const cases = selected.flatMap((one): readonly ConformanceCase[] =>
      one.subject === "pair" ? Array.from({ length: targets }, () => one) : [one],
    );
    plans.push(planOf(source.name, source.driver, look, cases, input));
  }
  return plans;
}

function planOf(
  subject: string,
  driver: string,
  look: TokenLook,
  cases: readonly ConformanceCase[],
  { guard, timeoutMs, maxWaitSeconds }: TokenPlanInput,
): TokenPlan {
  const hasRig = look.kind === "emulated";
  const needed = cases.map((one) =>
    look.kind === "absent" ? undefined : lackOf(one, look.capabilities, hasRig),
  );
  const able = look.kind === "absent" ? [] : cases.filter((_, at) => needed[at] === undefined);
  const waits = hasRig ? [] : waitsOf(able, maxWaitSeconds);
  const impatient = new Set(waits.filter((one) => !one.isAllowed).map(({ id }) => id));
  const lacks = cases.map(({ id }, at) => (impatient.has(id) ? NO_TIME : needed[at]));
  const runs = look.kind === "absent" ? [] : cases.filter((_, at) => lacks[at] === undefined);
  const most = runs.length * (timeoutMs / 1000 + maxWaitSeconds);
  const waited = waits.reduce((sum, { seconds, isAllowed }) => sum + (isAllowed ? seconds : 0), 0);
  const about = Math.min(most, runs.length * SECONDS_A_CASE[look.kind](driver) + waited);
  const harm = harmOf(runs);
  return {
    subject,
    look,
    cases: cases.length,
    runs: runs.length,
    skipped: counted(lacks.filter((lack) => lack !== undefined)),
    acts: ACTS.map(([needs, text]) => ({
      text,
      cases: runs.filter((one) => needs.some((need) => hasNeed(one, need))).length,
    })).filter((act) => act.cases > 0),
    waits,
    seconds: { about, most },
    protection:
      look.kind === "physical" && harm !== "reads"
        ? protect(protectionInput(look, harm, guard))
        : { kind: "allowed" },
  };
}

function waitsOf(able: readonly ConformanceCase[], maxWaitSeconds: number): readonly CaseWait[] {
  return able.flatMap((one) => {
    const seconds = one.subject === "token" ? (one.waitsSeconds ?? 0) : 0;
    return seconds === 0 ? [] : [{ id: one.id, seconds, isAllowed: seconds <= maxWaitSeconds }];
  });
}

function lackOf(
  one: ConformanceCase,
  capabilities: Capabilities,
  hasRig: boolean,
): string | undefined {
  if (one.subject === "verifier") return "it is about a verification server";
  return missingTokenNeed(partNeeds(one.needs).token, capabilities, hasRig);
}

function hasNeed(one: ConformanceCase, need: TokenNeed): boolean {
  return one.subject !== "verifier" && one.needs.some((own) => own === need);
}

/** Most frequent first. */
function counted(texts: readonly string[]): readonly CountedText[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts]
    .map(([text, cases]) => ({ text, cases }))
    .toSorted((a, b) => b.cases - a.cases || a.text.localeCompare(b.text));
}
