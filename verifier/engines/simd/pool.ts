// Workers that share the kernel's memory, each with an instance and a scratch of its own. A batch
// is cut into as many parts as there are threads; the caller's thread does the first and waits for
// the others, so that a batch is one synchronous call whoever does it.
//
// Each worker has four words of the shared memory: the number of the job it was given last, that of
// the job it did last, and the part (first entry, entries). It sleeps on the first, the caller on
// the second (Atomics.wait). What else a job is comes in words that all of them read.

import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { BatchHash, BatchPart, SimdKernel } from "./kernel.ts";
import {
  JOB_WORDS,
  MAX_WORKERS,
  type PoolWorkerData,
  WORKER_DONE,
  WORKER_FIRST,
  WORKER_GIVEN,
  WORKER_LENGTH,
  workerWords,
} from "./pool-memory.ts";

/** Codes of a batch from which on workers are woken: below, waking them takes longer. */
export const LEAST_CODES = 3072;
/** A worker that does not answer for so long is not asked again, and its part is done here. */
const TIMEOUT_MS = 2000;
const START_TIMEOUT_MS = 10_000;

/** @see SimdPool.start */
export class SimdPool implements AsyncDisposable {
  readonly #kernel: SimdKernel;
  readonly #words: Int32Array;
  readonly #workers: readonly Worker[];
  #isBroken = false;

  private constructor(kernel: SimdKernel, workers: readonly Worker[]) {
    this.#kernel = kernel;
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
   * @throws {RangeError} for another number
   */
  static async start(
    kernel: SimdKernel,
    threads: number = Math.max(2, Math.min(MAX_WORKERS + 1, availableParallelism())),
  ): Promise<SimdPool> {
    if (!Number.isInteger(threads) || threads < 2 || threads > MAX_WORKERS + 1) {
      throw new RangeError(`threads must be from 2 to ${MAX_WORKERS + 1}, got ${threads}`);
    }
    const indexes = Array.from({ length: threads - 1 }, (_, index) => index);
    const workers = indexes.map((index) => startWorker(kernel, index));
    try {
      await Promise.all(workers.map(isReady));
    } catch (error) {
      await Promise.all(workers.map((worker) => worker.terminate()));
      throw error;
    }
    for (const worker of workers) worker.unref();
    return new SimdPool(kernel, workers);
  }

  /** As SimdKernel.batch; on several threads where that pays. */
  batch(algorithm: BatchHash, n: number, steps: number, modulus: number): void {
    const kernel = this.#kernel;
    if (this.#isBroken || n * steps < LEAST_CODES) {
      kernel.batch(algorithm, n, steps, modulus);
      return;
    }
    const [own, ...others] = this.#partsOf(kernel.fillBatch(n));
    this.#words.set([algorithm === "SHA1" ? 1 : 256, steps, modulus], JOB_WORDS);
    others.forEach((part, index) => {
      this.#give(index, part);
    });
    if (own !== undefined) kernel.runBatch(algorithm, { ...own, masks: "tables" }, steps, modulus);
    for (const [index, part] of others.entries()) {
      if (this.#isDone(index)) kernel.takePoolMasks(part);
      else {
        this.#isBroken = true;
        kernel.runBatch(algorithm, { ...part, masks: "tables" }, steps, modulus);
      }
    }
  }

  /** Ends the workers; batches go on without them. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isBroken = true;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Equal parts, but for the last. */
  #partsOf(entries: number): readonly BatchPart[] {
    const threads = this.#workers.length + 1;
    const share = 4 * Math.ceil(entries / 4 / threads);
    return Array.from({ length: threads }, (_, at) => {
      const first = Math.min(entries, share * at);
      return { first, length: Math.min(share, entries - first), masks: "pool" };
    });
  }

  #give(index: number, { first, length }: BatchPart): void {
    const at = workerWords(index);
    this.#words[at + WORKER_FIRST] = first;
    this.#words[at + WORKER_LENGTH] = length;
    Atomics.add(this.#words, at + WORKER_GIVEN, 1);
    Atomics.notify(this.#words, at + WORKER_GIVEN);
  }

  /** Whether the worker has done its part, after waiting for it. */
  #isDone(index: number): boolean {
    const at = workerWords(index);
    const given = Atomics.load(this.#words, at + WORKER_GIVEN);
    for (;;) {
      const done = Atomics.load(this.#words, at + WORKER_DONE);
      if (done === given) return true;
      if (Atomics.wait(this.#words, at + WORKER_DONE, done, TIMEOUT_MS) === "timed-out")
        return false;
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
