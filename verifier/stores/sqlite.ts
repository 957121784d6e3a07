// Records in an SQLite file (node:sqlite): write-ahead log, synchronous FULL, so that what was
// answered is on the disk. Several processes of one machine may share the file.
//
// An old copy of the file forgets what was consumed since. Time-based codes of that time are out of
// the window soon; counter-based tokens have to be resynchronized, or replaced, after a restore.

import { createHmac, randomBytes } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { TokenRecord } from "../record.ts";
import { encodeRecord } from "../record-codec.ts";
import { sqliteError } from "./sqlite-errors.ts";
import { openDatabase, type SqliteOptions } from "./sqlite-open.ts";
import {
  auditOfRow,
  auditValues,
  INSERT_AUDIT,
  type Row,
  SELECT_TOKEN,
  type SqlValue,
  tokenOfRow,
} from "./sqlite-rows.ts";
import {
  type AuditRow,
  closedError,
  duplicateLabel,
  type NewToken,
  type Store,
  type StoredToken,
} from "./store.ts";

/** @see Store */
export class SqliteStore implements Store {
  readonly name = "sqlite";
  readonly durability = "write-ahead log, synchronous FULL: each write is on the disk";
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #hashKey: Uint8Array;
  #closed = false;

  /**
   * Opens the file, or makes it (mode 0600).
   *
   * @throws {StoreError} unreadable, corrupt, version, busy, read-only, full
   */
  constructor(path: string, options: SqliteOptions = {}) {
    this.#path = path;
    this.#database = openDatabase(path, options);
    try {
      this.#hashKey = this.#loadHashKey();
    } catch (error) {
      this.#statements.clear();
      this.#database.close();
      throw sqliteError(error, path);
    }
  }

  async insert(token: NewToken, audit: Omit<AuditRow, "token">): Promise<number> {
    return this.#transaction(() => {
      const { label, user, secret } = token;
      if (this.#get("SELECT 1 FROM tokens WHERE label = ?", label) !== undefined) {
        throw duplicateLabel(label);
      }
      const hash = this.#hash(secret);
      const record = token.admit({
        sameSecret: this.#tokens("WHERE secret_hash = ?", hash),
        sameUser: user === null ? [] : this.#tokens("WHERE user = ?", user),
      });
      const { lastInsertRowid } = this.#run(
        "INSERT INTO tokens (label, user, secret, secret_hash, record) VALUES (?, ?, ?, ?, ?)",
        label,
        user,
        secret,
        hash,
        encodeRecord(record),
      );
      const id = Number(lastInsertRowid);
      this.#run(INSERT_AUDIT, ...auditValues({ ...audit, token: id }));
      return id;
    });
  }

  async load(id: number): Promise<StoredToken | null> {
    return this.#guard(() => this.#tokens("WHERE id = ?", id)[0] ?? null);
  }

  async find(label: string): Promise<StoredToken | null> {
    return this.#guard(() => this.#tokens("WHERE label = ?", label)[0] ?? null);
  }

  async list(): Promise<readonly StoredToken[]> {
    return this.#guard(() => this.#tokens("ORDER BY id"));
  }

  async swap(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean> {
    return this.#write("record = ?", id, version, record, audit);
  }

  async audit(row: AuditRow): Promise<void> {
    this.#guard(() => this.#run(INSERT_AUDIT, ...auditValues(row)));
  }

  async bury(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean> {
    return this.#write("record = ?, secret = x'', label = NULL", id, version, record, audit);
  }

  async auditOf(id: number, limit: number): Promise<readonly AuditRow[]> {
    return this.#guard(() =>
      this.#all("SELECT * FROM audit WHERE token = ? ORDER BY id DESC LIMIT ?", id, limit).map(
        auditOfRow,
      ),
    );
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#guard(() => {
      this.#statements.clear();
      this.#database.close();
    });
    this.#closed = true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The compare-and-swap: both the change and the audit row, or none. */
  #write(
    change: string,
    id: number,
    version: number,
    record: TokenRecord,
    audit: AuditRow,
  ): boolean {
    return this.#transaction(() => {
      const { changes } = this.#run(
        `UPDATE tokens SET ${change}, version = version + 1 WHERE id = ? AND version = ?`,
        encodeRecord(record),
        id,
        version,
      );
      if (changes !== 1) return false;
      this.#run(INSERT_AUDIT, ...auditValues(audit));
      return true;
    });
  }

  /** The key of the tombstones' secret hashes; made on first use. */
  #loadHashKey(): Uint8Array {
    const select = "SELECT value FROM settings WHERE name = 'hash-key'";
    if (this.#get(select) === undefined) {
      this.#run("INSERT OR IGNORE INTO settings VALUES ('hash-key', ?)", randomBytes(32));
    }
    return this.#get(select)?.value as Uint8Array;
  }

  #hash(secret: Uint8Array): Uint8Array {
    return createHmac("sha256", this.#hashKey).update(secret).digest();
  }

  #transaction<T>(work: () => T): T {
    return this.#guard(() => {
      this.#database.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        this.#database.exec("COMMIT");
        return result;
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  #guard<T>(work: () => T): T {
    if (this.#closed) throw closedError();
    try {
      return work();
    } catch (error) {
      throw sqliteError(error, this.#path);
    }
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #tokens(condition: string, ...values: SqlValue[]): StoredToken[] {
    return this.#all(`${SELECT_TOKEN} ${condition}`, ...values).map(tokenOfRow);
  }

  #get(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  #all(sql: string, ...values: SqlValue[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  #run(sql: string, ...values: SqlValue[]): { lastInsertRowid: number | bigint; changes: unknown } {
    return this.#statement(sql).run(...values);
  }
}
