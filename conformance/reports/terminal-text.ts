// Text for terminals: colours where they are wanted, widths as terminals count them, lines wrapped.

import stringWidth from "string-width";
import { oneLine } from "../run/printing.ts";

/** Roles of text, each with its colour. */
export type Role = "good" | "bad" | "caution" | "quiet" | "strong";

/** Colours text by its role (SGR, ECMA-48 §8.3.117). */
export type Paint = (role: Role, text: string) => string;

/** What the parts of the console report share. */
export interface ConsoleStyle {
  readonly paint: Paint;
  readonly width: number;
  readonly isVerbose: boolean;
}

const CODES: Readonly<Record<Role, readonly [on: number, off: number]>> = {
  good: [32, 39],
  bad: [31, 39],
  caution: [33, 39],
  quiet: [2, 22],
  strong: [1, 22],
};

/** The painter for a terminal, or one that leaves text as it is. */
export function painter(color: boolean): Paint {
  if (!color) return (_, text) => text;
  return (role, text) => {
    const [on, off] = CODES[role];
    return text === "" ? "" : `\x1b[${on}m${text}\x1b[${off}m`;
  };
}

/** Columns `text` takes up; colours take none. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** `text` filled with spaces to `columns`; a longer one stays as it is. */
export function padTo(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** `text` in one line of at most `columns`, cut with an ellipsis; never inside a character. */
export function cutTo(text: string, columns: number): string {
  const line = oneLine(text);
  if (columnsOf(line) <= columns) return line;
  let cut = "";
  let used = 0;
  for (const { segment } of new Intl.Segmenter("en").segment(line)) {
    const width = columnsOf(segment);
    if (used + width > columns - 1) break;
    cut += segment;
    used += width;
  }
  return `${cut}…`;
}

/** `text` in lines of at most `columns`, broken at spaces, words that are too long inside. */
export function wrapTo(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of oneLine(text)
    .split(" ")
    .flatMap((one) => breakWord(one, columns))) {
    if (line !== "" && columnsOf(line) + 1 + columnsOf(word) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** `text` wrapped behind `label`, later lines indented as far. */
export function labelled(label: string, text: string, columns: number): readonly string[] {
  const indent = columnsOf(label);
  const lines = wrapTo(text, Math.max(20, columns - indent));
  return lines.map((line, at) => (at === 0 ? label : " ".repeat(indent)) + line);
}

function breakWord(word: string, columns: number): readonly string[] {
  if (word.length <= columns && columnsOf(word) <= columns) return [word];
  const parts: string[] = [];
  let part = "";
  let used = 0;
  for (const { segment } of new Intl.Segmenter("en").segment(word)) {
    const width = columnsOf(segment);
    if (used + width > columns && part !== "") {
      parts.push(part);
      part = "";
      used = 0;
    }
    part += segment;
    used += width;
  }
  return [...parts, part];
}
