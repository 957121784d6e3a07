// Connections to PostgreSQL that survive its restart. What only reads is done again; a write whose
// answer got lost is resolved first: was it committed or not?
//
// Each transaction puts a row with a random number of its own, the nonce, into `batches`, with its
// outcome. Who lost the answer inserts a row with the same nonce: that waits for the transaction if
// it still runs; if the row is there the transaction was committed, and the row has its outcome; if
// it was not there the transaction can never be committed any more, and is done again.

import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Pool, PoolClient, QueryConfig } from "pg";
import { postgresError, troubleOf } from "./postgres-errors.ts";
import type { PostgresSpec } from "./postgres-spec.ts";
import { closedError, StoreError } from "./store.ts";

/** First pause before a server that does not answer is asked again; then twice as long. */
const FIRST_PAUSE_MS = 20;
const MAX_PAUSE_MS = 500;
const MAX_CONFLICTS = 100;

/** A row as the package pg gives it. */
export type PostgresRow = Record<string, unknown>;

/** @see PostgresConnection.read */
export class PostgresConnection {
  readonly spec: PostgresSpec;
  readonly #pool: Pool;
  #closed = false;

  constructor(spec: PostgresSpec, pool: Pool) {
    this.spec = spec;
    this.#pool = pool;
    // A connection that breaks while it is idle: the next operation notices and takes another.
    pool.on("error", () => {});
  }

  /** A statement that reads. */
  read(query: QueryConfig): Promise<readonly PostgresRow[]> {
    return this.#persist(async () => (await this.#pool.query<PostgresRow>(query)).rows);
  }

  /**
   * A transaction that stores numbers under its nonce in `batches`; gives those numbers. `work` may
   * be called several times; what it did before is then undone.
   */
  async write(work: (nonce: string) => Promise<readonly number[]>): Promise<readonly number[]> {
    let nonce: string | undefined;
    return this.#persist(async () => {
      const known = nonce === undefined ? null : await this.#outcomeOf(nonce);
      if (known !== null) return known;
      nonce = randomUUID();
      return work(nonce);
    });
  }

  /** One statement with a transaction of its own. */
  async statement(query: QueryConfig): Promise<readonly PostgresRow[]> {
    return (await this.#pool.query<PostgresRow>(query)).rows;
  }

  /** Statements of one transaction. */
  async transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let failure: Error | undefined;
    // A connection that breaks: the statement under way rejects, too.
    const ignore = () => {};
    client.on("error", ignore);
    try {
      await client.query("BEGIN");
      const result = await work(client);
      await client.query("COMMIT");
      return result;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      await client.query("ROLLBACK").catch(() => {});
      throw error;
    } finally {
      const isLost = failure !== undefined && troubleOf(failure) === "connection";
      client.release(isLost ? failure : undefined);
      // What was thrown away may still say that it broke.
      if (!isLost) client.off("error", ignore);
    }
  }

  /** Runs `work` again while the server does not answer, until the wait of the specification. */
  async persist<T>(work: () => Promise<T>): Promise<T> {
    return this.#persist(work);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#pool.end();
  }

  async #persist<T>(work: () => Promise<T>): Promise<T> {
    const deadline = AbortSignal.timeout(this.spec.waitMs);
    let conflicts = 0;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)) {
      if (this.#closed) throw closedError();
      try {
        return await work();
      } catch (error) {
        const trouble = troubleOf(error);
        if (trouble === "conflict" && ++conflicts < MAX_CONFLICTS) continue;
        if (trouble !== "connection") throw postgresError(error, this.spec.shown);
        if (deadline.aborted) throw unreachable(this.spec, error);
        await pause(pauseMs);
      }
    }
  }

  /** What the transaction of this nonce stored; null when it was not, and never will be. */
  async #outcomeOf(nonce: string): Promise<readonly number[] | null> {
    const table = `${this.spec.schema}.batches`;
    await this.#pool.query(`INSERT INTO ${table} (nonce) VALUES ($1) ON CONFLICT DO NOTHING`, [
      nonce,
    ]);
    const { rows } = await this.#pool.query(`SELECT won FROM ${table} WHERE nonce = $1`, [nonce]);
    const won: unknown = rows[0]?.won;
    return Array.isArray(won) ? won.map(Number) : null;
  }
}

function unreachable(spec: PostgresSpec, cause: unknown): StoreError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(
    "unreachable",
    `${spec.shown} did not answer for ${spec.waitMs} ms: ${why}. Whether a write that was under ` +
      "way is stored is not known; its code counts as used if it is",
    "start the server, or check host, port and network",
    cause,
  );
}
