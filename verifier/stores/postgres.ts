// Records in a PostgreSQL database, for several verifier processes on several machines. Writes that
// come at a time are one statement, on the disk when it is answered; reads that come at a time are
// one query. Secrets are sealed under a key that lies in a file on each of the machines.
//
// What is said of old copies in sqlite.ts holds here, too, and for a standby that lost the last
// transactions: use synchronous replication, or resynchronize counter-based tokens afterwards.

import { createHmac } from "node:crypto";
import type { QueryConfig } from "pg";
import type { TokenRecord } from "../record.ts";
import { type Admitted, admitAll, assertImport, MAX_ADMISSIONS } from "./admission-loop.ts";
import { GroupQueue } from "./group-queue.ts";
import { KeyRing } from "./key-ring.ts";
import { readPostgresAudit } from "./postgres-audit.ts";
import { PostgresConnection, type PostgresRow } from "./postgres-connection.ts";
import { postgresError } from "./postgres-errors.ts";
import { isId, MAX_GROUP, MAX_GROUPS, PostgresGroups } from "./postgres-groups.ts";
import { storeImport } from "./postgres-import.ts";
import { peersAmong, peersQuery } from "./postgres-peers.ts";
import { rotate } from "./postgres-rotation.ts";
import { migratePostgres, setting } from "./postgres-schema.ts";
import { type PostgresSpec, postgresSpec } from "./postgres-spec.ts";
import { HASH_KEY_PLACE } from "./sqlite-migrate.ts";
import { tokenOfRow } from "./sqlite-rows.ts";
import {
  type AuditPage,
  type AuditQuery,
  type AuditRow,
  closedError,
  type ImportedToken,
  type NewToken,
  type RecordWrite,
  type Store,
  type StoredToken,
  StoreError,
  type StoreStatistics,
  unknownToken,
  type Write,
} from "./store.ts";

/** What stays while a store is open. */
interface Opened {
  readonly connection: PostgresConnection;
  readonly ring: KeyRing;
  readonly hashKey: Uint8Array;
  readonly durability: string;
}

/** @see Store */
export class PostgresStore implements Store {
  readonly name = "postgres";
  readonly durability: string;
  readonly #connection: PostgresConnection;
  readonly #spec: PostgresSpec;
  readonly #ring: KeyRing;
  readonly #hashKey: Uint8Array;
  readonly #select: string;
  readonly #groups: PostgresGroups;
  readonly #loadQueue: GroupQueue<number, StoredToken | null>;
  #closing: Promise<void> | undefined;

