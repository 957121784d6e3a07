// Workers that share the kernel's memory, each with an instance and a scratch of its own. A batch
// is cut into chunks; the caller's thread and the workers take one after the other until none is
// left, so that a worker which wakes late is not waited for: the others have done its share. Then
// the caller waits for the chunks that are still being done: a batch is one synchronous call,
// whoever does it. pool-memory.ts says by which words they understand each other.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { BatchHash, SimdKernel } from "./kernel.ts";
import {
  CHUNK_BITS,
  DONE,
  JOB_WORDS,
  MAX_CHUNKS,
  MAX_WORKERS,
  type PoolWorkerData,
  partOf,
  TICKET,
  takeChunk,
} from "./pool-memory.ts";

/** Codes of a batch from which on workers are woken: below, waking them takes longer. */
export const LEAST_CODES = 3072;
/** Codes of a chunk, about: some 40 microseconds. */
const CHUNK_CODES = 768;
/** Thousands of times as long as a chunk takes. */
const TIMEOUT_MS = 2000;
const START_TIMEOUT_MS = 10_000;
/** The caller looks so often for a last chunk, as long as one takes, before going to sleep. */
const LOOKS = 10_000;

/** @see SimdPool.start */
export class SimdPool implements AsyncDisposable {
  readonly #kernel: SimdKernel;
  readonly #words: Int32Array;
  readonly #workers: readonly Worker[];
  readonly #timeoutMs: number;
  #isBroken = false;
  #isEnded = false;

  private constructor(kernel: SimdKernel, workers: readonly Worker[], timeoutMs: number) {
    this.#kernel = kernel;
    this.#timeoutMs = timeoutMs;
    this.#words = new Int32Array(kernel.memory.buffer, 0, kernel.memory.buffer.byteLength / 4);
    this.#workers = workers;
  }

  /** Threads that work on a batch, the caller's included. */
  get threads(): number {
    return this.#isBroken ? 1 : this.#workers.length + 1;
  }

  /**
   * Starts workers for a kernel; they keep no process alive.
   *
   * @param threads 2 to 7, the caller's thread included; default: as many as the machine has
   * @param timeoutMs for a chunk that a worker took: then it is done by the caller, and the workers
   *   are not asked again
   * @throws {RangeError} for another number
   * @throws {Error} when the kernel has workers already
   */
  static async start(
    kernel: SimdKernel,
    threads: number = Math.max(2, Math.min(MAX_WORKERS + 1, availableParallelism())),
    timeoutMs: number = TIMEOUT_MS,
  ): Promise<SimdPool> {
    if (!Number.isInteger(threads) || threads < 2 || threads > MAX_WORKERS + 1) {
      throw new RangeError(`threads must be from 2 to ${MAX_WORKERS + 1}, got ${threads}`);
    }
    if (kernel.hasWorkers) {
      throw new Error("the engine has workers already; dispose of them before starting others");
    }
    kernel.hasWorkers = true;
    const indexes = Array.from({ length: threads - 1 }, (_, index) => index);
    const workers = indexes.map((index) => startWorker(kernel, index));
    try {
      await Promise.all(workers.map(isReady));
    } catch (error) {
      await Promise.all(workers.map((worker) => worker.terminate()));
      kernel.hasWorkers = false;
      throw error;
    }
    for (const worker of workers) worker.unref();
    return new SimdPool(kernel, workers, timeoutMs);
  }

  /** As SimdKernel.batch; on several threads where that pays. */
  batch(algorithm: BatchHash, n: number, steps: number, modulus: number): void {
    const kernel = this.#kernel;
    if (this.#isBroken || n * steps < LEAST_CODES) {
      kernel.batch(algorithm, n, steps, modulus);
      return;
    }
    const chunks = this.#offer(algorithm, kernel.fillBatch(n), steps, modulus);
    const left = new Set(Array.from({ length: chunks }, (_, chunk) => chunk));
    for (let chunk = takeChunk(this.#words); chunk !== null; chunk = takeChunk(this.#words)) {
      this.#run(chunk, algorithm, steps, modulus);
      left.delete(chunk);
    }
    this.#isBroken = !this.#areDone(left.size);
    for (const chunk of left) {
      if (this.#isBroken) this.#run(chunk, algorithm, steps, modulus);
      else kernel.takePoolMasks({ ...partOf(this.#words, chunk), masks: "pool" });
    }
  }

  /** Ends the workers; batches go on without them. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#isBroken = true;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
    this.#kernel.hasWorkers = false;
  }

  /** Says what the job is, and wakes the workers; how many chunks it has. */
  #offer(algorithm: BatchHash, entries: number, steps: number, modulus: number): number {
    const share = Math.max(
      8 * Math.ceil(CHUNK_CODES / steps / 8),
      8 * Math.ceil(entries / MAX_CHUNKS / 8),
    );
    const chunks = Math.ceil(entries / share);
    const words = this.#words;
    words.set([algorithm === "SHA1" ? 1 : 256, steps, modulus, entries, share], JOB_WORDS);
    Atomics.store(words, DONE, 0);
    const job = (Atomics.load(words, TICKET) >>> CHUNK_BITS) + 1;
    Atomics.store(words, TICKET, (job << CHUNK_BITS) | chunks);
    Atomics.notify(words, TICKET);
    return chunks;
  }

  #run(chunk: number, algorithm: BatchHash, steps: number, modulus: number): void {
    const part = { ...partOf(this.#words, chunk), masks: "tables" } as const;
    this.#kernel.runBatch(algorithm, part, steps, modulus);
  }

  /** Whether workers have done so many chunks, after waiting for them. */
  #areDone(chunks: number): boolean {
    for (let look = 0; ; look++) {
      const done = Atomics.load(this.#words, DONE);
      if (done === chunks) return true;
      if (look < LOOKS) continue;
      if (Atomics.wait(this.#words, DONE, done, this.#timeoutMs) === "timed-out") return false;
    }
  }
}

function startWorker(kernel: SimdKernel, index: number): Worker {
  const { memory, module } = kernel;
  const workerData: PoolWorkerData = { memory, module, index };
  return new Worker(new URL("./worker.ts", import.meta.url), { workerData });
}

/** Resolves when the worker waits for jobs; it cannot be asked before. */
function isReady(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`a worker did not start within ${START_TIMEOUT_MS} ms`));
    }, START_TIMEOUT_MS);
    worker.once("message", () => {
      clearTimeout(timer);
      resolve();
    });
    worker.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
