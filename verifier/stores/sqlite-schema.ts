// The tables of the SQLite store. They are made and changed in numbered steps (sqlite-migrate.ts).

/** Version of the tables this oathbed works with, kept in the file's user_version. */
export const SCHEMA_VERSION = 3;

/** "OATH": tells an oathbed file from the SQLite files of other applications. */
export const APPLICATION_ID = 0x4f41_5448;

/**
 * Version 1, as the first oathbed wrote it: secrets as they are, a row for each audit line. A
 * deleted token's row stays: no label, no secret, but record and hash.
 */
export const SCHEMA_1: string = `
CREATE TABLE tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  label TEXT UNIQUE,
  user TEXT,
  secret BLOB NOT NULL,
  secret_hash BLOB NOT NULL,
  record BLOB NOT NULL,
  version INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX tokens_by_hash ON tokens (secret_hash);
CREATE INDEX tokens_by_user ON tokens (user);
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_us REAL NOT NULL,
  token INTEGER NOT NULL REFERENCES tokens (id),
  act TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT,
  factor BLOB,
  offset_steps INTEGER
) STRICT;
CREATE INDEX audit_by_token ON audit (token, id);
CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
PRAGMA application_id = ${APPLICATION_ID}`;

/**
 * Version 2: secrets sealed (seal.ts), audit rows packed, one group a transaction (audit-codec.ts).
 * `audit_head` is the group of a token's latest row, 0 for none; `audit_prev` the head before.
 * Settings: key-id, the key that the secrets are sealed under; hash-key, sealed; vacuum-due, set
 * while unsealed secrets may be left in unused parts of the file.
 */
export const SCHEMA_2: string = `
ALTER TABLE tokens ADD COLUMN audit_head INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN audit_prev INTEGER NOT NULL DEFAULT 0;
CREATE TABLE audit_groups (id INTEGER PRIMARY KEY, rows BLOB NOT NULL) STRICT`;

/**
 * Version 3: the same tables. Groups of audit rows say who asked (version 2 of audit-codec.ts), and
 * records may hold dates and jumps (record-codec.ts): an older oathbed must not open the file.
 */
export const SCHEMA_3 = "";
