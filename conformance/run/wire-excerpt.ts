// The wire log of a case: kept nearly whole by the runner, at most 64 KiB of it in a written
// report, the beginning and the end kept.

import type { ReportWireLine } from "../report.ts";
import { oneLine } from "./printing.ts";
import type { Redactor } from "./redactor.ts";

/** Most bytes of one case's wire log in a written report. */
export const MAX_WIRE_BYTES: number = 64 * 1024;
/** Most bytes of one case's wire log that are kept at all. */
export const MAX_KEPT_BYTES: number = 4 * 1024 * 1024;
/** What a line costs beside its text: time, direction, punctuation. */
const LINE_OVERHEAD_BYTES = 48;
const MAX_LINE_CHARACTERS = 1000;

/** Lines to print, and how many were left out. */
export interface WireExcerpt {
  readonly lines: readonly ReportWireLine[];
  readonly cut: number;
}

/** The lines as a report prints them: without secrets, each in one line of bounded length. */
export function cleanWire(
  lines: readonly ReportWireLine[],
  redactor: Redactor,
): readonly ReportWireLine[] {
  const texts = redactor.cleanLines(lines.map((line) => line.text));
  return lines.map(({ atUs, direction }, index) => {
    return { atUs, direction, text: shorten(oneLine(texts[index] ?? "")) };
  });
}

/**
 * The lines in full when they fit into `maxBytes`; else a quarter from the beginning and the rest
 * from the end, where failures show, with a line between them that says what is missing.
 */
export function excerptWire(lines: readonly ReportWireLine[], maxBytes: number): WireExcerpt {
  const total = lines.reduce((sum, line) => sum + costOf(line), 0);
  if (total <= maxBytes) return { lines, cut: 0 };
  const room = Math.max(0, maxBytes - 2 * LINE_OVERHEAD_BYTES);
  const head = countFitting(lines, Math.floor(room / 4));
  const rest = lines.slice(head).reverse();
  const tail = countFitting(rest, room - Math.floor(room / 4));
  const cut = lines.length - head - tail;
  const gap: ReportWireLine = {
    atUs: lines[head]?.atUs ?? 0,
    direction: "event",
    text: `… ${cut} lines left out here …`,
  };
  return { lines: [...lines.slice(0, head), gap, ...lines.slice(lines.length - tail)], cut };
}

/** Bytes a line takes up in a report, about. */
export function costOf(line: ReportWireLine): number {
  return Buffer.byteLength(line.text) + LINE_OVERHEAD_BYTES;
}

function shorten(text: string): string {
  if (text.length <= MAX_LINE_CHARACTERS) return text;
  return `${text.slice(0, MAX_LINE_CHARACTERS).toWellFormed()}… (${text.length} characters)`;
}

function countFitting(lines: readonly ReportWireLine[], maxBytes: number): number {
  let left = maxBytes;
  let count = 0;
  for (const line of lines) {
    left -= costOf(line);
    if (left < 0) break;
    count++;
  }
  return count;
}
