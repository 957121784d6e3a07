// From what a user writes after --state to a store.

import { MemoryStore } from "./memory.ts";
import { isPostgres } from "./postgres-spec.ts";
import { SqliteStore } from "./sqlite.ts";
import type { Store } from "./store.ts";

/** Longest specification taken, in characters. */
const MAX_SPEC = 4096;

/**
 * Opens `memory` (nothing survives the process), a PostgreSQL database (`postgres://…`, see
 * postgres-spec.ts), or the SQLite file of this path, which is made if there is none. A file that
 * is called memory is `./memory`.
 *
 * @throws {StoreError} unreadable, corrupt, version, busy, read-only, full, key, unreachable;
 *   `hint` is the remedy
 * @throws {RangeError} when `spec` is empty or no path, or names no key file for a database
 */
export async function openStore(spec: string): Promise<Store> {
  if (spec.length < 1 || spec.length > MAX_SPEC || /\p{Cc}/u.test(spec)) {
    throw new RangeError(
      `a state is "memory" or a file's path: 1 to ${MAX_SPEC} characters, no control characters`,
    );
  }
  if (isPostgres(spec)) {
    const { PostgresStore } = await import("./postgres.ts");
    return PostgresStore.open(spec);
  }
  return spec === "memory" ? new MemoryStore() : new SqliteStore(spec);
}
