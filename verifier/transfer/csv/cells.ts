// Cells of a CSV file (RFC 4180) with their places: quotes, quotes within quotes, CRLF or LF.

import { Fault } from "../problems.ts";

/** A cell's text, without quotes and without spaces around it, and where it begins. */
export interface Cell {
  readonly text: string;
  readonly offset: number;
}

/** A line's cells. */
export interface Row {
  readonly cells: readonly Cell[];
  readonly offset: number;
  /** Whether a line end follows; a file that is cut off has none on its last row. */
  readonly ended: boolean;
}

/** What is between cells. */
export type Separator = "," | ";" | "\t";

/** Longest line, in characters. */
export const MAX_LINE = 16_384;
/** Most cells of a row. */
export const MAX_CELLS = 64;

/**
 * The rows of `text`; empty lines and those that begin with "#" are left out.
 *
 * @throws {Fault} for a quote that is not closed, and for too long lines or too many cells
 */
export function* readRows(text: string, separator: Separator): Generator<Row> {
  let at = 0;
  while (at < text.length) {
    const end = endOfLine(text, at);
    if (/^\s*(?:#|$)/.test(text.slice(at, Math.min(end, at + MAX_LINE)))) {
      at = end + 1;
      continue;
    }
    const row = readRow(text, at, separator);
    yield row.row;
    at = row.next;
  }
}

function readRow(
  text: string,
  start: number,
  separator: Separator,
): { readonly row: Row; readonly next: number } {
  const cells: Cell[] = [];
  let at = start;
  for (;;) {
    if (cells.length >= MAX_CELLS) throw new Fault(at, "row", `more than ${MAX_CELLS} cells`);
    const cell = text.charAt(skipSpaces(text, at)) === '"' ? readQuoted : readBare;
    const { text: value, offset, next } = cell(text, at, separator);
    if (next - start > MAX_LINE) {
      throw new Fault(start, "row", `longer than ${MAX_LINE} characters`);
    }
    cells.push({ text: value, offset });
    if (text.charAt(next) === separator) {
      at = next + 1;
      continue;
    }
    return { row: { cells, offset: start, ended: next < text.length }, next: next + 1 };
  }
}

interface ReadCell extends Cell {
  /** Of the separator or line feed behind it, or the end. */
  readonly next: number;
}

function readBare(text: string, start: number, separator: Separator): ReadCell {
  const line = endOfLine(text, start);
  const found = text.indexOf(separator, start);
  const next = found < 0 || found > line ? line : found;
  const offset = Math.min(skipSpaces(text, start), next);
  return { text: text.slice(start, next).trim(), offset, next };
}

function readQuoted(text: string, start: number, separator: Separator): ReadCell {
  const offset = skipSpaces(text, start);
  let value = "";
  let at = offset + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0 || quote - offset > MAX_LINE) {
      throw new Fault(offset, "row", 'a quote (") is not closed; the file may be cut off');
    }
    value += text.slice(at, quote);
    at = quote + 1;
    if (text.charAt(at) !== '"') break;
    value += '"';
    at++;
  }
  const next = skipSpaces(text, at, "\r");
  if (next < text.length && text.charAt(next) !== separator && text.charAt(next) !== "\n") {
    throw new Fault(next, "row", 'text behind a closing quote; write quotes in a cell as ""');
  }
  return { text: value.trim(), offset, next };
}

function skipSpaces(text: string, start: number, also = ""): number {
  let at = start;
  while (at < text.length && (text.charAt(at) === " " || text.charAt(at) === also)) at++;
  return at;
}

function endOfLine(text: string, start: number): number {
  const found = text.indexOf("\n", start);
  return found < 0 ? text.length : found;
}
