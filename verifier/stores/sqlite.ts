// Records in an SQLite file (node:sqlite): write-ahead log, synchronous FULL, so that what was
// answered is on the disk. Several processes of one machine may share the file. Secrets are sealed
// under a key that lies in a file of its own.
//
// An old copy of the file forgets what was consumed since. Time-based codes of that time are out of
// the window soon; counter-based tokens have to be resynchronized, or replaced, after a restore.

import { createHmac } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { TokenRecord } from "../record.ts";
import { type Admitted, admitAll, assertImport, MAX_ADMISSIONS } from "./admission-loop.ts";
import { packAudit } from "./audit-codec.ts";
import type { KeyRing } from "./key-ring.ts";
import { readAuditPage } from "./sqlite-audit.ts";
import { sqliteError } from "./sqlite-errors.ts";
import { type ImportJob, packImport } from "./sqlite-group.ts";
import { type Answer, type Item, SqliteGroups } from "./sqlite-groups.ts";
import { identityOf } from "./sqlite-identity.ts";
import { HASH_KEY_PLACE } from "./sqlite-migrate.ts";
import { openDatabase, type SqliteOptions } from "./sqlite-open.ts";
import { type Row, SELECT_TOKEN, type SqlValue, tokenOfRow, tokenOfValues } from "./sqlite-rows.ts";
import { SqliteStatements } from "./sqlite-statements.ts";
import { SqliteWriter } from "./sqlite-writer.ts";
import {
  type AuditPage,
  type AuditQuery,
  type AuditRow,
  closedError,
  duplicateLabel,
  type ImportedToken,
  type NewToken,
  type Peers,
  type RecordWrite,
  type Store,
  type StoredToken,
  StoreError,
  type StoreStatistics,
  unknownToken,
  type Write,
} from "./store.ts";

const SELECT_BY_ID = `${SELECT_TOKEN} WHERE id = ?`;

/** @see Store */
export class SqliteStore implements Store {
  readonly name = "sqlite";
  readonly durability = "write-ahead log, synchronous FULL: each group is on the disk";
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #statements: SqliteStatements;
  readonly #ring: KeyRing;
  readonly #hashKey: Uint8Array;
  readonly #groups: SqliteGroups;
  #closing: Promise<void> | undefined;

  /**
   * Opens the file, or makes it (mode 0600).
   *
   * @throws {StoreError} unreadable, corrupt, version, busy, read-only, full, key
   */
  constructor(path: string, options: SqliteOptions = {}) {
    this.#path = path;
    const { database, ring } = openDatabase(path, options);
    this.#database = database;
    this.#ring = ring;
    this.#statements = new SqliteStatements(database);
    try {
      const file = identityOf(path);
      if (file === null) throw new StoreError("lost", `${path} was deleted`, "open it again");
      const writer = new SqliteWriter(path, database, ring, file);
      this.#groups = new SqliteGroups(writer, { path, keyFile: ring.path, file, options });
      this.#hashKey = this.#loadHashKey();
    } catch (error) {
      this.#statements.clear();
      database.close();
      throw sqliteError(error, path);
    }
  }

  async insert(token: NewToken, audit: Omit<AuditRow, "token">): Promise<number> {
    const [id] = await this.importMany([{ token, audit }]);
    return id as number;
  }

