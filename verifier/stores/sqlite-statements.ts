// Prepared statements of a connection, each prepared once.

import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Row, SqlValue } from "./sqlite-rows.ts";

/** @see SqliteStatements.get */
export class SqliteStatements {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** Those that give values instead of objects with names, which take twice as long to make. */
  readonly #valueStatements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The first row. */
  get(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.of(sql).get(...values);
  }

  /** The values of the first row, in the order of its columns. */
  values(sql: string, ...values: SqlValue[]): readonly unknown[] | undefined {
    let statement = this.#valueStatements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      statement.setReturnArrays(true);
      this.#valueStatements.set(sql, statement);
    }
    return statement.get(...values) as unknown as readonly unknown[] | undefined;
  }

  all(sql: string, ...values: SqlValue[]): Row[] {
    return this.of(sql).all(...values);
  }

  /** The number of rows that were changed. */
  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.of(sql).run(...values).changes);
  }

  of(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Lets go of all of them, as a connection wants before it is closed. */
  clear(): void {
    this.#statements.clear();
    this.#valueStatements.clear();
  }

  /** Runs `work` in a transaction that writes: all of it is stored, or nothing. */
  transaction<T>(work: () => T): T {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}
