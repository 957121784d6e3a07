// From what a user writes after --state to a store.

import { MemoryStore } from "./memory.ts";
import { SqliteStore } from "./sqlite.ts";
import type { Store } from "./store.ts";

/** Longest specification taken, in characters. */
const MAX_SPEC = 4096;

/**
 * Opens `memory` (nothing survives the process), or the SQLite file of this path, which is made if
 * there is none. A file that is called memory is `./memory`.
 *
 * @throws {StoreError} unreadable, corrupt, version, busy, read-only, full; `hint` is the remedy
 * @throws {RangeError} when `spec` is empty or no path
 */
export async function openStore(spec: string): Promise<Store> {
  if (spec.length < 1 || spec.length > MAX_SPEC || /\p{Cc}/u.test(spec)) {
    throw new RangeError(
      `a state is "memory" or a file's path: 1 to ${MAX_SPEC} characters, no control characters`,
    );
  }
  return spec === "memory" ? new MemoryStore() : new SqliteStore(spec);
}
