// The tables of the PostgreSQL store. They are made and changed in numbered steps, each database in
// one transaction. Take a backup (pg_dump) before an update.

import { randomBytes } from "node:crypto";
import type { PoolClient } from "pg";
import type { KeyRing } from "./key-ring.ts";
import { HASH_KEY_PLACE } from "./sqlite-migrate.ts";
import { StoreError } from "./store.ts";

/** Version of the tables this oathbed works with. */
export const POSTGRES_VERSION = 2;

/**
 * Version 1. A deleted token's row stays: no label, no secret, but record and hash. Half of each
 * page of tokens is left free: a changed record then stays in its page, and no index changes.
 * `batches` tells, after a lost connection, whether a transaction was committed.
 */
const SCHEMA_1 = `
CREATE TABLE SCHEMA.tokens (
  id bigint PRIMARY KEY,
  label text UNIQUE,
  "user" text,
  secret bytea NOT NULL,
  secret_hash bytea NOT NULL,
  record bytea NOT NULL,
  version bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
CREATE INDEX tokens_by_hash ON SCHEMA.tokens (secret_hash);
CREATE INDEX tokens_by_user ON SCHEMA.tokens ("user");
CREATE TABLE SCHEMA.audit (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at_us double precision NOT NULL,
  token bigint NOT NULL,
  act text NOT NULL,
  outcome text NOT NULL,
  reason text,
  factor numeric(20),
  offset_steps double precision
);
CREATE INDEX audit_by_token ON SCHEMA.audit (token, id);
CREATE TABLE SCHEMA.batches (
  nonce uuid PRIMARY KEY,
  won bigint[],
  at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE SCHEMA.settings (name text PRIMARY KEY, value bytea NOT NULL);
INSERT INTO SCHEMA.settings VALUES ('version', '1');
`;

/** Version 2: audit rows say who asked, and what else there is to say. */
const SCHEMA_2 = `
ALTER TABLE SCHEMA.audit ADD COLUMN asked_by text, ADD COLUMN detail text;
UPDATE SCHEMA.settings SET value = '2' WHERE name = 'version';
`;

/** Step n makes version n + 1 of version n. */
const STEPS: readonly string[] = [SCHEMA_1, SCHEMA_2];

/**
 * Makes the tables, or brings them to this version. The client is in a transaction.
 *
 * @throws {StoreError} "version" for newer tables, "key" for a key file that does not fit
 */
export async function migratePostgres(
  client: PoolClient,
  schema: string,
  shown: string,
  ring: KeyRing,
): Promise<void> {
  await client.query("SELECT pg_advisory_xact_lock(hashtext($1))", [`oathbed ${schema}`]);
  const { rows } = await client.query("SELECT to_regclass($1) IS NOT NULL AS is_there", [
    `${schema}.settings`,
  ]);
  let version = 0;
  if (rows[0]?.is_there === true) {
    version = Number((await setting(client, schema, "version")).toString());
  }
  if (version > POSTGRES_VERSION) {
    throw new StoreError(
      "version",
      `${shown} has schema version ${version}, newer than ${POSTGRES_VERSION}`,
      "use the oathbed that wrote it, or a newer one",
    );
  }
  if (version === 0) await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  for (const step of STEPS.slice(version)) await client.query(step.replaceAll("SCHEMA", schema));
  if (version === 0) {
    const { id } = ring.first();
    const sealed = ring.seal(id, randomBytes(32), HASH_KEY_PLACE);
    await client.query(`INSERT INTO ${schema}.settings VALUES ('key-id', $1), ('hash-key', $2)`, [
      Buffer.from(id),
      sealed,
    ]);
  }
}

/** A setting. @throws {StoreError} "corrupt" when there is none */
export async function setting(client: PoolClient, schema: string, name: string): Promise<Buffer> {
  const select = `SELECT value FROM ${schema}.settings WHERE name = $1`;
  const value: unknown = (await client.query(select, [name])).rows[0]?.value;
  if (Buffer.isBuffer(value)) return value;
  const hint = "restore the database from a backup";
  throw new StoreError("corrupt", `the settings of schema ${schema} have no "${name}"`, hint);
}
