// A terminal for tests: keeps what is written, and reads what it is given.

import { createStyle, type Terminal } from "../terminal.ts";

/** What was written to both streams. */
export interface KeptTerminal extends Terminal {
  readonly outText: string;
  readonly errText: string;
}

/** @see keptTerminal */
export interface KeptOptions {
  /** What stdin holds. */
  readonly input?: string;
  readonly isTerminal?: boolean;
}

/** A terminal of 100 columns without color. */
export function keptTerminal(options: KeptOptions = {}): KeptTerminal {
  const { input = "", isTerminal = false } = options;
  let out = "";
  let err = "";
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
    inIsTerminal: false,
    columns: 100,
    style: createStyle(false),
    errStyle: createStyle(false),
    readInput: async () => input,
    flush: async () => {},
  };
}
