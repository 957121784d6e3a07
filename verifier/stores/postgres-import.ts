// New tokens in a PostgreSQL database: all or none, one import at a time, each seeing the tokens of
// those before it.

import type { PoolClient } from "pg";
import { encodeRecord } from "../record-codec.ts";
import type { Admitted } from "./admission-loop.ts";
import type { KeyRing } from "./key-ring.ts";
import type { PostgresRow } from "./postgres-connection.ts";
import { AUDIT_COLUMNS, auditColumns, auditTypes } from "./postgres-group.ts";
import { setting } from "./postgres-schema.ts";
import { secretPlace } from "./seal.ts";
import { peersText } from "./sqlite-group.ts";
import { type AuditRow, duplicateLabel, type RecordWrite } from "./store.ts";

/** Rows of a statement: none may take longer than its time-out. */
const IMPORT_ROWS = 5000;

/** Where an import is stored: in the client's transaction, under a nonce. */
export interface ImportPlace {
  readonly client: PoolClient;
  readonly schema: string;
  readonly nonce: string;
  readonly ring: KeyRing;
}

/** Imports and key rotations of all processes, one after the other. */
export async function takeTurn(client: PoolClient, schema: string): Promise<void> {
  await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [`oathbed ${schema}`]);
}

/**
 * Stores admitted tokens in the client's transaction, and gives their ids; null when their peers
 * have changed, or the token whose place they take.
 *
 * @throws {StoreError} "duplicate"
 */
export async function storeImport(
  { client, schema, nonce, ring }: ImportPlace,
  admitted: readonly Admitted[],
  retired: RecordWrite | null,
): Promise<readonly number[] | null> {
  await takeTurn(client, schema);
  await assertLabels(client, schema, admitted);
  if (!(await arePeersSame(client, schema, admitted, retired))) return null;
  if (retired !== null) await retire(client, schema, retired);
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

/** The record of a token that gives way; its row is locked, and of the version it must have. */
async function retire(client: PoolClient, schema: string, retired: RecordWrite): Promise<void> {
  const { id, record, audit } = retired;
  const update = `UPDATE ${schema}.tokens SET record = $2, version = version + 1 WHERE id = $1`;
  await client.query(update, [id, Buffer.from(encodeRecord(record))]);
  await insertAudit(client, schema, [id], [audit]);
}

/** Adds audit rows, in the client's transaction. */
export async function insertAudit(
  client: PoolClient,
  schema: string,
  ids: readonly number[],
  rows: readonly Omit<AuditRow, "token">[],
): Promise<void> {
  await client.query(
    `INSERT INTO ${schema}.audit (token, ${AUDIT_COLUMNS})
    SELECT * FROM unnest($1::bigint[], ${auditTypes(2)})`,
    [ids, ...auditColumns(rows)],
  );
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
  const rows = admitted.map(({ token }) => token.audit);
  await insertAudit(client, schema, ids, rows);
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
  retired: RecordWrite | null,
): Promise<boolean> {
  const users = admitted.map(({ token }) => token.token.user).filter((user) => user !== null);
  const { rows } = await client.query(
    `SELECT id, version, secret_hash, "user" FROM ${schema}.tokens
    WHERE secret_hash = ANY($1::bytea[]) OR "user" = ANY($2::text[]) OR id = $3
    ORDER BY id FOR NO KEY UPDATE`,
    [admitted.map(({ hash }) => Buffer.from(hash)), users, retired?.id ?? 0],
  );
  const old = rows.find((row) => Number(row.id) === retired?.id);
  if (retired !== null && Number(old?.version) !== retired.version) return false;
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
