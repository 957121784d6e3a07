// Stores that answer at once: a login that has nothing to wait for is decided in one go.

import type { Store, StoredToken, Write } from "./store.ts";

/**
 * A store whose reads and writes can be had without a promise. They throw what those reject with.
 * Who wraps or extends such a store to watch its reads and writes has to wrap these, too.
 */
export interface DirectStore extends Store {
  loadNow(id: number): StoredToken | null;
  /** As `swap`, `bury` and `audit`; false, too, for an audit row of no token. */
  writeNow(write: Write): boolean;
}

/** Whether a store answers at once. */
export function isDirect(store: Store): store is DirectStore {
  return "loadNow" in store && "writeNow" in store;
}
