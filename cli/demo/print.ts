// What the demo says: a heading a chapter, aligned rows, the drifting token's story.

import type { Figure, Report, ReportSubject } from "../../conformance/report.ts";
import { durationText, figureText, signedSecondsText } from "../../conformance/reports/format.ts";
import { tally, tallyText, verdictOf } from "../../conformance/reports/verdict.ts";
import { formatTable } from "../table.ts";
import type { Style } from "../terminal.ts";
import type { TokenYear } from "./tokens.ts";

/** Sentences are broken at this column, for people's eyes. */
const MAX_COLUMNS = 96;
const DATE_COLUMNS = 12;

/** Name, purpose, and the number that repeats the run. */
export function introText(version: string, randomSeed: number, style: Style): string {
  return (
    `${style.bold(`oathbed ${version}`)}  the test bench for OATH tokens, end to end\n` +
    `${style.dim(`No hardware, no server, time is simulated. Random seed ${randomSeed}.`)}\n`
  );
}

/** `1  A year with three tokens`. */
export function chapterText(number: number, title: string, style: Style): string {
  return `\n${style.accent(String(number))}  ${style.bold(title)}\n`;
}

/** A row a token: logins, resyncs, where its clock ended. */
export function yearsText(years: readonly TokenYear[], style: Style): string {
  const header = ["token", "logins accepted", "resyncs", "clock at the end"];
  const rows = years.map(({ name, year, absence }) =>
    year === undefined
      ? [name, `not here: ${absence}`]
      : [
          name,
          `${year.accepted} of ${year.logins}`,
          String(year.resyncs),
          signedSecondsText(year.endOffsetSeconds),
        ],
  );
  // An absence is a sentence: it must not widen its column.
  const narrow = rows.filter((row) => row.length > 2);
  const absent = rows.filter((row) => row.length === 2);
  return (
    formatTable(header, narrow, style, "   ") +
    absent.map((row) => `   ${row.join("  ")}\n`).join("")
  );
}

/** The sentences of one token's year, dates in the margin. */
export function storyText({ name, year }: TokenYear, style: Style): string {
  const sentences = year?.timeline.story ?? [];
  const lines = sentences.flatMap((sentence) => storyLines(sentence, style));
  return `\n   ${style.dim(`The year of ${name}`)}\n${lines.join("")}`;
}

/** A row a subject: how many cases ended how. */
export function conformanceText(report: Report, style: Style): string {
  return report.subjects.map((subject) => subjectLine(report, subject, style)).join("");
}

/** A row a figure. */
export function figuresText(figures: readonly Figure[], style: Style): string {
  const header = ["subject", "what", "median", "5 % to 95 %"];
  const rows = figures.map(({ subject, name, median, unit, low, high }) => [
    subject,
    name,
    `${figureText(median)} ${unit}`,
    `${figureText(low)} to ${figureText(high)}`,
  ]);
  return formatTable(header, rows, style, "   ");
}

/**
 * The verdict, the time it took, where failures are told, and as the last line what to open.
 *
 * @param folder of the reports
 */
export function endText(report: Report, folder: string, htmlPath: string, style: Style): string {
  const { kind, headline, sentence } = verdictOf(report);
  const isGood = kind === "passed" || kind === "warned";
  const hasFailed = kind === "failed" || kind === "broken";
  const mark = isGood ? style.good : style.bad;
  return (
    `\n${mark(style.bold(`${headline}.`))} ${sentence}\n` +
    `${style.dim(`${tallyText(tally(report.results))} in ${durationText(report.durationMs)}.`)}\n\n` +
    (hasFailed ? `What failed, and how to repeat it: oathbed report show ${folder}\n` : "") +
    `Open ${style.accent(htmlPath)} in a browser.\n`
  );
}

function subjectLine(report: Report, subject: ReportSubject, style: Style): string {
  const width = Math.max(...report.subjects.map(({ name }) => name.length));
  const name = subject.name.padEnd(width);
  if (subject.unavailable !== "") {
    return `   ${style.warn("–")} ${name}  not here: ${subject.unavailable}\n`;
  }
  const results = report.results.filter((result) => result.subject === subject.name);
  if (results.length === 0) return `   ${style.warn("–")} ${name}  ${style.dim("not judged")}\n`;
  const counts = tally(results);
  const isGood = counts.fail + counts.error + counts.xpass === 0;
  const sign = isGood ? style.good("✓") : style.bad("✗");
  return `   ${sign} ${name}  ${style.dim(tallyText(counts))}\n`;
}

function storyLines(sentence: string, style: Style): readonly string[] {
  const date = sentence.slice(0, DATE_COLUMNS);
  const lines: string[] = [];
  let line = "";
  for (const word of sentence.slice(DATE_COLUMNS).split(" ")) {
    if (line.length + word.length + 1 > MAX_COLUMNS - DATE_COLUMNS) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line].map((text, at) => {
    const margin = at === 0 ? style.accent(date) : " ".repeat(DATE_COLUMNS);
    return `   ${margin}${text}\n`;
  });
}
