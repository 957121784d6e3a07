// The difference between two reports on a terminal: what asks for something first, counts last.

import type { Report, Status } from "../report.ts";
import { CHANGES, type Change, type DiffRow, isWorse, type ReportDiff } from "./diff.ts";
import { cutTo, labelled, painter, type Role } from "./terminal-text.ts";
import { countOf } from "./verdict.ts";

/** How each change is headed, and its colour. */
const HEADS: Readonly<Record<Change, { readonly head: string; readonly role: Role }>> = {
  broke: { head: "Broke", role: "bad" },
  "still-failing": { head: "Still failing", role: "caution" },
  fixed: { head: "Fixed", role: "good" },
  new: { head: "New", role: "strong" },
  gone: { head: "Gone", role: "quiet" },
  changed: { head: "Changed otherwise", role: "quiet" },
};

/** Rows shown of a change that asks for nothing; the others are counted. */
const MOST_QUIET_ROWS = 12;
const NARROWEST = 40;
const WIDEST = 120;

/** @see consoleReport for the options */
export function diffText(
  diff: ReportDiff,
  reports: { readonly before: Report; readonly after: Report },
  options: { readonly color: boolean; readonly width: number; readonly verbose?: boolean },
): string {
  const paint = painter(options.color);
  const width = Math.min(WIDEST, Math.max(NARROWEST, Math.floor(options.width) || NARROWEST));
  const { before, after } = reports;
  const lines = [
    `old  ${headOf(before)}`,
    `new  ${headOf(after)}`,
    ...diff.notices.flatMap((notice) => labelled("note ", notice, width)),
  ].map((line) => paint("quiet", line));
  for (const change of CHANGES) {
    const rows = diff.rows.filter((row) => row.change === change);
    if (rows.length === 0) continue;
    const { head, role } = HEADS[change];
    lines.push("", paint(role, `${head}: ${rows.length}`));
    const isLoud = change === "broke" || change === "still-failing" || options.verbose === true;
    const shown = isLoud ? rows : rows.slice(0, MOST_QUIET_ROWS);
    lines.push(...shown.flatMap((row) => rowLines(row, width)));
    if (shown.length < rows.length) {
      lines.push(`  and ${rows.length - shown.length} more; --verbose shows them`);
    }
  }
  lines.push("", sentence(diff));
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function headOf({ startedAt, tool, subjects }: Report): string {
  const names = subjects.map(({ name }) => name).join(", ");
  return cutTo(`${startedAt}  oathbed ${tool.version}  ${names}`, WIDEST);
}

function rowLines(row: DiffRow, width: number): readonly string[] {
  const { id, subject, title, before, after, detail } = row;
  const change = `${word(before)} → ${word(after)}`;
  const lines = [`  ${cutTo(`${id} on ${subject}`, width - 2)}`, `    ${change}  ${title}`];
  return detail === "" ? lines : [...lines, ...labelled("    ", detail, width)];
}

function word(status: Status | undefined): string {
  return status ?? "not there";
}

function sentence(diff: ReportDiff): string {
  const counts = CHANGES.map((change) => ({
    head: HEADS[change].head.toLowerCase(),
    count: diff.rows.filter((row) => row.change === change).length,
  })).filter(({ count }) => count > 0);
  const parts = counts.map(({ head, count }) => `${count} ${head}`);
  const same = `${countOf(diff.same, "case")} as before`;
  return `${isWorse(diff) ? "Worse" : "Not worse"}: ${[...parts, same].join(", ")}.`;
}
