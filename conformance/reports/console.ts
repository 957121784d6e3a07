// The report on a terminal: what a person wants to know after a run, the verdict last.

import type { Report } from "../report.ts";
import { failureBlocks, skipLines, softerLines } from "./console-failures.ts";
import { matrixLines } from "./console-matrix.ts";
import { timelineLines } from "./console-timelines.ts";
import { durationText, figureText } from "./format.ts";
import {
  type ConsoleStyle,
  columnsOf,
  cutTo,
  labelled,
  padTo,
  painter,
  type Role,
  wrapTo,
} from "./terminal-text.ts";
import { tally, tallyText, type Verdict, verdictOf } from "./verdict.ts";

const MOST_MEDIAN_COLUMNS = 18;
const NARROWEST = 40;
const WIDEST = 120;

/** How to print. */
export interface ConsoleOptions {
  readonly color: boolean;
  /** Columns of the terminal; 40 to 120 are used. */
  readonly width: number;
  /** Whether all failures, checks and reasons are printed, however many. */
  readonly verbose?: boolean;
}

/** The report for a terminal, ending in a line end. Commands to repeat are never broken. */
export function consoleReport(report: Report, options: ConsoleOptions): string {
  const { color, width, verbose = false } = options;
  const style: ConsoleStyle = {
    paint: painter(color),
    width: Math.min(WIDEST, Math.max(NARROWEST, Math.floor(width) || NARROWEST)),
    isVerbose: verbose,
  };
  const parts = [
    headLines(report, style),
    matrixLines(report, style),
    unavailableLines(report, style),
    ...failureBlocks(report, style),
    softerLines(report, style),
    skipLines(report, style),
    ...report.timelines.map((timeline) => timelineLines(timeline, style)),
    figureLines(report, style),
    noticeLines(report, style),
    totalLines(report, style),
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.map((line) => line.trimEnd()).join("\n")}\n`)
    .join("\n");
}

function headLines(report: Report, { paint, width }: ConsoleStyle): readonly string[] {
  const { tool, command, randomSeed } = report;
  const head = `${paint("strong", "oathbed")} ${cutTo(tool.version, 20)}`;
  const seed = paint("quiet", `random seed ${randomSeed}`);
  return [`${head}  ${seed}`, paint("quiet", cutTo(command, width))];
}

function unavailableLines(report: Report, { paint, width }: ConsoleStyle): readonly string[] {
  return report.subjects
    .filter((subject) => subject.unavailable !== "")
    .flatMap(({ name, unavailable }) => [
      `${paint("caution", "not judged")}  ${cutTo(name, width - 12)}`,
      ...labelled("  ", unavailable, width),
    ]);
}

function figureLines({ figures }: Report, { paint, width }: ConsoleStyle): readonly string[] {
  if (figures.length === 0) return [];
  const values = figures.map(({ median, unit, low, high }) => ({
    median: cutTo(`${figureText(median)} ${unit}`, MOST_MEDIAN_COLUMNS),
    spread: `${figureText(low)} to ${figureText(high)}`,
  }));
  const widest = (texts: readonly string[]): number => Math.max(...texts.map(columnsOf));
  const right = widest(values.map((value) => value.median));
  const spreadColumns = 2 + widest(values.map((value) => value.spread));
  const isNarrow = width - right - spreadColumns < 24;
  const room = width - right - 6 - (isNarrow ? 0 : spreadColumns);
  const most = Math.max(6, Math.floor(room / 2));
  const first = Math.min(most, widest(figures.map((figure) => figure.subject)));
  const second = Math.min(Math.max(6, room - first), widest(figures.map((figure) => figure.name)));
  return [
    paint("strong", "Figures") + paint("quiet", "  median, 5 % to 95 %"),
    ...figures.map(({ subject, name }, at) => {
      const { median = "", spread = "" } = values[at] ?? {};
      const [left, middle] = [
        padTo(cutTo(subject, first), first),
        padTo(cutTo(name, second), second),
      ];
      const value = " ".repeat(right - columnsOf(median)) + median;
      const row = `  ${left}  ${middle}  ${value}`;
      return isNarrow ? row : `${row}  ${paint("quiet", spread)}`;
    }),
  ];
}

function noticeLines({ notices }: Report, { paint, width }: ConsoleStyle): readonly string[] {
  return notices.flatMap((notice) => labelled(`${paint("caution", "note")}  `, notice, width));
}

function totalLines(report: Report, { paint, width }: ConsoleStyle): readonly string[] {
  const verdict = verdictOf(report);
  const count = report.results.length.toLocaleString("en-US");
  const totals = `${count} results: ${tallyText(tally(report.results))}`;
  return [
    ...wrapTo(`${totals}, in ${durationText(report.durationMs)}`, width),
    paint(ROLES[verdict.kind], paint("strong", verdict.headline)),
    ...wrapTo(verdict.sentence, width),
  ];
}

const ROLES: Readonly<Record<Verdict["kind"], Role>> = {
  passed: "good",
  warned: "caution",
  failed: "bad",
  broken: "bad",
  interrupted: "caution",
  "nothing-ran": "caution",
};
