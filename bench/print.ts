// Figures as a table for people.

import { type Absent, type Measurement, meetsGoal } from "./workload.ts";

/** A table of figures: median, spread, and the goal with whether it is met. */
export function formatMeasurements(
  measurements: readonly Measurement[],
  absent: readonly Absent[] = [],
): string {
  const rows = measurements.map((m) => [
    m.suite,
    m.subject,
    m.name,
    `${formatFigure(m.median)} ${m.unit}`,
    `${formatFigure(m.low)} to ${formatFigure(m.high)}`,
    formatGoal(m),
  ]);
  const header = ["suite", "subject", "what", "median", "5 % to 95 %", "goal"];
  const missing = absent.map((a) => `not measured: ${a.suite} ${a.subject}: ${a.reason}\n`);
  return formatTable([header, ...rows]) + missing.join("");
}

/** Three significant digits, thousands grouped: `1,270`, `12.4`, `0.052`. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

/** `≥ 50 times: met`, `MISSED` when it is not; nothing without a goal. */
export function formatGoal(measurement: Measurement): string {
  const { goal, unit } = measurement;
  if (goal === undefined) return "";
  const bound = goal.comparison === "at-least" ? "≥" : "≤";
  const met = meetsGoal(measurement) ? "met" : "MISSED";
  // A goal is what was agreed on, and not rounded: 1,024 bytes.
  const value = goal.value.toLocaleString("en-US", { maximumFractionDigits: 6 });
  return `${bound} ${value} ${unit}: ${met}`;
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
