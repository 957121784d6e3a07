// Records in an SQLite file (node:sqlite): write-ahead log, synchronous FULL, so that what was
// answered is on the disk. Several processes may share the file.

import { createHmac, randomBytes } from "node:crypto";
import { chmodSync, existsSync } from "node:fs";
import { DatabaseSync, type SQLOutputValue, type StatementSync } from "node:sqlite";
import type { TokenRecord } from "../record.ts";
import { decodeRecord, encodeRecord } from "../record-codec.ts";
import { closedError, duplicateLabel } from "./memory.ts";
import { sqliteError } from "./sqlite-errors.ts";
import { SCHEMA, SCHEMA_VERSION } from "./sqlite-schema.ts";
import { type AuditRow, type NewToken, type Store, type StoredToken, StoreError } from "./store.ts";

/** How long a write waits for another process, milliseconds. */
const BUSY_TIMEOUT_MS = 5000;

type Row = Record<string, SQLOutputValue>;

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
  constructor(path: string) {
    this.#path = path;
    const isNew = !existsSync(path);
    try {
      this.#database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
      if (isNew) chmodSync(path, 0o600);
      this.#database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
      this.#database.exec("PRAGMA foreign_keys = ON");
      this.#migrate();
      this.#hashKey = this.#loadHashKey();
    } catch (error) {
      throw sqliteError(error, path);
    }
  }

  async insert(token: NewToken, audit: Omit<AuditRow, "token">): Promise<number> {
    return this.#transaction(() => {
      if (this.#get("SELECT 1 FROM tokens WHERE label = ?", token.label) !== undefined) {
        throw duplicateLabel(token.label);
      }
      const { lastInsertRowid } = this.#run(
        "INSERT INTO tokens (label, user, secret, secret_hash, record) VALUES (?, ?, ?, ?, ?)",
        token.label,
        token.user,
        token.secret,
        this.#hash(token.secret),
        encodeRecord(token.record),
      );
      const id = Number(lastInsertRowid);
      this.#insertAudit({ ...audit, token: id });
      return id;
    });
  }

  async load(id: number): Promise<StoredToken | null> {
    return this.#guard(() => this.#tokenOf(this.#get(`${SELECT_TOKEN} WHERE id = ?`, id)));
  }

  async find(label: string): Promise<StoredToken | null> {
    return this.#guard(() => this.#tokenOf(this.#get(`${SELECT_TOKEN} WHERE label = ?`, label)));
  }

  async list(): Promise<readonly StoredToken[]> {
    return this.#guard(() =>
      this.#all(`${SELECT_TOKEN} ORDER BY id`)
        .map((row) => this.#tokenOf(row))
        .filter((token) => token !== null),
    );
  }

  async swap(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean> {
    return this.#transaction(() => {
      const { changes } = this.#run(
        "UPDATE tokens SET record = ?, version = version + 1 WHERE id = ? AND version = ?",
        encodeRecord(record),
        id,
        version,
      );
      if (changes !== 1) return false;
      this.#insertAudit(audit);
      return true;
    });
  }

  async audit(row: AuditRow): Promise<void> {
    this.#guard(() => this.#insertAudit(row));
  }

  async bury(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean> {
    return this.#transaction(() => {
      const { changes } = this.#run(
        "UPDATE tokens SET record = ?, version = version + 1, secret = x'', label = NULL " +
          "WHERE id = ? AND version = ?",
        encodeRecord(record),
        id,
        version,
      );
      if (changes !== 1) return false;
      this.#insertAudit(audit);
      return true;
    });
  }

  async watermarkOf(secret: Uint8Array): Promise<bigint> {
    return this.#guard(() => {
      const rows = this.#all("SELECT record FROM tokens WHERE secret_hash = ?", this.#hash(secret));
      let highest = -1n;
      for (const row of rows) {
        const { watermark } = decodeRecord(row.record as Uint8Array);
        if (watermark > highest) highest = watermark;
      }
      return highest;
    });
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
    this.#closed = true;
    this.#statements.clear();
    this.#database.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #migrate(): void {
    const version = Number(this.#get("PRAGMA user_version")?.user_version ?? 0);
    if (version > SCHEMA_VERSION) {
      throw new StoreError(
        "version",
        `${this.#path} has schema version ${version}, newer than ${SCHEMA_VERSION}`,
        "use the oathbed that wrote it, or a newer one",
      );
    }
    if (version === SCHEMA_VERSION) return;
    this.#database.exec(`BEGIN IMMEDIATE; ${SCHEMA}; COMMIT`);
  }

  /** The key of the tombstones' secret hashes; made on first use. */
  #loadHashKey(): Uint8Array {
    this.#run("INSERT OR IGNORE INTO settings VALUES ('hash-key', ?)", randomBytes(32));
    const row = this.#get("SELECT value FROM settings WHERE name = 'hash-key'");
    return row?.value as Uint8Array;
  }

  #hash(secret: Uint8Array): Uint8Array {
    return createHmac("sha256", this.#hashKey).update(secret).digest();
  }

  #tokenOf(row: Row | undefined): StoredToken | null {
    if (row === undefined) return null;
    return {
      id: Number(row.id),
      label: row.label === null ? "" : String(row.label),
      user: row.user === null ? null : String(row.user),
      secret: row.secret as Uint8Array,
      record: decodeRecord(row.record as Uint8Array),
      version: Number(row.version),
    };
  }

  #insertAudit(row: AuditRow): void {
    this.#run(
      "INSERT INTO audit (at_us, token, act, outcome, reason, factor, offset_steps) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
      row.atUs,
      row.token,
      row.act,
      row.outcome,
      row.reason,
      row.movingFactor === null ? null : factorBytes(row.movingFactor),
      row.offsetSteps,
    );
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

type SqlValue = string | number | null | Uint8Array;

const SELECT_TOKEN = "SELECT id, label, user, secret, record, version FROM tokens";

/** SQLite's integers are signed: a moving factor of 2^63 and more is kept as eight bytes. */
function factorBytes(factor: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, factor);
  return bytes;
}

function auditOfRow(row: Row): AuditRow {
  const factor = row.factor as Uint8Array | null;
  return {
    atUs: Number(row.at_us),
    token: Number(row.token),
    act: row.act as AuditRow["act"],
    outcome: row.outcome as AuditRow["outcome"],
    reason: row.reason as AuditRow["reason"],
    movingFactor:
      factor === null ? null : new DataView(factor.buffer, factor.byteOffset).getBigUint64(0),
    offsetSteps: row.offset_steps === null ? null : Number(row.offset_steps),
  };
}
