// What is known of a clock, on stdout and as files.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DriftAnalysis } from "../../bench/drift/analyze.ts";
import { driftCsv, driftFacts, driftReportOf } from "../../bench/drift/report.ts";
import { formatFacts, formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import type { AnalysisArguments } from "./options.ts";

/**
 * Prints an analysis as asked for, and writes its files; their paths go to stderr. The folder of
 * the report is there (report-folder.ts).
 */
export async function printAnalysis(
  analysis: DriftAnalysis,
  args: Pick<AnalysisArguments, "csv" | "json" | "report">,
  terminal: Terminal,
): Promise<void> {
  const report = driftReportOf(analysis);
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (args.report !== undefined) {
    const { driftPage } = await import("../../bench/drift/page.ts");
    const path = join(args.report, "drift.html");
    await writeFile(path, driftPage(analysis));
    await writeFile(join(args.report, "drift.json"), json);
    await writeFile(join(args.report, "drift.csv"), driftCsv([report]));
    terminal.err(`report: ${path}\n`);
  }
  if (args.json) terminal.out(json);
  else if (args.csv) terminal.out(driftCsv([report]));
  else terminal.out(textOf(analysis, terminal));
}

function textOf(analysis: DriftAnalysis, { style }: Terminal): string {
  const report = driftReportOf(analysis);
  const faults = report.faults.map(({ after, before, text }) => {
    const when = `${after.toFixed(0)} to ${before.toFixed(0)} s`;
    return `${style.bad("fault:")} ${when}: ${text}\n`;
  });
  const rows = report.forecasts.map(({ preset, earliest, latest }) => [
    preset,
    earliest?.slice(0, 10) ?? "a century",
    latest?.slice(0, 10) ?? "nobody can tell",
  ]);
  const header = ["policy", "surely found until", "surely lost after"];
  const table = rows.length === 0 ? "" : `\n${formatTable(header, rows, style)}`;
  const notes = report.notes.map((note) => `${style.dim("note:")} ${note}\n`);
  return `${formatFacts(driftFacts(report), style)}${faults.join("")}${table}${notes.join("")}`;
}
