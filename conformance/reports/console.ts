// The report on a terminal: what a person wants to know after a run, the verdict last.

import type { Report, TokenTimeline } from "../report.ts";
import { failureBlocks, skipLines, softerLines } from "./console-failures.ts";
import { matrixLines } from "./console-matrix.ts";
import { durationText, figureText, signedSecondsText } from "./format.ts";
import {
  columnsOf,
  cutTo,
  labelled,
  type Paint,
  padTo,
  painter,
  type Role,
  wrapTo,
} from "./terminal-text.ts";
import { tally, tallyText, type Verdict, verdictOf } from "./verdict.ts";

const NARROWEST = 40;
const WIDEST = 120;
/** Offsets that differ less than this are shown as one, seconds. */
const FLAT_SECONDS = 0.05;
const SPARK = "▁▂▃▄▅▆▇█";

/** How to print. */
export interface ConsoleOptions {
  readonly color: boolean;
  /** Columns of the terminal; 40 to 120 are used. */
  readonly width: number;
  /** Whether all failures, checks and reasons are printed, however many. */
  readonly verbose?: boolean;
}

/** What the parts of the console report share. */
export interface ConsoleStyle {
  readonly paint: Paint;
  readonly width: number;
  readonly isVerbose: boolean;
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

function timelineLines(timeline: TokenTimeline, style: ConsoleStyle): readonly string[] {
  const { paint, width } = style;
  const offsets = timeline.points.flatMap(({ atUs, trueSeconds, recordedSeconds }) => {
    const seconds = trueSeconds ?? recordedSeconds;
    return seconds === null ? [] : [{ atUs, seconds }];
  });
  const title = paint("strong", cutTo(`The clock of ${timeline.subject}`, width));
  const story = timeline.story.flatMap((sentence) => storyLines(sentence, style));
  if (offsets.length === 0) return [title, ...story];
  const [low, high] = rangeOf(offsets.map((offset) => offset.seconds));
  const range = `${signedSecondsText(low)} to ${signedSecondsText(high)}`;
  const room = Math.max(8, Math.min(60, width - columnsOf(range) - 12));
  return [title, `  offset  ${sparkline(offsets, room)}  ${paint("quiet", range)}`, ...story];
}

/** A sentence of a story; the date it begins with stands apart. */
function storyLines(sentence: string, { paint, width }: ConsoleStyle): readonly string[] {
  const [, date, rest] = /^(\d{4}-\d\d-\d\d) (.*)$/su.exec(sentence) ?? [];
  if (date === undefined || rest === undefined) return labelled("  ", sentence, width);
  return labelled(`  ${paint("quiet", date)}  `, rest, width);
}

/** Offsets over time as bars of eight heights; a time without one keeps the last before it. */
function sparkline(
  offsets: readonly { readonly atUs: number; readonly seconds: number }[],
  columns: number,
): string {
  const [low, high] = rangeOf(offsets.map((offset) => offset.seconds));
  const [fromUs, toUs] = rangeOf(offsets.map((offset) => offset.atUs));
  const sorted = offsets.toSorted((a, b) => a.atUs - b.atUs);
  const count = Math.min(columns, sorted.length);
  return Array.from({ length: count }, (_, column) => {
    const atUs = count === 1 ? toUs : fromUs + ((toUs - fromUs) * column) / (count - 1);
    const seconds = sorted.findLast((offset) => offset.atUs <= atUs)?.seconds ?? low;
    const share = high - low < FLAT_SECONDS ? 0 : (seconds - low) / (high - low);
    return SPARK.charAt(Math.min(SPARK.length - 1, Math.floor(share * SPARK.length)));
  }).join("");
}

/** Lowest and highest; any number of them. */
function rangeOf(values: readonly number[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function figureLines({ figures }: Report, { paint, width }: ConsoleStyle): readonly string[] {
  if (figures.length === 0) return [];
  const nameColumns = Math.floor((width - 34) / 2);
  const rows = figures.map(({ subject, name, median, unit, low, high }) => [
    cutTo(subject, nameColumns),
    cutTo(name, nameColumns),
    cutTo(`${figureText(median)} ${unit}`, 18),
    `${figureText(low)} to ${figureText(high)}`,
  ]);
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map((row) => columnsOf(row[at] ?? ""))));
  return [
    paint("strong", "Figures") + paint("quiet", "  median, lowest to highest"),
    ...rows.map(([subject = "", name = "", median = "", spread = ""]) => {
      const [first = 0, second = 0, third = 0] = widths;
      const right = " ".repeat(third - columnsOf(median)) + median;
      return `  ${padTo(subject, first)}  ${padTo(name, second)}  ${right}  ${paint("quiet", spread)}`;
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
