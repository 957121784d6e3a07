// A new key for the secrets of a PostgreSQL database: everything is sealed anew in one transaction.

import type { PoolClient } from "pg";
import { newKey, readKeyFile, writeKeyFile } from "./key-file.ts";
import type { KeyRing } from "./key-ring.ts";
import type { PostgresRow } from "./postgres-connection.ts";
import { insertAudit, takeTurn } from "./postgres-import.ts";
import { setting } from "./postgres-schema.ts";
import { secretPlace } from "./seal.ts";
import { HASH_KEY_PLACE } from "./sqlite-migrate.ts";
import type { AuditRow } from "./store.ts";

/** Rows that are sealed anew at a time. */
const ROTATE_ROWS = 1000;

/** Where it is done: in the client's transaction. */
export interface RotationPlace {
  readonly client: PoolClient;
  readonly schema: string;
  readonly ring: KeyRing;
}

/**
 * Seals everything under a key that is added to the key file, and logs that; or, without an audit
 * row, takes the other keys out of that file. Rotations come one after the other.
 *
 * @returns id of the key that the secrets are sealed under
 */
export async function rotate(
  { client, schema, ring }: RotationPlace,
  audit: Omit<AuditRow, "token"> | null,
): Promise<string> {
  await takeTurn(client, schema);
  if (audit === null) {
    const current = ring.key((await setting(client, schema, "key-id")).toString());
    writeKeyFile(ring.path, [current]);
    return current.id;
  }
  const key = newKey();
  // Both keys are in the file until nothing is sealed under the old one: a crash loses neither.
  writeKeyFile(ring.path, [key, ...readKeyFile(ring.path)]);
  await reseal(client, schema, ring, key.id);
  await insertAudit(client, schema, [0], [audit]);
  return key.id;
}

async function reseal(
  client: PoolClient,
  schema: string,
  ring: KeyRing,
  keyId: string,
): Promise<void> {
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
