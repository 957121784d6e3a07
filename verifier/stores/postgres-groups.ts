// Writes of the PostgreSQL store, grouped and stored.

import { GroupQueue } from "./group-queue.ts";
import type { PostgresConnection } from "./postgres-connection.ts";
import { groupStatement, wonOf } from "./postgres-group.ts";
import type { Write } from "./store.ts";

/** Most writes of a statement, and most ids of a query. */
export const MAX_GROUP = 1024;
/** Groups at a time; each holds a connection. */
export const MAX_GROUPS = 2;
/** Outcomes older than an hour are of no use; they are removed once in so many groups. */
const GROUPS_BEFORE_PRUNE = 1000;

/** @see PostgresGroups.add */
export class PostgresGroups {
  readonly #connection: PostgresConnection;
  readonly #queue: GroupQueue<Write, boolean>;
  /** Writes that were stored, and in how many transactions. */
  writes = 0;
  transactions = 0;

  constructor(connection: PostgresConnection) {
    this.#connection = connection;
    const run = (writes: readonly Write[]) => this.#run(writes);
    const isElsewhere = (): boolean => true;
    const limits = { maxItems: MAX_GROUP, maxGroups: MAX_GROUPS };
    this.#queue = new GroupQueue({ run, isElsewhere, ...limits });
  }

  /** Whether the write was stored. @throws {StoreError} of the whole group */
  add(write: Write): Promise<boolean> {
    return this.#queue.add(write);
  }

  /** The same for many. */
  addMany(writes: readonly Write[]): Promise<readonly boolean[]> {
    return this.#queue.addMany(writes);
  }

  /** Resolves when all that was added is answered. */
  drain(): Promise<void> {
    return this.#queue.drain();
  }

  async #run(writes: readonly Write[]): Promise<readonly boolean[]> {
    const answers = writes.map(() => false);
    const order = writes
      .map((write, at) => ({ id: write.kind === "audit" ? write.audit.token : write.id, at }))
      .filter(({ id, at }) => isId(id) || (id === 0 && writes[at]?.kind === "audit"))
      .sort((a, b) => a.id - b.id || a.at - b.at)
      .map(({ at }) => at);
    if (order.length === 0) return answers;
    const sorted = order.map((at) => writes[at] as Write);
    const { schema } = this.#connection.spec;
    const won = await this.#connection.write(async (nonce) =>
      wonOf(await this.#connection.statement(groupStatement(schema, nonce, sorted))),
    );
    for (const n of won) answers[order[n - 1] as number] = true;
    this.writes += won.length;
    this.transactions++;
    if (this.transactions % GROUPS_BEFORE_PRUNE === 0) await this.#prune(schema);
    return answers;
  }

  async #prune(schema: string): Promise<void> {
    const text = `DELETE FROM ${schema}.batches WHERE at < now() - interval '1 hour'`;
    await this.#connection.read({ text });
  }
}

/** Other numbers are no ids, and no integers of the database. */
export function isId(id: number): boolean {
  return Number.isSafeInteger(id) && id > 0;
}
