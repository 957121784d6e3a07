// Figures as a table for people.

import { type Absent, type GoalVerdict, goalVerdict, type Measurement } from "./workload.ts";

/** In the words of every report. */
export const VERDICTS: Readonly<Record<GoalVerdict, string>> = {
  met: "met",
  missed: "MISSED",
  "missed-within-spread": "missed (spread reaches it: measure longer on an idle machine)",
  "missed-when-busy": "missed (the machine was busy: measure again when it is idle)",
};

/**
 * A table of figures: median, spread, and the goal with whether it is met.
 *
 * @param isBusy whether other programs kept the machine busy
 */
export function formatMeasurements(
  measurements: readonly Measurement[],
  absent: readonly Absent[] = [],
  isBusy = false,
): string {
  const rows = measurements.map((m) => [
    m.suite,
    m.subject,
    m.name,
    `${formatFigure(m.median)} ${m.unit}`,
    formatSpread(m),
    formatGoal(m, isBusy),
  ]);
  const header = ["suite", "subject", "what", "median", "5 % to 95 %", "goal"];
  const missing = absentLines(absent).map((line) => `not measured: ${line}\n`);
  return formatTable([header, ...rows]) + missing.join("");
}

/** What could not be measured and why, once, however many figures it is. */
export function absentLines(absent: readonly Absent[]): readonly string[] {
  return [...new Set(absent.map(({ suite, subject, reason }) => `${suite} ${subject}: ${reason}`))];
}

/** Three significant digits, thousands grouped: `1,270`, `12.4`, `0.052`. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

/** From the 5th to the 95th percentile of the slices; `once` where there is one. */
export function formatSpread({ low, high, slices }: Measurement): string {
  return slices > 1 ? `${formatFigure(low)} to ${formatFigure(high)}` : "once";
}

/** `≥ 50 times: met`, or how it is missed; nothing without a goal. */
export function formatGoal(measurement: Measurement, isBusy: boolean): string {
  const verdict = goalVerdict(measurement, isBusy);
  return verdict === undefined ? "" : `${formatBound(measurement)}: ${VERDICTS[verdict]}`;
}

/** `≥ 50 times`; nothing without a goal. */
export function formatBound({ goal, unit }: Measurement): string {
  if (goal === undefined) return "";
  const bound = goal.comparison === "at-least" ? "≥" : "≤";
  // A goal is what was agreed on, and not rounded: 1,024 bytes.
  const value = goal.value.toLocaleString("en-US", { maximumFractionDigits: 6 });
  return `${bound} ${value} ${unit}`;
}

/** Cells in columns, a line a row. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) => `${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd())
    .map((line) => `${line}\n`)
    .join("");
}
