// What every reader gives: tokens, where they stand in the text, and what an operator should know.

import type { Place } from "./problems.ts";
import type { TransferToken } from "./token.ts";

/** A token of a file. */
export interface ParsedToken {
  readonly token: TransferToken;
  /** Where it begins, UTF-16 code units from the start of the text. */
  readonly offset: number;
}

/** What a reader found. */
export interface Parsed {
  readonly tokens: readonly ParsedToken[];
  /** Sentences about the file as a whole, such as what was assumed. */
  readonly notes: readonly string[];
}

/** A token of a file and its place. */
export interface PlacedToken extends Place {
  readonly token: TransferToken;
}

/** Counts what is noted, so that a thousand tokens make one sentence. */
export class Notes {
  readonly #counts = new Map<string, number>();

  /** Notes it of one more token. */
  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  /** `N of TOTAL tokens WHAT`. */
  sentences(total: number): readonly string[] {
    return [...this.#counts].map(([what, count]) => `${count} of ${total} tokens ${what}`);
  }
}
