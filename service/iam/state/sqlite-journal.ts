// The journal in a SQLite file of its own beside the verifier's: mode 0600, write-ahead log,
// synchronous FULL, held by one process at a time. Writes that come at a time share a transaction.

import { closeSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { GroupQueue } from "../../../verifier/stores/group-queue.ts";
import { readOrMakeKeyFile } from "../../../verifier/stores/key-file.ts";
import type { SealingKey } from "../../../verifier/stores/seal.ts";
import { sqliteError } from "../../../verifier/stores/sqlite-errors.ts";
import { closedError, StoreError } from "../../../verifier/stores/store.ts";
import type { Journal } from "./journal.ts";
import type { Change, StateRow } from "./model.ts";

/** "OIAM": tells the file from others. */
const APPLICATION_ID = 0x4f49_414d;
const VERSION = 1;
/** Longest wait for another process that holds the file, milliseconds. */
const BUSY_TIMEOUT_MS = 1000;
const MAX_GROUP = 4096;
/** A row: 50 tags of 384 characters and a name are the most of it. */
const SCHEMA = `CREATE TABLE iam_rows (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('user', 'device')),
  body TEXT NOT NULL
) STRICT`;

/** @see Journal */
export class SqliteJournal implements Journal {
  readonly durability = "write-ahead log, synchronous FULL: each group is on the disk";
  readonly key: SealingKey;
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #queue: GroupQueue<Change, undefined>;
  #isClosed = false;

  /**
   * Opens the file, or makes it and its key file (`.key`).
   *
   * @throws {StoreError} busy when another process has it; unreadable, corrupt, version, full, key
   */
  constructor(path: string) {
    this.#path = path;
    let database: DatabaseSync | undefined;
    try {
      makePrivate(path);
      database = new DatabaseSync(resolve(path), { timeout: BUSY_TIMEOUT_MS });
      migrate(database, path);
      const [key] = readOrMakeKeyFile(`${path}.key`);
      this.key = key as SealingKey;
    } catch (error) {
      database?.close();
      throw sqliteError(error, path);
    }
    this.#database = database;
    const run = async (changes: readonly Change[]) => this.#store(changes);
    this.#queue = new GroupQueue({ run, maxItems: MAX_GROUP, maxGroups: 1 });
  }

  rows(): readonly StateRow[] {
    try {
      const rows = this.#database.prepare("SELECT body FROM iam_rows ORDER BY seq").all();
      return rows.map(({ body }) => JSON.parse(String(body)) as StateRow);
    } catch (error) {
      throw sqliteError(error, this.#path);
    }
  }

  async write(change: Change): Promise<void> {
    if (this.#isClosed) throw closedError();
    await this.#queue.add(change);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#queue.drain();
    this.#database.close();
    this.key.bytes.fill(0);
  }

  #store(changes: readonly Change[]): readonly undefined[] {
    const database = this.#database;
    try {
      database.exec("BEGIN IMMEDIATE");
      const put = database.prepare(
        `INSERT INTO iam_rows VALUES (?, ?, ?) ON CONFLICT (seq) DO UPDATE SET body = excluded.body`,
      );
      const remove = database.prepare("DELETE FROM iam_rows WHERE seq = ?");
      for (const { kind, row } of changes) {
        if (kind === "put") put.run(row.seq, row.kind, JSON.stringify(row));
        else remove.run(row.seq);
      }
      database.exec("COMMIT");
      return changes.map(() => undefined);
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw sqliteError(error, this.#path);
    }
  }
}

/** SQLite would make the file readable by all. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Takes the file for this process, and makes its table. */
function migrate(database: DatabaseSync, path: string): void {
  database.exec(
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; " +
      "PRAGMA secure_delete = ON",
  );
  const number = (name: string) => Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
  // The lock is taken by the first write.
  database.exec("BEGIN EXCLUSIVE");
  try {
    const version = number("user_version");
    if (version === 0 && number("schema_version") === 0) {
      database.exec(`${SCHEMA}; PRAGMA application_id = ${APPLICATION_ID};
        PRAGMA user_version = ${VERSION}`);
    } else if (number("application_id") !== APPLICATION_ID) {
      const hint = "name another file with --iam-state";
      throw new StoreError("corrupt", `${path} is no file of the IAM endpoint`, hint);
    } else if (version > VERSION) {
      const hint = "use the newer oathbed, or another file";
      throw new StoreError("version", `${path} was written by a newer oathbed`, hint);
    }
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
