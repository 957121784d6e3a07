// The parts of one run put together: shards of several machines, or a run and what it left.

import type { CaseResult, Report, ReportSubject } from "../report.ts";
import { STATUSES } from "./verdict.ts";

/** Most reports put together. */
export const MAX_MERGED = 1000;

/**
 * One report of several. Subjects stay in the order of their first appearance, cases in that of
 * their suites; of a case that is there twice the worse result stays, and a notice says so. Random
 * seeds must be the same: a case's result belongs to its seed.
 *
 * @throws {RangeError} when there is none or too many, or seeds or versions differ
 */
export function mergeReports(reports: readonly Report[]): Report {
  const [first] = reports;
  if (first === undefined) throw new RangeError("there is no report to merge");
  if (reports.length > MAX_MERGED) throw new RangeError(`at most ${MAX_MERGED} reports are merged`);
  for (const { randomSeed, tool } of reports) {
    refuseOther("random seed", String(first.randomSeed), String(randomSeed));
    refuseOther("version of oathbed", first.tool.version, tool.version);
  }
  const subjects = new Map<string, ReportSubject>();
  for (const subject of reports.flatMap((report) => report.subjects)) {
    const known = subjects.get(subject.name);
    if (known === undefined || known.unavailable !== "") subjects.set(subject.name, subject);
  }
  const { results, notices } = mergeResults(reports);
  const names = [...subjects.keys()];
  const suites = [...new Set(results.map(({ suite }) => suite))];
  return {
    ...first,
    startedAt: reports.map(({ startedAt }) => startedAt).toSorted()[0] ?? first.startedAt,
    durationMs: Math.max(...reports.map(({ durationMs }) => durationMs)),
    subjects: [...subjects.values()],
    results: results.toSorted(
      (a, b) =>
        names.indexOf(a.subject) - names.indexOf(b.subject) ||
        suites.indexOf(a.suite) - suites.indexOf(b.suite),
    ),
    timelines: reports.flatMap(({ timelines }) => timelines),
    figures: reports.flatMap(({ figures }) => figures),
    notices: [...new Set([...reports.flatMap((report) => report.notices), ...notices])],
    complete: reports.every(({ complete }) => complete),
  };
}

function mergeResults(reports: readonly Report[]): {
  readonly results: readonly CaseResult[];
  readonly notices: readonly string[];
} {
  const results = new Map<string, CaseResult>();
  const notices: string[] = [];
  for (const result of reports.flatMap((report) => report.results)) {
    const key = `${result.id} ${result.subject}`;
    const known = results.get(key);
    if (known !== undefined) {
      notices.push(`${result.id} on ${result.subject} is in several parts; the worse one stays`);
    }
    if (known === undefined || rank(result) < rank(known)) results.set(key, result);
  }
  return { results: [...results.values()], notices };
}

function rank({ status }: CaseResult): number {
  return STATUSES.indexOf(status);
}

function refuseOther(what: string, expected: string, actual: string): void {
  if (actual === expected) return;
  throw new RangeError(
    `these are not parts of one run: the ${what} is ${expected} in the first and ${actual} in another`,
  );
}
