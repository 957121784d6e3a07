// Where users and devices are made durable. All of them are in memory (at most some ten thousand);
// a journal is read once and written through.

import { newKey } from "../../../verifier/stores/key-file.ts";
import type { SealingKey } from "../../../verifier/stores/seal.ts";
import type { Change, StateRow } from "./model.ts";

/** Every operation rejects with StoreError; after a rejection nothing of it was stored. */
export interface Journal extends AsyncDisposable {
  /** How a write is made durable, one line. */
  readonly durability: string;
  /** The key that session tokens are sealed under; whoever has it can make sessions. */
  readonly key: SealingKey;
  /** All rows, by seq. */
  rows(): readonly StateRow[];
  /** Resolves when the change is durable. */
  write(change: Change): Promise<void>;
}

/** Keeps nothing: for tests and for a verifier whose tokens are in memory too. */
export class MemoryJournal implements Journal {
  readonly durability = "none: lost with the process";
  readonly key: SealingKey = newKey();

  rows(): readonly StateRow[] {
    return [];
  }

  async write(_change: Change): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    this.key.bytes.fill(0);
  }
}
