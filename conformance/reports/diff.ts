// Two reports beside each other: what broke, what got fixed, what is new, what is gone.

import type { CaseResult, Report, Status } from "../report.ts";
import { asksForWork } from "./verdict.ts";

/** How a case on a subject changed from the old report to the new one. */
export type Change =
  | "broke" // held, applied not, or was known; asks for work now
  | "fixed" // asked for work, and holds now
  | "still-failing"
  | "new" // was not there
  | "gone" // is not there any more
  | "changed"; // another status, neither of which asks for work

/** A case on a subject in both reports. */
export interface DiffRow {
  readonly change: Change;
  readonly id: string;
  /** As the new report names it; the old one's name when the case is gone. */
  readonly subject: string;
  readonly title: string;
  readonly before: Status | undefined;
  readonly after: Status | undefined;
  /** What is wrong now: the checks that failed, or the reason; empty when nothing is. */
  readonly detail: string;
}

/** What two reports say differently; cases with the same status are counted only. */
export interface ReportDiff {
  readonly rows: readonly DiffRow[];
  readonly same: number;
  /** Sentences about what makes the reports hard to compare. */
  readonly notices: readonly string[];
}

/**
 * Compares by subject and case. A single subject of a kind in each report is taken for the same
 * one, whatever its name: the firmware before and after.
 */
export function diffReports(before: Report, after: Report): ReportDiff {
  const { names, notices } = pairSubjects(before, after);
  const old = new Map(
    before.results.map((result) => [
      keyOf(names.get(result.subject) ?? result.subject, result.id),
      result,
    ]),
  );
  const rows: DiffRow[] = [];
  let same = 0;
  for (const result of after.results) {
    const key = keyOf(result.subject, result.id);
    const row = rowOf(old.get(key), result);
    old.delete(key);
    if (row === undefined) same++;
    else rows.push(row);
  }
  for (const result of old.values()) rows.push(goneRow(result));
  const order = rows.map((row, at) => [CHANGES.indexOf(row.change), at] as const);
  const sorted = order.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, at]) => rows[at]);
  return {
    rows: sorted.filter((row) => row !== undefined),
    same,
    notices: [...notices, ...incomplete("old", before), ...incomplete("new", after)],
  };
}

/** All changes, those that ask for something first. */
export const CHANGES: readonly Change[] = [
  "broke",
  "still-failing",
  "fixed",
  "new",
  "gone",
  "changed",
];

/** Whether something is worse than before: a case broke, or a new one asks for work. */
export function isWorse({ rows }: ReportDiff): boolean {
  return rows.some(
    ({ change, after }) =>
      change === "broke" || (change === "new" && after !== undefined && FAILING.has(after)),
  );
}

const FAILING: ReadonlySet<Status> = new Set(["fail", "error", "xpass"]);

function rowOf(before: CaseResult | undefined, after: CaseResult): DiffRow | undefined {
  const change = changeOf(before, after);
  if (change === undefined) return undefined;
  const { id, subject, title, status } = after;
  return {
    change,
    id,
    subject,
    title,
    before: before?.status,
    after: status,
    detail: asksForWork(after) || status === "warn" ? detailOf(after) : "",
  };
}

function changeOf(before: CaseResult | undefined, after: CaseResult): Change | undefined {
  if (before === undefined) return "new";
  const [wasBad, isBad] = [asksForWork(before), asksForWork(after)];
  if (wasBad && isBad) return "still-failing";
  if (isBad) return "broke";
  if (wasBad && after.status === "pass") return "fixed";
  return before.status === after.status ? undefined : "changed";
}

function goneRow({ id, subject, title, status }: CaseResult): DiffRow {
  return { change: "gone", id, subject, title, before: status, after: undefined, detail: "" };
}

/** The first check that failed, and how many more; the reason when it is none. */
function detailOf({ checks, reason }: CaseResult): string {
  const failed = checks.filter((check) => !check.ok);
  const [first] = failed;
  if (first === undefined) return reason;
  const more = failed.length > 1 ? `; ${failed.length - 1} more` : "";
  return `${first.what}: expected ${first.expected}, got ${first.actual}${more}`;
}

/** Names of the old report's subjects in the new one. */
function pairSubjects(
  before: Report,
  after: Report,
): { readonly names: ReadonlyMap<string, string>; readonly notices: readonly string[] } {
  const names = new Map<string, string>();
  const notices: string[] = [];
  for (const kind of ["token", "verifier", "pair"] as const) {
    const [old, young] = [before, after].map((report) =>
      report.subjects.filter((subject) => subject.kind === kind),
    );
    const [was, is] = [old?.[0], young?.[0]];
    if (old?.length !== 1 || young?.length !== 1 || was === undefined || is === undefined) continue;
    if (was.name === is.name) continue;
    names.set(was.name, is.name);
    notices.push(`${was.name} of the old report is compared with ${is.name} of the new one`);
  }
  return { names, notices };
}

function incomplete(which: "old" | "new", { complete }: Report): readonly string[] {
  return complete ? [] : [`the ${which} report is of a run that was interrupted`];
}

function keyOf(subject: string, id: string): string {
  return `${id} ${subject}`;
}
