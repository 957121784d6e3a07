// A store that can be told to fail, as one whose disk is full: for those who test what is around
// it. It has no memory of its own.

import { type Store, StoreError, type StoreErrorCode, type Write } from "./store.ts";

/** @see failingStore */
export interface FailingStore {
  readonly store: Store;
  /** What writes fail with from now on; null: they are stored. Reads go on. */
  fail(code: StoreErrorCode | null): void;
}

/** `inner`, whose writes fail when they are told to. Closing it closes `inner`. */
export function failingStore(inner: Store): FailingStore {
  let failure: StoreErrorCode | null = null;
  const written = async <T>(write: () => Promise<T>): Promise<T> => {
    if (failure !== null) throw new StoreError(failure, "nothing can be stored", "make room");
    return write();
  };
  const store: Store = {
    name: inner.name,
    durability: inner.durability,
    insert: (token, audit) => written(() => inner.insert(token, audit)),
    importMany: (tokens) => written(() => inner.importMany(tokens)),
    replace: (retired, token, audit) => written(() => inner.replace(retired, token, audit)),
    swap: (id, version, record, audit) => written(() => inner.swap(id, version, record, audit)),
    audit: (row) => written(() => inner.audit(row)),
    bury: (id, version, record, audit) => written(() => inner.bury(id, version, record, audit)),
    writeMany: (writes: readonly Write[]) => written(() => inner.writeMany(writes)),
    rotateKey: (audit) => written(() => inner.rotateKey(audit)),
    load: (id) => inner.load(id),
    loadMany: (ids) => inner.loadMany(ids),
    find: (label) => inner.find(label),
    list: () => inner.list(),
    listPage: (afterId, limit) => inner.listPage(afterId, limit),
    listOf: (user) => inner.listOf(user),
    auditOf: (id, limit) => inner.auditOf(id, limit),
    auditPage: (query) => inner.auditPage(query),
    statistics: () => inner.statistics(),
    close: () => inner.close(),
    [Symbol.asyncDispose]: () => inner.close(),
  };
  return {
    store,
    fail(code) {
      failure = code;
    },
  };
}

/**
 * A copy of the tokens of a store in memory, as of a backup: records and secrets, but no log, and
 * not the secrets' hashes of deleted tokens.
 */
export async function copyTokens(from: Store, into: Store): Promise<void> {
  const audit = {
    atUs: 0,
    act: "create",
    outcome: "done",
    reason: null,
    movingFactor: null,
    offsetSteps: null,
    by: null,
    detail: "restored",
  } as const;
  for (const { id, label, user, secret, record } of await from.list()) {
    const name = label === "" ? `deleted ${id}` : label;
    const bytes = secret.length === 0 ? new TextEncoder().encode(name) : secret;
    const token = { label: name, user, secret: bytes, admit: () => record };
    const copy = await into.insert(token, audit);
    if (label === "") await into.bury(copy, 0, record, { ...audit, token: copy });
  }
}
