// What is stored already in a PostgreSQL database and bears on new tokens: those of their secrets
// and of their users.

import type { QueryConfig } from "pg";
import type { PeerSource } from "./admission-loop.ts";
import type { PostgresRow } from "./postgres-connection.ts";
import type { ImportedToken, StoredToken } from "./store.ts";

/** A stored token, and the row it was read from. */
export interface PeerRow {
  readonly row: PostgresRow;
  readonly token: StoredToken;
}

/** Asks for the peers of these tokens. @param hashes keyed hashes of their secrets */
export function peersQuery(
  schema: string,
  tokens: readonly ImportedToken[],
  hashes: readonly Uint8Array[],
): QueryConfig {
  const users = tokens.map(({ token }) => token.user).filter((user) => user !== null);
  return {
    text: `SELECT id, label, "user", secret, secret_hash, record, version FROM ${schema}.tokens
      WHERE secret_hash = ANY($1::bytea[]) OR "user" = ANY($2::text[]) ORDER BY id`,
    values: [hashes, users],
  };
}

/** The peers of a token among these rows. @param hash the keyed hash of a secret */
export function peersAmong(
  stored: readonly PeerRow[],
  hash: (secret: Uint8Array) => Uint8Array,
): PeerSource {
  return {
    hash,
    stored: (secretHash, user) => ({
      sameSecret: stored
        .filter(({ row }) => Buffer.compare(row.secret_hash as Buffer, secretHash) === 0)
        .map(({ token }) => token),
      sameUser: stored
        .filter(({ token }) => user !== null && token.user === user)
        .map(({ token }) => token),
    }),
  };
}
