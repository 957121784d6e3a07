// A fleet run on all cores: chunks of tokens handed to workers as these become free. The figures
// are sums of whole numbers, so that neither the number of workers nor their order shows in them.

import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { driftBinsOf } from "./drift-bins.ts";
import type { FleetResult } from "./result.ts";
import { FleetSimulator } from "./simulate.ts";
import { type FleetSpec, type Shard, tokensOf } from "./spec.ts";
import { addTotals, emptyTotals, type FleetTotals } from "./totals.ts";
import type { Chunk } from "./worker.ts";

/** How far a run is. */
export interface FleetProgress {
  readonly tokens: number;
  readonly total: number;
  /** Estimated from the time so far; undefined before the first chunk is done. */
  readonly secondsLeft: number | undefined;
}

/** @see runFleet */
export interface FleetRunOptions {
  /** Default: all tokens. */
  readonly shard?: Shard;
  /** 0 to 256; 0 = in this thread. Default: one a core, and 0 for less than 1,000 tokens. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FleetProgress) => void;
}

/** Workers at most. */
export const MOST_WORKERS = 256;
const SMALL_FLEET = 1000;
/** Chunks a worker: enough that none waits long for the last one, and progress moves. */
const CHUNKS_EACH = 40;
const MOST_TOKENS_A_CHUNK = 2000;

/**
 * Simulates a fleet, or a shard of one.
 *
 * @throws {RangeError} when a number is out of range
 * @throws the reason of `signal`
 */
export async function runFleet(
  spec: FleetSpec,
  options: FleetRunOptions = {},
): Promise<FleetResult> {
  const { shard = { index: 1, count: 1 }, signal } = options;
  const range = tokensOf(spec, shard);
  const count = range.end - range.first;
  const workers = options.workers ?? (count < SMALL_FLEET ? 0 : availableParallelism());
  if (!Number.isInteger(workers) || workers < 0 || workers > MOST_WORKERS) {
    throw new RangeError(`workers must be a whole number from 0 to ${MOST_WORKERS}`);
  }
  signal?.throwIfAborted();
  const run = new Run(spec, range, Math.max(1, workers), options);
  await (workers === 0 ? run.here() : run.onWorkers(workers));
  return { version: 1, spec, ranges: count === 0 ? [] : [range], totals: run.totals };
}

class Run {
  readonly totals: FleetTotals;
  readonly #spec: FleetSpec;
  readonly #range: Chunk;
  readonly #size: number;
  readonly #options: FleetRunOptions;
  readonly #startedMs: number = performance.now();
  #next: number;

  constructor(spec: FleetSpec, range: Chunk, workers: number, options: FleetRunOptions) {
    const share = Math.ceil((range.end - range.first) / (workers * CHUNKS_EACH));
    this.#spec = spec;
    this.#range = range;
    this.#size = Math.min(MOST_TOKENS_A_CHUNK, Math.max(1, share));
    this.#options = options;
    this.#next = range.first;
    this.totals = emptyTotals(spec.policies.length * spec.rhythms.length, driftBinsOf(spec));
  }

  async here(): Promise<void> {
    const simulator = new FleetSimulator(this.#spec);
    for (let chunk = this.#take(); chunk !== undefined; chunk = this.#take()) {
      this.#add(simulator.run(chunk.first, chunk.end));
      await setImmediate();
      this.#options.signal?.throwIfAborted();
    }
  }

  async onWorkers(count: number): Promise<void> {
    const stop = new AbortController();
    const signals = [stop.signal, ...(this.#options.signal ? [this.#options.signal] : [])];
    const signal = AbortSignal.any(signals);
    const works = Array.from({ length: count }, () => this.#onWorker(signal));
    try {
      await Promise.all(works);
    } catch (error) {
      stop.abort(error);
      await Promise.allSettled(works);
      throw error;
    }
  }

  async #onWorker(signal: AbortSignal): Promise<void> {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: this.#spec });
    try {
      await new Promise<void>((resolve, reject) => {
        const abort = (): void => reject(signal.reason);
        const hand = (): void => {
          const chunk = this.#take();
          if (chunk === undefined) resolve();
          else worker.postMessage(chunk);
        };
        signal.addEventListener("abort", abort, { once: true });
        worker.on("message", (totals: FleetTotals) => {
          this.#add(totals);
          hand();
        });
        worker.once("error", reject);
        worker.once("exit", (code) => reject(new Error(`a fleet worker ended with code ${code}`)));
        hand();
      });
    } finally {
      worker.removeAllListeners();
      await worker.terminate();
    }
  }

  #take(): Chunk | undefined {
    const first = this.#next;
    if (first >= this.#range.end) return undefined;
    const end = Math.min(this.#range.end, first + this.#size);
    this.#next = end;
    return { first, end };
  }

  #add(totals: FleetTotals): void {
    addTotals(this.totals, totals);
    const total = this.#range.end - this.#range.first;
    const { tokens } = this.totals;
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const secondsLeft = tokens === 0 ? undefined : (seconds * (total - tokens)) / tokens;
    this.#options.onProgress?.({ tokens, total, secondsLeft });
  }
}
