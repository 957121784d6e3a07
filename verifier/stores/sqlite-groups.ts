// Writes of the SQLite store, grouped and stored: first in the callers' thread, then in one of
// their own.

import { GroupQueue } from "./group-queue.ts";
import {
  type Group,
  type GroupAnswer,
  type ImportJob,
  type JobAnswer,
  packWrites,
  type RotateJob,
} from "./sqlite-group.ts";
import { SqliteThread, type SqliteThreadData } from "./sqlite-thread.ts";
import type { SqliteWriter } from "./sqlite-writer.ts";
import { StoreError, type Write } from "./store.ts";

/** Most writes of a transaction. */
const MAX_GROUP = 4096;
/** While the thread stores a group the next one is on its way: it never waits for work. */
const MAX_GROUPS = 2;
/** Transactions stored in the callers' thread before one is started: a command does one or two. */
const GROUPS_BEFORE_THREAD = 8;

/** What is stored in groups. */
export type Item = Write | ImportJob | RotateJob;
/** Whether a write was stored, or what became of a job. */
export type Answer = boolean | JobAnswer;

/** @see SqliteGroups.add */
export class SqliteGroups {
  readonly #writer: SqliteWriter;
  readonly #data: SqliteThreadData;
  readonly #queue: GroupQueue<Item, Answer>;
  #thread: SqliteThread | undefined;
  #starting: Promise<void> | undefined;
  /** Writes that were stored, and in how many transactions. */
  writes = 0;
  transactions = 0;

  constructor(writer: SqliteWriter, data: SqliteThreadData) {
    this.#writer = writer;
    this.#data = data;
    const run = (items: readonly Item[]) => this.#run(items);
    const isElsewhere = (): boolean => this.#thread !== undefined;
    const limits = { maxItems: MAX_GROUP, maxGroups: MAX_GROUPS };
    this.#queue = new GroupQueue({ run, isElsewhere, ...limits });
  }

  /** The answer comes when its group is on the disk. @throws {StoreError} of the whole group */
  add(item: Item): Promise<Answer> {
    return this.#queue.add(item);
  }

  /** The same for many. */
  addMany(items: readonly Item[]): Promise<readonly Answer[]> {
    return this.#queue.addMany(items);
  }

  /** Stores what was added, and ends the thread. */
  async close(): Promise<void> {
    await this.#queue.drain();
    await this.#starting?.catch(() => {});
    await this.#thread?.close();
    this.#writer.clear();
  }

  async #run(items: readonly Item[]): Promise<readonly Answer[]> {
    const writes = items.filter((item) => item.kind !== "import" && item.kind !== "rotate");
    const jobs = items.filter((item) => item.kind === "import" || item.kind === "rotate");
    const answer = await this.#store({ writes: packWrites(writes), jobs });
    if (answer.kind === "failed") throw new StoreError(answer.code, answer.message, answer.hint);
    this.writes += items.length;
    this.transactions++;
    let [write, job] = [0, 0];
    return items.map((item) =>
      item.kind === "import" || item.kind === "rotate"
        ? (answer.jobs[job++] as JobAnswer)
        : answer.won[write++] === 1,
    );
  }

  async #store(group: Group): Promise<GroupAnswer> {
    const { thread } = this.#data.options;
    if (thread === "own") await this.#start();
    if (thread === undefined && this.transactions >= GROUPS_BEFORE_THREAD) {
      // Until it runs, and if it cannot, the callers' thread goes on: both are connections of one
      // file.
      void this.#start().catch(() => {});
    }
    return this.#thread === undefined ? this.#writer.run(group) : this.#thread.run(group);
  }

  #start(): Promise<void> {
    this.#starting ??= SqliteThread.start(this.#data).then((thread) => {
      this.#thread = thread;
    });
    return this.#starting;
  }
}
