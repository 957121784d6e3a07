// Where the words lie by which a pool and its workers understand each other: in the kernel's
// memory, behind the scratch of each instance.

import type { WasmMemory } from "./wasm-api.ts";

/** Workers of one kernel at most: as many scratches as there is room for, but one. */
export const MAX_WORKERS = 6;
/** Bytes of scratch an instance has. */
const SCRATCH_BYTES = 128;
const FIRST_SCRATCH = 64;
/**
 * Message schedules of 32 steps and of four lanes, of two hashes (scripts/wasm/tables.ts), and the
 * words of eight keys (scripts/wasm/eight.ts).
 */
const TABLES_BYTES = 23_616;
const FIRST_TABLES = 274_432;
/** Behind the block that keys are made from. */
const POOL_BYTES = 2048;
/** A worker's words lie in a cache line of their own. */
const WORKER_BYTES = 64;

/** Index of the job's words: 1 or 256 for the hash, steps, modulus. */
export const JOB_WORDS: number = POOL_BYTES / 4;
/** By worker: number of the job it was given last. */
export const WORKER_GIVEN = 0;
/** Number of the job it did last; its start counts as one. */
export const WORKER_DONE = 1;
/** First entry of its part. */
export const WORKER_FIRST = 2;
/** Entries of its part, a multiple of 4. */
export const WORKER_LENGTH = 3;

/** What a worker is started with. */
export interface PoolWorkerData {
  readonly memory: WasmMemory;
  readonly module: object;
  /** From 0. */
  readonly index: number;
}

/** Address of an instance's scratch: 0 is that of the caller's thread, then come the workers. */
export function scratchOf(instance: number): number {
  return FIRST_SCRATCH + SCRATCH_BYTES * instance;
}

/** Address of an instance's message schedules. */
export function tablesOf(instance: number): number {
  return FIRST_TABLES + TABLES_BYTES * instance;
}

/** Index of the first of a worker's words. */
export function workerWords(index: number): number {
  return (POOL_BYTES + WORKER_BYTES * (index + 1)) / 4;
}
