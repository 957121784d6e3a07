// Opening the SQLite file: made private, write-ahead log, synchronous FULL, tables of this version.

import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sqliteError } from "./sqlite-errors.ts";
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from "./sqlite-schema.ts";
import { StoreError } from "./store.ts";

/** How long a write waits for another process unless told otherwise, milliseconds. */
const BUSY_TIMEOUT_MS = 5000;
/** How often the switch to the write-ahead log is tried; another process may be doing the same. */
const WAL_TRIES = 100;
const WAL_PAUSE_MS = 20;

/** @see openDatabase */
export interface SqliteOptions {
  /**
   * How long an operation waits, and blocks this process, while another process writes,
   * milliseconds; default 5000. Then it rejects with "busy".
   */
  readonly busyTimeoutMs?: number;
  /** Size the file may grow to, bytes; default: what the disk holds. Then writes are "full". */
  readonly maxBytes?: number;
}

/**
 * Opens the file, or makes it with mode 0600.
 *
 * @throws {StoreError} unreadable, corrupt, version, busy, read-only, full
 */
export function openDatabase(path: string, options: SqliteOptions = {}): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    makePrivate(path);
    const timeout = options.busyTimeoutMs ?? BUSY_TIMEOUT_MS;
    // An absolute path: node:sqlite takes ":memory:" and "file:" for something else.
    database = new DatabaseSync(resolve(path), { timeout });
    migrate(database, path);
    useWriteAheadLog(database, path);
    database.exec("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    if (options.maxBytes !== undefined) {
      const pages = Math.floor(options.maxBytes / pragma(database, "page_size"));
      database.exec(`PRAGMA max_page_count = ${pages}`);
    }
    return database;
  } catch (error) {
    database?.close();
    throw sqliteError(error, path);
  }
}

/** SQLite would make the file readable by all, and its log like the file. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function migrate(database: DatabaseSync, path: string): void {
  if (isCurrent(database, path)) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have made the tables while this one waited.
    if (!isCurrent(database, path)) database.exec(SCHEMA);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** False for an empty file. @throws {StoreError} for other applications' files and newer ones */
function isCurrent(database: DatabaseSync, path: string): boolean {
  const tables = Number(database.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.n);
  if (tables === 0) return false;
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
  return true;
}

/** SQLite does not wait here as it does elsewhere: two switching at a time could wait for ever. */
function useWriteAheadLog(database: DatabaseSync, path: string): void {
  for (let tries = 1; ; tries++) {
    try {
      const mode = database.prepare("PRAGMA journal_mode = WAL").get()?.journal_mode;
      if (mode === "wal") return;
      throw new StoreError(
        "unreadable",
        `${path} cannot have a write-ahead log (journal mode ${mode})`,
        "put the file on a local disk",
      );
    } catch (error) {
      const isBusy = error instanceof Error && "errcode" in error && error.errcode === 5;
      if (!isBusy || tries >= WAL_TRIES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_PAUSE_MS);
    }
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
