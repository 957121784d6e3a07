// New tokens in a PostgreSQL database: all or none, one import at a time, each seeing the tokens of
// those before it.

import type { PoolClient } from "pg";
import { encodeRecord } from "../record-codec.ts";
import type { Admitted } from "./admission-loop.ts";
import type { KeyRing } from "./key-ring.ts";
import type { PostgresRow } from "./postgres-connection.ts";
import { auditColumns, auditTypes } from "./postgres-group.ts";
import { setting } from "./postgres-schema.ts";
import { secretPlace } from "./seal.ts";
import { peersText } from "./sqlite-group.ts";
import { HASH_KEY_PLACE } from "./sqlite-migrate.ts";
import { duplicateLabel } from "./store.ts";

/** Rows that are sealed anew at a time. */
const ROTATE_ROWS = 1000;
/** Rows of a statement: none may take longer than its time-out. */
const IMPORT_ROWS = 5000;

/** Imports and key rotations of all processes, one after the other. */
async function takeTurn(client: PoolClient, schema: string): Promise<void> {
  await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [`oathbed ${schema}`]);
}

/**
 * Stores admitted tokens in the client's transaction, and gives their ids; null when their peers
 * have changed.
 *
 * @throws {StoreError} "duplicate"
 */
export async function storeImport(
  client: PoolClient,
  schema: string,
  nonce: string,
  ring: KeyRing,
  admitted: readonly Admitted[],
): Promise<readonly number[] | null> {
  await takeTurn(client, schema);
  await assertLabels(client, schema, admitted);
  if (!(await arePeersSame(client, schema, admitted))) return null;
  const keyId = (await setting(client, schema, "key-id")).toString();
  const last = await client.query(`SELECT coalesce(max(id), 0) AS id FROM ${schema}.tokens`);
  const first = Number(last.rows[0]?.id) + 1;
  for (let at = 0; at < admitted.length; at += IMPORT_ROWS) {
    const rows = admitted.slice(at, at + IMPORT_ROWS);
    await insertRows(client, schema, ring, keyId, first + at, rows);
  }
  const ids = admitted.map((_, at) => first + at);
  await client.query(`INSERT INTO ${schema}.batches (nonce, won) VALUES ($1, $2)`, [nonce, ids]);
  return ids;
}

async function insertRows(
  client: PoolClient,
  schema: string,
  ring: KeyRing,
  keyId: string,
  first: number,
  admitted: readonly Admitted[],
): Promise<void> {
  const ids = admitted.map((_, at) => first + at);
  const tokens = admitted.map(({ token }) => token.token);
  await client.query(
    `INSERT INTO ${schema}.tokens (id, label, "user", secret, secret_hash, record)
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[], $5::bytea[],
      $6::bytea[])`,
    [
      ids,
      tokens.map(({ label }) => label),
      tokens.map(({ user }) => user),
      tokens.map(({ secret }, at) => ring.seal(keyId, secret, secretPlace(first + at))),
      admitted.map(({ hash }) => Buffer.from(hash)),
      admitted.map(({ record }) => Buffer.from(encodeRecord(record))),
    ],
  );
  await client.query(
    `INSERT INTO ${schema}.audit (token, at_us, act, outcome, reason, factor, offset_steps)
    SELECT * FROM unnest($1::bigint[], ${auditTypes(2)})`,
    [ids, ...auditColumns(admitted.map(({ token }) => token.audit))],
  );
}

/** Seals everything under another key, in the client's transaction. */
export async function reseal(
  client: PoolClient,
  schema: string,
  ring: KeyRing,
  keyId: string,
): Promise<void> {
  await takeTurn(client, schema);
  const hashKey = ring.open(await setting(client, schema, "hash-key"), HASH_KEY_PLACE);
  const set = `UPDATE ${schema}.settings SET value = $2 WHERE name = $1`;
  await client.query(set, ["hash-key", ring.seal(keyId, hashKey, HASH_KEY_PLACE)]);
  await client.query(set, ["key-id", Buffer.from(keyId)]);
  const select = `SELECT id, secret FROM ${schema}.tokens
    WHERE id > $1 AND secret <> '' ORDER BY id LIMIT ${ROTATE_ROWS} FOR NO KEY UPDATE`;
  for (let last = 0; ; ) {
    const { rows } = await client.query(select, [last]);
    if (rows.length === 0) return;
    const ids = rows.map((row) => Number(row.id));
    last = ids.at(-1) as number;
    const sealed = rows.map((row: PostgresRow, at) => {
      const id = ids[at] as number;
      const secret = ring.secretOf(id, row.secret as Uint8Array);
      return ring.seal(keyId, secret, secretPlace(id));
    });
    await client.query(
      `UPDATE ${schema}.tokens t SET secret = i.secret
      FROM unnest($1::bigint[], $2::bytea[]) AS i (id, secret) WHERE t.id = i.id`,
      [ids, sealed],
    );
  }
}

async function assertLabels(
  client: PoolClient,
  schema: string,
  admitted: readonly Admitted[],
): Promise<void> {
  const labels = admitted.map(({ token }) => token.token.label);
  const seen = new Set<string>();
  for (const label of labels) {
    if (seen.has(label)) throw duplicateLabel(label);
    seen.add(label);
  }
  const select = `SELECT label FROM ${schema}.tokens WHERE label = ANY($1::text[]) LIMIT 1`;
  const taken: unknown = (await client.query(select, [labels])).rows[0]?.label;
  if (taken !== undefined) throw duplicateLabel(String(taken));
}

/** Peers stay locked: what they have consumed must not change before the new token is stored. */
async function arePeersSame(
  client: PoolClient,
  schema: string,
  admitted: readonly Admitted[],
): Promise<boolean> {
  const users = admitted.map(({ token }) => token.token.user).filter((user) => user !== null);
  const { rows } = await client.query(
    `SELECT id, version, secret_hash, "user" FROM ${schema}.tokens
    WHERE secret_hash = ANY($1::bytea[]) OR "user" = ANY($2::text[])
    ORDER BY id FOR NO KEY UPDATE`,
    [admitted.map(({ hash }) => Buffer.from(hash)), users],
  );
  const byHash = groupBy(rows, (row) => (row.secret_hash as Buffer).toString("latin1"));
  const byUser = groupBy(rows, (row) => row.user as string | null);
  return admitted.every(({ token, hash, peers }) => {
    const sameSecret = byHash.get(Buffer.from(hash).toString("latin1")) ?? [];
    const { user } = token.token;
    return peersText(sameSecret, user === null ? [] : (byUser.get(user) ?? [])) === peers;
  });
}

interface Version {
  readonly id: number;
  readonly version: number;
}

function groupBy<K>(
  rows: readonly PostgresRow[],
  keyOf: (row: PostgresRow) => K,
): Map<K, Version[]> {
  const groups = new Map<K, Version[]>();
  for (const row of rows) {
    const one = { id: Number(row.id), version: Number(row.version) };
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [one]);
    else group.push(one);
  }
  return groups;
}
