// From the tables of any older version to those of this one, step by step, in one transaction: a
// file is of one version or another, never between. Take a copy of the file before an update: an
// older oathbed does not open what a newer one wrote.

import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { groupOfAudit, linkEntry, packAudit } from "./audit-codec.ts";
import type { KeyRing } from "./key-ring.ts";
import { secretPlace } from "./seal.ts";
import { auditOfRow, type Row } from "./sqlite-rows.ts";
import { APPLICATION_ID, SCHEMA_1, SCHEMA_2, SCHEMA_3, SCHEMA_VERSION } from "./sqlite-schema.ts";
import { StoreError } from "./store.ts";

/** The name of the place of the key of secret hashes. */
export const HASH_KEY_PLACE = "oathbed hash key";
/** Old audit rows put into one group. */
const ROWS_A_GROUP = 256;

/** Step n makes version n + 1 of version n. */
const STEPS: readonly ((database: DatabaseSync, ring: KeyRing) => void)[] = [
  (database) => database.exec(SCHEMA_1),
  (database, ring) => {
    database.exec(SCHEMA_2);
    sealSecrets(database, ring);
    packAuditTable(database);
  },
  (database) => database.exec(SCHEMA_3),
];

/**
 * Makes the tables, or brings them to this version.
 *
 * @throws {StoreError} for other applications' files, newer ones, and key files that do not fit
 */
export function migrate(database: DatabaseSync, path: string, ring: KeyRing): void {
  if (versionOf(database, path) !== SCHEMA_VERSION) {
    database.exec("PRAGMA secure_delete = ON; BEGIN IMMEDIATE");
    try {
      // Another process may have done it while this one waited.
      const version = versionOf(database, path);
      for (const step of STEPS.slice(version)) step(database, ring);
      database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }
}

/** 0 for an empty file. */
function versionOf(database: DatabaseSync, path: string): number {
  const tables = Number(database.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.n);
  if (tables === 0) return 0;
  if (pragma(database, "application_id") !== APPLICATION_ID) {
    throw new StoreError(
      "corrupt",
      `${path} is a database of another application`,
      "name another file",
    );
  }
  const version = pragma(database, "user_version");
  if (version > SCHEMA_VERSION) {
    throw new StoreError(
      "version",
      `${path} has schema version ${version}, newer than ${SCHEMA_VERSION}`,
      "use the oathbed that wrote it, or a newer one",
    );
  }
  if (version < 1) {
    const hint = "restore it from a backup";
    throw new StoreError("corrupt", `${path} has tables, but no schema version`, hint);
  }
  return version;
}

function sealSecrets(database: DatabaseSync, ring: KeyRing): void {
  const { id: keyId } = ring.first();
  const set = database.prepare("INSERT OR REPLACE INTO settings VALUES (?, ?)");
  set.run("key-id", Buffer.from(keyId));
  const old = database.prepare("SELECT value FROM settings WHERE name = 'hash-key'").get();
  const hashKey = (old?.value as Uint8Array | undefined) ?? randomBytes(32);
  set.run("hash-key", ring.seal(keyId, hashKey, HASH_KEY_PLACE));
  const rows = database.prepare("SELECT id, secret FROM tokens WHERE secret <> x''").all();
  const update = database.prepare("UPDATE tokens SET secret = ? WHERE id = ?");
  for (const { id, secret } of rows) {
    update.run(ring.seal(keyId, secret as Uint8Array, secretPlace(Number(id))), Number(id));
  }
  if (old !== undefined) set.run("vacuum-due", Uint8Array.of(1));
}

function packAuditTable(database: DatabaseSync): void {
  const heads = new Map<number, number>();
  const insert = database.prepare("INSERT INTO audit_groups VALUES (?, ?)");
  const select = database.prepare("SELECT * FROM audit WHERE id > ? ORDER BY id LIMIT ?");
  for (let group = 1, last = 0; ; group++) {
    const rows: Row[] = select.all(last, ROWS_A_GROUP);
    if (rows.length === 0) break;
    last = Number(rows.at(-1)?.id);
    const audit = packAudit(
      rows.map(auditOfRow),
      rows.map((row) => Number(row.token)),
    );
    rows.forEach((row, at) => {
      const token = Number(row.token);
      linkEntry(audit.entries, at, token, heads.get(token) ?? 0);
      heads.set(token, group);
    });
    insert.run(group, groupOfAudit(audit));
  }
  const update = database.prepare("UPDATE tokens SET audit_head = ? WHERE id = ?");
  for (const [token, head] of heads) update.run(head, token);
  database.exec("DROP TABLE audit");
}

/** The value of a PRAGMA that is a number. */
export function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
