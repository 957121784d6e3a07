// Opening the SQLite file: made private, write-ahead log, synchronous FULL, tables of this version.

import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { KeyRing } from "./key-ring.ts";
import { sqliteError } from "./sqlite-errors.ts";
import { migrate, pragma } from "./sqlite-migrate.ts";
import { StoreError } from "./store.ts";

/** How long a write waits for another process unless told otherwise, milliseconds. */
const BUSY_TIMEOUT_MS = 5000;
/** How often the switch to the write-ahead log is tried; another process may be doing the same. */
const WAL_TRIES = 100;
const WAL_PAUSE_MS = 20;
/**
 * Of a new file. Tokens log in in no order, each writes a page to the log: small ones make twice
 * the writes a second that SQLite's 4096 bytes do.
 */
const PAGE_BYTES = 1024;
/** Pages of the log before they are copied into the file: those written often are copied once. */
const CHECKPOINT_PAGES = 65_536;
/** Cache of a connection at most. */
const CACHE_KIB = 65_536;

/** @see openDatabase */
export interface SqliteOptions {
  /**
   * How long a write waits while another process writes, milliseconds; default 5000. Then it
   * rejects with "busy".
   */
  readonly busyTimeoutMs?: number;
  /** Size the file may grow to, bytes; default: what the disk holds. Then writes are "full". */
  readonly maxBytes?: number;
  /**
   * The file of the key that secrets are sealed under; default: the database's path with `.key`.
   * It is made, mode 0600, with a new database.
   */
  readonly keyFile?: string;
  /**
   * Where writes are stored: "own" in a thread of their own, "callers" in the thread of the
   * callers, who wait for it. Default: the callers' for the first writes, as of a command that
   * does one, then a thread.
   */
  readonly thread?: "own" | "callers";
}

/** An open file, and the keys of its secrets. */
export interface OpenDatabase {
  readonly database: DatabaseSync;
  readonly ring: KeyRing;
}

/**
 * Opens the file, or makes it with mode 0600.
 *
 * @throws {StoreError} unreadable, corrupt, version, busy, read-only, full, key
 */
export function openDatabase(path: string, options: SqliteOptions = {}): OpenDatabase {
  let database: DatabaseSync | undefined;
  try {
    makePrivate(path);
    database = connect(path, options);
    const ring = new KeyRing(options.keyFile ?? `${path}.key`);
    migrate(database, path, ring);
    useWriteAheadLog(database, path);
    vacuumIfDue(database);
    return { database, ring };
  } catch (error) {
    database?.close();
    throw sqliteError(error, path);
  }
}

/** A connection to a file that exists. What is deleted is overwritten. */
export function connect(path: string, options: SqliteOptions): DatabaseSync {
  const timeout = options.busyTimeoutMs ?? BUSY_TIMEOUT_MS;
  // An absolute path: node:sqlite takes ":memory:" and "file:" for something else.
  const database = new DatabaseSync(resolve(path), { timeout });
  try {
    database.exec(
      `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA cache_size = ${-CACHE_KIB};
      PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
    );
    if (options.maxBytes !== undefined) {
      const pages = Math.floor(options.maxBytes / pragma(database, "page_size"));
      database.exec(`PRAGMA max_page_count = ${pages}`);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
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
      if (!isBusy(error) || tries >= WAL_TRIES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_PAUSE_MS);
    }
  }
}

/**
 * Secrets that an older version wrote unsealed may be left in unused pages and in the log. While
 * another process uses the file this has to wait for the next time it is opened.
 */
function vacuumIfDue(database: DatabaseSync): void {
  const due = "FROM settings WHERE name = 'vacuum-due'";
  if (database.prepare(`SELECT 1 ${due}`).get() === undefined) return;
  try {
    database.exec("VACUUM");
    const { busy } = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get() ?? {};
    if (busy === 0) database.exec(`DELETE ${due}`);
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}

function isBusy(error: unknown): boolean {
  if (!(error instanceof Error) || !("errcode" in error)) return false;
  return typeof error.errcode === "number" && (error.errcode & 0xff) === 5;
}