  /**
   * Opens a database, and makes the tables and the key file if there are none.
   *
   * @param spec postgres://…, see postgresSpec
   * @throws {StoreError} unreachable, unreadable, read-only, version, key, full
   * @throws {RangeError} naming what is wrong with the specification
   */
  static async open(spec: string): Promise<PostgresStore> {
    const parsed = postgresSpec(spec);
    const { Pool } = (await import("pg")).default;
    const connection = new PostgresConnection(parsed, new Pool(parsed.pool));
    try {
      const ring = new KeyRing(parsed.keyFile);
      const opened = await connection.persist(() =>
        connection.transaction(async (client) => {
          const { schema, shown } = parsed;
          await migratePostgres(client, schema, shown, ring);
          const hashKey = ring.open(await setting(client, schema, "hash-key"), HASH_KEY_PLACE);
          const { rows } = await client.query("SHOW fsync");
          const durability = `synchronous_commit on, fsync ${String(rows[0]?.fsync)}`;
          return { hashKey, durability };
        }),
      );
      return new PostgresStore({ connection, ring, ...opened });
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  private constructor({ connection, ring, hashKey, durability }: Opened) {
    this.durability = durability;
    this.#connection = connection;
    this.#spec = connection.spec;
    this.#ring = ring;
    this.#hashKey = hashKey;
    this.#select = `SELECT id, label, "user", secret, record, version FROM ${this.#table("tokens")}`;
    this.#groups = new PostgresGroups(connection);
    const run = (ids: readonly number[]) => this.#loadGroup(ids);
    this.#loadQueue = new GroupQueue({ run, maxItems: MAX_GROUP, maxGroups: MAX_GROUPS });
  }

  async insert(token: NewToken, audit: Omit<AuditRow, "token">): Promise<number> {
    return (await this.importMany([{ token, audit }]))[0] as number;
  }

  async importMany(tokens: readonly ImportedToken[]): Promise<readonly number[]> {
    this.#assertOpen();
    assertImport(tokens);
    if (tokens.length === 0) return [];
    return (await this.#insertAll(tokens, null)) ?? [];
  }

  async replace(
    retired: RecordWrite,
    token: NewToken,
    audit: Omit<AuditRow, "token">,
  ): Promise<number | null> {
    this.#assertOpen();
    return (await this.#insertAll([{ token, audit }], retired))?.[0] ?? null;
  }

  /** Null when another write of the retired token came first. */
  async #insertAll(
    tokens: readonly ImportedToken[],
    retired: RecordWrite | null,
  ): Promise<readonly number[] | null> {
    const hashes = tokens.map(({ token }) => this.#hash(token.secret));
    for (let tries = 0; tries < MAX_ADMISSIONS; tries++) {
      if (retired !== null && (await this.load(retired.id))?.version !== retired.version) {
        return null;
      }
      const admitted = await this.#admit(tokens, hashes);
      const place = { schema: this.#spec.schema, ring: this.#ring };
      const ids = await this.#connection.write((nonce) =>
        this.#connection.transaction(async (client) => {
          return (await storeImport({ ...place, client, nonce }, admitted, retired)) ?? [];
        }),
      );
      if (ids.length > 0) return ids;
    }
    throw new StoreError("busy", "other tokens came first, again and again", "try again");
  }

  async load(id: number): Promise<StoredToken | null> {
    this.#assertOpen();
    return this.#loadQueue.add(id);
  }

  async loadMany(ids: readonly number[]): Promise<readonly (StoredToken | null)[]> {
    this.#assertOpen();
    return this.#loadQueue.addMany(ids);
  }

  async find(label: string): Promise<StoredToken | null> {
    return (await this.#tokens("WHERE label = $1", [label]))[0] ?? null;
  }

  async list(): Promise<readonly StoredToken[]> {
    return this.#tokens("ORDER BY id", []);
  }

  async listPage(afterId: number, limit: number): Promise<readonly StoredToken[]> {
    return this.#tokens("WHERE id > $1 ORDER BY id LIMIT $2", [afterId, limit]);
  }

  async listOf(user: string): Promise<readonly StoredToken[]> {
    return this.#tokens(`WHERE "user" = $1 ORDER BY id`, [user]);
  }

  async swap(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean> {
    return this.#write({ kind: "swap", id, version, record, audit });
  }

  async audit(row: AuditRow): Promise<void> {
    if (!(await this.#write({ kind: "audit", audit: row }))) throw unknownToken(row.token);
  }

  async bury(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean> {
    return this.#write({ kind: "bury", id, version, record, audit });
  }

  async writeMany(writes: readonly Write[]): Promise<readonly boolean[]> {
    this.#assertOpen();
    return this.#groups.addMany(writes);
  }

  async auditOf(id: number, limit: number): Promise<readonly AuditRow[]> {
    return (await this.auditPage({ token: id, limit })).rows;
  }

  async auditPage(query: AuditQuery): Promise<AuditPage> {
    this.#assertOpen();
    return readPostgresAudit(this.#connection, query);
  }

  async statistics(): Promise<StoreStatistics> {
    const [row] = await this.#read(
      `SELECT count(label) AS tokens, count(*) - count(label) AS tombstones,
        pg_total_relation_size($1) + pg_total_relation_size($2) AS bytes
      FROM ${this.#table("tokens")}`,
      [this.#table("tokens"), this.#table("audit")],
    );
    return {
      tokens: Number(row?.tokens),
      tombstones: Number(row?.tombstones),
      bytes: Number(row?.bytes),
      writes: this.#groups.writes,
      transactions: this.#groups.transactions,
    };
  }

  /**
   * Other machines read no secrets until they have the new key file, too; keys that are in memory
   * stay good. @see Store.rotateKey
   */
  async rotateKey(audit: Omit<AuditRow, "token">): Promise<string> {
    this.#assertOpen();
    const place = { schema: this.#spec.schema, ring: this.#ring };
    const inTransaction = (row: Omit<AuditRow, "token"> | null): Promise<string> =>
      this.#connection.persist(() =>
        this.#connection.transaction((client) => rotate({ ...place, client }, row)),
      );
    await inTransaction(audit);
    return inTransaction(null);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await Promise.all([this.#groups.drain(), this.#loadQueue.drain()]);
    await this.#connection.close();
    this.#hashKey.fill(0);
  }

  async #write(write: Write): Promise<boolean> {
    this.#assertOpen();
    return this.#groups.add(write);
  }

  async #loadGroup(ids: readonly number[]): Promise<readonly (StoredToken | null)[]> {
    const wanted = [...new Set(ids.filter(isId))];
    const text = `${this.#select} WHERE id = ANY($1::bigint[])`;
    const query: QueryConfig = { name: "oathbed load", text, values: [wanted] };
    const rows = wanted.length === 0 ? [] : await this.#connection.read(query);
    const found = new Map(rows.map((row) => [Number(row.id), row]));
    return ids.map((id) => {
      const row = found.get(id);
      return row === undefined ? null : this.#tokenOf(row);
    });
  }

  async #admit(
    tokens: readonly ImportedToken[],
    hashes: readonly Uint8Array[],
  ): Promise<readonly Admitted[]> {
    const rows = await this.#connection.read(peersQuery(this.#spec.schema, tokens, hashes));
    const stored = rows.map((row) => ({ row, token: this.#tokenOf(row) }));
    return admitAll(
      tokens,
      peersAmong(stored, (secret) => this.#hash(secret)),
    );
  }

  #hash(secret: Uint8Array): Buffer {
    return createHmac("sha256", this.#hashKey).update(secret).digest();
  }

  #tokenOf(row: PostgresRow): StoredToken {
    try {
      return tokenOfRow(row, this.#ring);
    } catch (error) {
      throw postgresError(error, this.#spec.shown);
    }
  }

  async #tokens(condition: string, values: unknown[]): Promise<readonly StoredToken[]> {
    const rows = await this.#read(`${this.#select} ${condition}`, values);
    return rows.map((row) => this.#tokenOf(row));
  }

  async #read(text: string, values: unknown[]): Promise<readonly PostgresRow[]> {
    this.#assertOpen();
    return this.#connection.read({ text, values });
  }

  #table(name: string): string {
    return `${this.#spec.schema}.${name}`;
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closedError();
  }
}
