// Admission of new tokens before the transaction that stores them: against the peers there are now.
// The transaction looks again, and says "changed" when others came first.

import type { TokenRecord } from "../record.ts";
import { peersText } from "./sqlite-group.ts";
import type { ImportedToken, Peers, StoredToken } from "./store.ts";

/** How often an insert that others came before is tried again. */
export const MAX_ADMISSIONS = 1000;
/** Most tokens of an import. */
export const MAX_IMPORT = 1_000_000;

/** A token that was admitted, and what it was admitted with. */
export interface Admitted<Hash = Uint8Array> {
  readonly token: ImportedToken;
  readonly hash: Hash;
  readonly record: TokenRecord;
  /** peersText of the stored peers. */
  readonly peers: string;
}

/** How a store looks peers up, by hashes that are bytes, or a character for each byte. */
export interface PeerSource<Hash extends Uint8Array | string = Uint8Array> {
  hash(secret: Uint8Array): Hash;
  stored(hash: Hash, user: string | null): Peers;
}

/** Admits all tokens of an import, each seeing those before it. @throws what an `admit` throws */
export function admitAll<Hash extends Uint8Array | string>(
  tokens: readonly ImportedToken[],
  source: PeerSource<Hash>,
): readonly Admitted<Hash>[] {
  const byHash = new Map<string, StoredToken | StoredToken[]>();
  const byUser = new Map<string, StoredToken | StoredToken[]>();
  return tokens.map((one) => {
    const { label, user, secret } = one.token;
    const hash = source.hash(secret);
    const hashText = typeof hash === "string" ? hash : latin1Of(hash);
    const stored = source.stored(hash, user);
    const record = one.token.admit({
      sameSecret: joined(stored.sameSecret, byHash.get(hashText)),
      sameUser: user === null ? [] : joined(stored.sameUser, byUser.get(user)),
    });
    if (tokens.length > 1) {
      const peer: StoredToken = { id: 0, label, user, secret, record, version: 0 };
      push(byHash, hashText, peer);
      if (user !== null) push(byUser, user, peer);
    }
    return { token: one, hash, record, peers: peersText(stored.sameSecret, stored.sameUser) };
  });
}

/** @throws {RangeError} for an import that is too large */
export function assertImport(tokens: readonly ImportedToken[]): void {
  if (tokens.length <= MAX_IMPORT) return;
  throw new RangeError(
    `an import has at most ${MAX_IMPORT} tokens, got ${tokens.length}; split it in two`,
  );
}

function latin1Of({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}

/** A list for each of a million tokens that have no peers takes as long as their records. */
function push<T>(map: Map<string, T | T[]>, key: string, value: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, value);
  else if (Array.isArray(known)) known.push(value);
  else map.set(key, [known, value]);
}

function joined<T>(stored: readonly T[], others: T | T[] | undefined): readonly T[] {
  return others === undefined ? stored : stored.concat(others);
}
