// The writer in a thread of its own: the callers' thread goes on judging codes while the disk
// writes.

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Group, GroupAnswer } from "./sqlite-group.ts";
import type { FileIdentity } from "./sqlite-identity.ts";
import type { SqliteOptions } from "./sqlite-open.ts";
import { StoreError } from "./store.ts";

/** How long the disk may take for a group, beyond the wait for other processes, milliseconds. */
const DISK_TIMEOUT_MS = 60_000;

/** What the thread starts with. */
export interface SqliteThreadData {
  readonly path: string;
  readonly keyFile: string;
  readonly file: FileIdentity;
  readonly options: SqliteOptions;
}

interface Waiting {
  resolve(answer: GroupAnswer): void;
  reject(error: unknown): void;
  readonly timer: NodeJS.Timeout;
}

/** @see SqliteThread.start */
export class SqliteThread {
  readonly #worker: Worker;
  readonly #path: string;
  readonly #timeoutMs: number;
  readonly #waiting: Waiting[] = [];
  #failure: StoreError | undefined;

  /** Resolves when the thread has the file open. @throws {StoreError} when it cannot */
  static async start(data: SqliteThreadData): Promise<SqliteThread> {
    const worker = new Worker(new URL("./sqlite-worker.ts", import.meta.url), { workerData: data });
    try {
      const signal = AbortSignal.timeout(DISK_TIMEOUT_MS);
      await once(worker, "message", { signal });
      return new SqliteThread(worker, data);
    } catch (error) {
      await worker.terminate();
      throw endedError(data.path, error);
    }
  }

  private constructor(worker: Worker, { path, options }: SqliteThreadData) {
    this.#worker = worker;
    this.#path = path;
    this.#timeoutMs = DISK_TIMEOUT_MS + (options.busyTimeoutMs ?? 0);
    worker.unref();
    worker.on("message", (answer: GroupAnswer) => this.#next()?.resolve(answer));
    worker.on("error", (error) => this.#fail(error));
    worker.on("exit", () => this.#fail(undefined));
  }

  /** Answers come in the order of the groups. @throws {StoreError} when the thread has ended */
  run(group: Group): Promise<GroupAnswer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#fail(new Error("the disk did not answer"));
        void this.#worker.terminate();
      }, this.#timeoutMs);
      this.#waiting.push({ resolve, reject, timer });
      const { kinds, ids, versions, records, ends, audit } = group.writes;
      const buffers = [kinds, ids, versions, records, ends, audit.entries].map(
        ({ buffer }) => buffer as ArrayBuffer,
      );
      this.#worker.postMessage(group, buffers);
    });
  }

  /** To be called when all groups are answered. */
  async close(): Promise<void> {
    if (this.#failure !== undefined) return;
    const ended = once(this.#worker, "exit", { signal: AbortSignal.timeout(this.#timeoutMs) });
    this.#worker.ref();
    this.#worker.postMessage(null);
    await ended.catch(() => this.#worker.terminate());
  }

  #next(): Waiting | undefined {
    const waiting = this.#waiting.shift();
    clearTimeout(waiting?.timer);
    return waiting;
  }

  #fail(cause: unknown): void {
    this.#failure ??= endedError(this.#path, cause);
    for (let one = this.#next(); one !== undefined; one = this.#next()) one.reject(this.#failure);
  }
}

function endedError(path: string, cause: unknown): StoreError {
  const why = cause instanceof Error ? `: ${cause.message}` : "";
  return new StoreError(
    "unreadable",
    `the thread that writes ${path} has ended${why}; the last codes may count as used`,
    "check the disk, then start the verifier again",
    cause,
  );
}
