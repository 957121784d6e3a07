// Stores that answer at once: a login that has nothing to wait for is decided in one go.

import type { OathParameters } from "../../core/oath/parameters.ts";
import type { Store, StoredToken, Write } from "./store.ts";

/** What a token's key is made of. */
export interface TokenKey {
  readonly id: number;
  readonly parameters: OathParameters;
  /** A view, valid until the store is written to. */
  readonly secret: Uint8Array;
}

/**
 * A store whose reads and writes can be had without a promise. They throw what those reject with.
 * Who wraps or extends such a store to watch its reads and writes has to wrap these, too.
 */
export interface DirectStore extends Store {
  /** What the keys of all tokens that are not deleted are made of, by id. */
  keysNow?(): Iterable<TokenKey>;
  loadNow(id: number): StoredToken | null;
  /** As `swap`, `bury` and `audit`; false, too, for an audit row of no token. */
  writeNow(write: Write): boolean;
}

/** Whether a store answers at once. */
export function isDirect(store: Store): store is DirectStore {
  return "loadNow" in store && "writeNow" in store;
}
