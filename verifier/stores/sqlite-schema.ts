// The tables of the SQLite store.

/** Version of SCHEMA, kept in the file's user_version. */
export const SCHEMA_VERSION = 1;

/** "OATH": tells an oathbed file from the SQLite files of other applications. */
export const APPLICATION_ID = 0x4f41_5448;

/** Makes the tables. A deleted token's row stays: no label, no secret, but record and hash. */
export const SCHEMA: string = `
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
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION}`;
