// A cell's share of the wire log: at most 64 KiB, the beginning and the end kept.

import type { ReportWireLine } from "../report.ts";
import { oneLine } from "./printing.ts";
import type { Redactor } from "./redactor.ts";

/** Most bytes of wire log in one case's result. */
export const MAX_WIRE_BYTES: number = 64 * 1024;
/** What a line costs beside its text: time, direction, punctuation. */
const LINE_OVERHEAD_BYTES = 48;
const MAX_LINE_CHARACTERS = 1000;

/** Lines to print, and how many were left out. */
export interface WireExcerpt {
  readonly lines: readonly ReportWireLine[];
  readonly cut: number;
}

/**
 * The lines in full when they fit into `maxBytes`; else a quarter from the beginning and the rest
 * from the end, where failures show, with a line between them that says what is missing.
 */
export function excerptWire(
  lines: readonly ReportWireLine[],
  redactor?: Redactor,
  maxBytes: number = MAX_WIRE_BYTES,
): WireExcerpt {
  const clean = lines.map((line) => cleanLine(line, redactor));
  const total = clean.reduce((sum, line) => sum + costOf(line), 0);
  if (total <= maxBytes) return { lines: clean, cut: 0 };
  const room = Math.max(0, maxBytes - 2 * LINE_OVERHEAD_BYTES);
  const head = countFitting(clean, Math.floor(room / 4));
  const rest = clean.slice(head).reverse();
  const tail = countFitting(rest, room - Math.floor(room / 4));
  const cut = clean.length - head - tail;
  const gap: ReportWireLine = {
    atUs: clean[head]?.atUs ?? 0,
    direction: "event",
    text: `… ${cut} lines left out here …`,
  };
  return { lines: [...clean.slice(0, head), gap, ...clean.slice(clean.length - tail)], cut };
}

/** Bytes a line takes up in a report, about. */
export function costOf(line: ReportWireLine): number {
  return Buffer.byteLength(line.text) + LINE_OVERHEAD_BYTES;
}

function cleanLine(line: ReportWireLine, redactor: Redactor | undefined): ReportWireLine {
  const text = oneLine(redactor?.clean(line.text) ?? line.text);
  const short =
    text.length > MAX_LINE_CHARACTERS
      ? `${text.slice(0, MAX_LINE_CHARACTERS)}… (${text.length} characters)`
      : text;
  return { atUs: line.atUs, direction: line.direction, text: short };
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
