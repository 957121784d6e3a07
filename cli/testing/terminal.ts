// A terminal for tests: keeps what is written, and reads what it is given.

import { createStyle, type Terminal } from "../terminal.ts";

/** What was written to both streams. */
export interface KeptTerminal extends Terminal {
  readonly outText: string;
  readonly errText: string;
  /** Presses Enter on the keyboard. */
  pressEnter(): void;
  /** Types a line on the keyboard. */
  typeLine(line: string): void;
}

/** @see keptTerminal */
export interface KeptOptions {
  /** What stdin holds. */
  readonly input?: string;
  readonly isTerminal?: boolean;
  /** Whether stdin is a keyboard; `pressEnter` is its Enter key. */
  readonly hasKeyboard?: boolean;
}

/** A terminal of 100 columns without color. */
export function keptTerminal(options: KeptOptions = {}): KeptTerminal {
  const { input = "", isTerminal = false, hasKeyboard = false } = options;
  let out = "";
  let err = "";
  const onEnter = new Set<() => void>();
  const onLines = new Set<(line: string) => void>();
  return {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    get outText(): string {
      return out;
    },
    get errText(): string {
      return err;
    },
    outIsTerminal: isTerminal,
    errIsTerminal: isTerminal,
    inIsTerminal: hasKeyboard,
    columns: 100,
    style: createStyle(false),
    errStyle: createStyle(false),
    readInput: async () => input,
    onEnter: (listener) => {
      onEnter.add(listener);
      return () => onEnter.delete(listener);
    },
    onLine: (onLine, onEnd) => {
      if (hasKeyboard) {
        onLines.add(onLine);
        return () => onLines.delete(onLine);
      }
      for (const line of input.split("\n").filter((_, at, all) => at < all.length - 1)) {
        onLine(line);
      }
      onEnd();
      return () => {};
    },
    pressEnter: () => {
      for (const listener of onEnter) listener();
    },
    typeLine: (line) => {
      for (const listener of onLines) listener(line);
    },
    flush: async () => {},
  };
}
