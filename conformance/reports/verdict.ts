// What a report comes to: counts, one verdict, one exit code.

import type { CaseResult, Report, Status } from "../report.ts";

/** All statuses, worst first: the order in which reports list them. */
export const STATUSES: readonly Status[] = [
  "error",
  "fail",
  "xpass",
  "warn",
  "info",
  "xfail",
  "skip",
  "pass",
];

/** What a status means, for legends. */
export const STATUS_MEANINGS: Readonly<Record<Status, string>> = {
  pass: "the requirement holds",
  fail: "a MUST is broken",
  warn: "a SHOULD is broken",
  info: "a MAY is not offered",
  skip: "the requirement does not apply",
  xfail: "a known failure",
  xpass: "a known failure that passes: update the expectations",
  error: "the bench broke, no verdict",
};

/** One sign for each status, one column wide on every terminal. */
export const STATUS_SIGNS: Readonly<Record<Status, string>> = {
  pass: "✓",
  fail: "✗",
  warn: "!",
  info: "i",
  skip: "–",
  xfail: "≈",
  xpass: "↑",
  error: "E",
};

/** How many results have each status. */
export type Tally = Readonly<Record<Status, number>>;

/** Counts results by status. */
export function tally(results: readonly CaseResult[]): Tally {
  const counts = { pass: 0, fail: 0, warn: 0, info: 0, skip: 0, xfail: 0, xpass: 0, error: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}

/** `380 passed, 2 failed, 28 skipped`; statuses nobody has are left out. */
export function tallyText(counts: Tally): string {
  const parts = (["pass", ...STATUSES.filter((status) => status !== "pass")] as const)
    .filter((status) => counts[status] > 0)
    .map((status) => `${counts[status]} ${countWord(status, counts[status])}`);
  return parts.length === 0 ? "no results" : parts.join(", ");
}

/** How a run ended, the worst that happened first: what the header of a report says. */
export interface Verdict {
  readonly kind: "interrupted" | "broken" | "failed" | "warned" | "passed" | "nothing-ran";
  /** A word or three. */
  readonly headline: string;
  /** One sentence that says why. */
  readonly sentence: string;
}

/** The verdict on everything in the report. */
export function verdictOf(report: Report): Verdict {
  const counts = tally(report.results);
  const { fail, xpass, warn, error, pass } = counts;
  if (!report.complete) {
    const sentence = `The run was stopped before its end: ${tallyText(counts)} so far.`;
    return { kind: "interrupted", headline: "Interrupted", sentence };
  }
  if (error > 0) {
    const sentence =
      `The bench broke in ${countOf(error, "case")}, which therefore ${error === 1 ? "has" : "have"}` +
      ` no verdict${fail > 0 ? `; ${countOf(fail, "requirement")} failed besides` : ""}.`;
    return { kind: "broken", headline: "No verdict", sentence };
  }
  if (fail > 0) {
    const sentence = `${countOf(fail, "binding requirement")} ${fail === 1 ? "is" : "are"} broken.`;
    return { kind: "failed", headline: "Not conformant", sentence };
  }
  if (xpass > 0) {
    const sentence =
      `${countOf(xpass, "known failure")} ${xpass === 1 ? "passes" : "pass"}: ` +
      "take it out of the expectations.";
    return { kind: "failed", headline: "Expectations out of date", sentence };
  }
  return goodVerdict(pass, warn, counts);
}

/**
 * The exit code of a run: 130 when it was interrupted, 4 when the harness broke in a case, 1 when
 * a MUST is broken or a known failure passes, else 0. The first that applies: what a broken
 * harness says of the other cases is not to be relied on.
 */
export function exitCodeOf(report: Report): 0 | 1 | 4 | 130 {
  if (!report.complete) return 130;
  const { fail, xpass, error } = tally(report.results);
  if (error > 0) return 4;
  return fail + xpass > 0 ? 1 : 0;
}

/** Whether a result asks for something to be done. */
export function asksForWork({ status }: CaseResult): boolean {
  return status === "fail" || status === "error" || status === "xpass";
}

/** `1 case`, `2 cases`. */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

function goodVerdict(pass: number, warn: number, counts: Tally): Verdict {
  if (pass + warn + counts.info + counts.xfail === 0) {
    const sentence =
      counts.skip > 0
        ? `None of ${countOf(counts.skip, "case")} applies to what was judged.`
        : "No case ran.";
    return { kind: "nothing-ran", headline: "Nothing judged", sentence };
  }
  const known = counts.xfail > 0 ? `, ${countOf(counts.xfail, "known failure")} aside` : "";
  if (warn === 0) {
    const sentence = `Every requirement that applies holds${known}.`;
    return { kind: "passed", headline: "Conformant", sentence };
  }
  const sentence =
    `Every binding requirement holds${known}; ` +
    `${countOf(warn, "recommendation")} ${warn === 1 ? "is" : "are"} not followed.`;
  return { kind: "warned", headline: "Conformant, with warnings", sentence };
}

function countWord(status: Status, count: number): string {
  const words: Readonly<Record<Status, string>> = {
    pass: "passed",
    fail: "failed",
    warn: count === 1 ? "warning" : "warnings",
    info: "for information",
    skip: "skipped",
    xfail: count === 1 ? "known failure" : "known failures",
    xpass: "unexpectedly passed",
    error: count === 1 ? "error" : "errors",
  };
  return words[status];
}
