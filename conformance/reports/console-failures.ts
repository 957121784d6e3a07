// What went wrong and what did not apply, on a terminal.

import type { CaseResult, Report, Status } from "../report.ts";
import { oneLine } from "../run/printing.ts";
import { STATUS_ROLES } from "./console-matrix.ts";
import { type ConsoleStyle, columnsOf, cutTo, labelled, padTo } from "./terminal-text.ts";
import { asksForWork, countOf, STATUS_SIGNS, STATUSES } from "./verdict.ts";

/** Printed in full when not verbose. */
const MOST_FAILURES = 12;
const MOST_CHECKS = 3;
const MOST_SKIP_REASONS = 8;
const MOST_REASON_COLUMNS = 400;

/** A block for each result that asks for work, worst first; the rest of many are counted. */
export function failureBlocks(report: Report, style: ConsoleStyle): readonly (readonly string[])[] {
  const failures = STATUSES.flatMap((status) =>
    report.results.filter((result) => result.status === status && asksForWork(result)),
  );
  const shown = style.isVerbose ? failures : failures.slice(0, MOST_FAILURES);
  const blocks = shown.map((result) => failureLines(result, style));
  const left = failures.length - shown.length;
  if (left === 0) return blocks;
  return [...blocks, [style.paint("bad", `and ${countOf(left, "more result")} like these`)]];
}

/** Warnings; verbose also what is for information, and known failures: two lines each. */
export function softerLines({ results }: Report, style: ConsoleStyle): readonly string[] {
  const isPrinted = (status: Status): boolean =>
    status === "warn" || (style.isVerbose && (status === "info" || status === "xfail"));
  return results
    .filter(({ status }) => isPrinted(status))
    .flatMap((result) => softLines(result, style));
}

function failureLines(result: CaseResult, style: ConsoleStyle): readonly string[] {
  const { paint, width } = style;
  const { status, id, subject, level, requirement, reason, repeat } = result;
  const sign = paint(STATUS_ROLES[status], `${STATUS_SIGNS[status]} ${status}`);
  const on = paint("quiet", "on");
  const title = `${sign}  ${paint("strong", oneLine(id))} ${on} ${oneLine(subject)}`;
  const inner = (text: string): readonly string[] => labelled("  ", text, width);
  return [
    title,
    ...inner(`${level}, ${requirement.source}: ${requirement.text}`),
    ...checkLines(result, style),
    ...(reason === "" ? [] : inner(cutTo(reason, MOST_REASON_COLUMNS))),
    `  ${paint("quiet", "repeat")}  ${oneLine(repeat)}`,
  ];
}

function checkLines({ checks }: CaseResult, style: ConsoleStyle): readonly string[] {
  const { paint, width, isVerbose } = style;
  const failed = checks.filter((check) => !check.ok);
  const shown = isVerbose ? failed : failed.slice(0, MOST_CHECKS);
  const most = isVerbose ? Number.POSITIVE_INFINITY : MOST_REASON_COLUMNS;
  const lines = shown.flatMap(({ what, expected, actual }) => [
    ...labelled("  ", cutTo(what, most), width),
    ...labelled(`    ${paint("quiet", "expected")}  `, cutTo(expected, most), width),
    ...labelled(`    ${paint("bad", "actual")}    `, cutTo(actual, most), width),
  ]);
  const left = failed.length - shown.length;
  if (left > 0) lines.push(`    ${paint("quiet", `and ${countOf(left, "more failed check")}`)}`);
  return lines;
}

function softLines(result: CaseResult, { paint, width }: ConsoleStyle): readonly string[] {
  const { status, id, subject, requirement, reason, checks } = result;
  const sign = paint(STATUS_ROLES[status], `${STATUS_SIGNS[status]} ${status}`);
  const failed = checks.find((check) => !check.ok);
  const detail =
    reason ||
    (failed === undefined
      ? requirement.text
      : `${failed.what}: ${failed.actual}, expected ${failed.expected}`);
  const head = `${oneLine(id)} ${paint("quiet", "on")} ${oneLine(subject)}`;
  return [`${sign}  ${head}`, ...labelled("  ", cutTo(detail, MOST_REASON_COLUMNS), width)];
}

/** Skips by their reason, the most frequent first. */
export function skipLines({ results }: Report, style: ConsoleStyle): readonly string[] {
  const { paint, width, isVerbose } = style;
  const groups = new Map<string, CaseResult[]>();
  for (const result of results) {
    if (result.status !== "skip") continue;
    const group = groups.get(result.reason);
    if (group === undefined) groups.set(result.reason, [result]);
    else group.push(result);
  }
  const sorted = [...groups].sort(([, a], [, b]) => b.length - a.length);
  if (sorted.length === 0) return [];
  const shown = isVerbose ? sorted : sorted.slice(0, MOST_SKIP_REASONS);
  const digits = String(sorted[0]?.[1].length ?? 0).length;
  const lines = shown.map(([reason, group]) => {
    const subjects = [...new Set(group.map((result) => result.subject))].join(", ");
    const head = `  ${String(group.length).padStart(digits)}  `;
    const room = width - columnsOf(head);
    const where = cutTo(subjects, Math.max(12, Math.floor(room / 3)));
    const text = cutTo(reason, room - columnsOf(where) - 2);
    return paint("quiet", `${head}${padTo(text, room - columnsOf(where) - 2)}  ${where}`);
  });
  const left = sorted.slice(shown.length).reduce((sum, [, group]) => sum + group.length, 0);
  if (left > 0) lines.push(paint("quiet", `  and ${left} more for other reasons`));
  const count = sorted.reduce((sum, [, group]) => sum + group.length, 0);
  return [paint("strong", `Skipped: ${count}`), ...lines];
}
