// Aligned columns for people.

import type { Style } from "./terminal.ts";

/** Columns two spaces apart, the header dim, each line indented by `indent` and ended by LF. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  indent = "",
): string {
  const widths = header.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => (row[at] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd();
  const lines = rows.map((row) => `${indent}${line(row)}\n`);
  return `${indent}${style.dim(line(header))}\n${lines.join("")}`;
}

/** Names and values, the values aligned. */
export function formatFacts(
  facts: readonly (readonly [name: string, value: string])[],
  style: Style,
  indent = "",
): string {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  return facts
    .map(([name, value]) => `${indent}${style.dim(name.padEnd(width))}  ${value}\n`)
    .join("");
}