  async importMany(tokens: readonly ImportedToken[]): Promise<readonly number[]> {
    assertImport(tokens);
    return (await this.#insertAll(tokens, null)) ?? [];
  }

  async replace(
    retired: RecordWrite,
    token: NewToken,
    audit: Omit<AuditRow, "token">,
  ): Promise<number | null> {
    return (await this.#insertAll([{ token, audit }], retired))?.[0] ?? null;
  }

  /** Null when another write of the retired token came first. */
  async #insertAll(
    tokens: readonly ImportedToken[],
    retired: RecordWrite | null,
  ): Promise<readonly number[] | null> {
    const source = {
      hash: (secret: Uint8Array) => createHmac("sha256", this.#hashKey).update(secret).digest(),
      stored: (hash: Uint8Array, user: string | null) => this.#peers(hash, user),
    };
    for (let tries = 0; tries < MAX_ADMISSIONS; tries++) {
      if (retired !== null && (await this.load(retired.id))?.version !== retired.version) {
        return null;
      }
      for (const { token } of tokens) this.#assertFree(token.label);
      const admitted = this.#guard(() => admitAll(tokens, source));
      const job = importJob(admitted, retired);
      const answer = await this.#add(job);
      for (const { secret } of job.rows) secret.fill(0);
      if (typeof answer === "boolean") throw new TypeError("an import is answered with its ids");
      if (answer.kind === "stored") return answer.ids;
      if (answer.kind === "duplicate") throw duplicateLabel(answer.label);
    }
    throw new StoreError("busy", "other tokens came first, again and again", "try again");
  }

  async load(id: number): Promise<StoredToken | null> {
    return this.#guard(() => this.#load(id));
  }

  async loadMany(ids: readonly number[]): Promise<readonly (StoredToken | null)[]> {
    return this.#guard(() => {
      // One view of the database for all of them: each query of its own would lock the file anew.
      this.#database.exec("BEGIN");
      try {
        return ids.map((id) => this.#load(id));
      } finally {
        this.#database.exec("COMMIT");
      }
    });
  }

  async find(label: string): Promise<StoredToken | null> {
    return this.#guard(() => this.#tokens("WHERE label = ?", label)[0] ?? null);
  }

  async list(): Promise<readonly StoredToken[]> {
    return this.#guard(() => this.#tokens("ORDER BY id"));
  }

  async listPage(afterId: number, limit: number): Promise<readonly StoredToken[]> {
    return this.#guard(() => this.#tokens("WHERE id > ? ORDER BY id LIMIT ?", afterId, limit));
  }

  async listOf(user: string): Promise<readonly StoredToken[]> {
    return this.#guard(() => this.#tokens("WHERE user = ? ORDER BY id", user));
  }

  async swap(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean> {
    return (await this.#add({ kind: "swap", id, version, record, audit })) === true;
  }

  async audit(row: AuditRow): Promise<void> {
    if ((await this.#add({ kind: "audit", audit: row })) !== true) throw unknownToken(row.token);
  }

  async bury(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean> {
    return (await this.#add({ kind: "bury", id, version, record, audit })) === true;
  }

  async writeMany(writes: readonly Write[]): Promise<readonly boolean[]> {
    this.#assertOpen();
    const answers = await this.#groups.addMany(writes);
    return answers.map((answer) => answer === true);
  }

  async auditOf(id: number, limit: number): Promise<readonly AuditRow[]> {
    return (await this.auditPage({ token: id, limit })).rows;
  }

  async auditPage(query: AuditQuery): Promise<AuditPage> {
    return this.#guard(() => readAuditPage(this.#statements, query));
  }

  async statistics(): Promise<StoreStatistics> {
    return this.#guard(() => {
      const row = this.#statements.get(
        `SELECT count(label) AS tokens, count(*) - count(label) AS tombstones,
          (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size) AS bytes
          FROM tokens`,
      );
      return {
        tokens: Number(row?.tokens),
        tombstones: Number(row?.tombstones),
        bytes: Number(row?.bytes),
        writes: this.#groups.writes,
        transactions: this.#groups.transactions,
      };
    });
  }

  /** Blocks the writers of all processes for some 20 µs a token. @see Store.rotateKey */
  async rotateKey(audit: Omit<AuditRow, "token">): Promise<string> {
    await this.#add({ kind: "rotate", audit: packAudit([audit], [0]) });
    const answer = await this.#add({ kind: "rotate", audit: null });
    if (typeof answer === "boolean" || answer.kind !== "rotated") {
      throw new TypeError("a rotation is answered with the key's id");
    }
    return answer.keyId;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await this.#groups.close();
    try {
      this.#statements.clear();
      this.#database.close();
    } catch (error) {
      throw sqliteError(error, this.#path);
    } finally {
      this.#hashKey.fill(0);
    }
  }

  async #add(item: Item): Promise<Answer> {
    this.#assertOpen();
    return this.#groups.add(item);
  }

  /** The key of the tombstones' secret hashes. */
  #loadHashKey(): Uint8Array {
    const sealed = this.#statements.get("SELECT value FROM settings WHERE name = 'hash-key'");
    return this.#ring.open(sealed?.value as Uint8Array, HASH_KEY_PLACE);
  }

  #load(id: number): StoredToken | null {
    const values = this.#statements.values(SELECT_BY_ID, id);
    return values === undefined ? null : tokenOfValues(values, this.#ring);
  }

  #peers(hash: Uint8Array, user: string | null): Peers {
    return {
      sameSecret: this.#tokens("WHERE secret_hash = ? ORDER BY id", hash),
      sameUser: user === null ? [] : this.#tokens("WHERE user = ? ORDER BY id", user),
    };
  }

  #assertFree(label: string): void {
    const select = "SELECT 1 FROM tokens WHERE label = ?";
    if (this.#guard(() => this.#statements.get(select, label)) !== undefined) {
      throw duplicateLabel(label);
    }
  }

  #tokens(condition: string, ...values: SqlValue[]): StoredToken[] {
    const rows: Row[] = this.#statements.all(`${SELECT_TOKEN} ${condition}`, ...values);
    return rows.map((row) => tokenOfRow(row, this.#ring));
  }

  #guard<T>(work: () => T): T {
    this.#assertOpen();
    try {
      return work();
    } catch (error) {
      throw sqliteError(error, this.#path);
    }
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closedError();
  }
}

/** Copies the secrets: the callers may wipe theirs while the job waits, which wipes its own. */
function importJob(admitted: readonly Admitted[], retired: RecordWrite | null): ImportJob {
  return packImport(
    admitted.map(({ token: { token, audit }, hash, record, peers }) => {
      const { label, user, secret } = token;
      return { row: { label, user, secret: Uint8Array.from(secret), hash }, record, audit, peers };
    }),
    retired,
  );
}
