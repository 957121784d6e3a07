// A wire log as lines of text, and the name of the file it goes to when a report cannot hold it.

import type { CaseResult, ReportWireLine } from "../report.ts";
import { oneLine } from "../run/printing.ts";
import { wireTimeText } from "./format.ts";

/** Folder beside the report with the wire logs that were cut in it. */
export const WIRE_FOLDER = "wire-logs";
const MAX_NAME_CHARACTERS = 150;

/** `12.000034 > get time`: seconds, direction, text; the same width of time in each line. */
export function wireText(lines: readonly ReportWireLine[]): string {
  const times = lines.map((line) => wireTimeText(line.atUs));
  const width = Math.max(0, ...widths(times));
  return lines
    .map(
      (line, at) => `${times[at]?.padStart(width)} ${ARROWS[line.direction]} ${oneLine(line.text)}`,
    )
    .join("\n");
}

/** What stands for a direction in text. */
export const ARROWS: Readonly<Record<ReportWireLine["direction"], string>> = {
  "to-token": ">",
  "from-token": "<",
  event: "*",
};

/**
 * `virtual--rfc6238-5.2-replayed-code--1a2b3c.log`: the same for the same case and subject, and
 * another one for another, on file systems that do not tell case apart too.
 */
export function wireFileName({ subject, id }: Pick<CaseResult, "subject" | "id">): string {
  const plain = (text: string): string => text.replace(/[^\w.-]+/g, "-").replace(/^[-.]+|-+$/g, "");
  const name = `${plain(subject)}--${plain(id)}`.slice(0, MAX_NAME_CHARACTERS);
  return `${name}--${shortHash(`${subject}\n${id}`)}.log`;
}

/** 32 bits of FNV-1a, in hex: tells names apart, nothing more. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, "0");
}

function* widths(texts: readonly string[]): Generator<number> {
  for (const text of texts) yield text.length;
}
