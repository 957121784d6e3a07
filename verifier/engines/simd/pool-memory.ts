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
/** What changes while a job is done lies in a cache line of its own. */
const LINE_WORDS = 16;

/** Index of a job's words: 1 or 256 for the hash, steps, modulus, entries, entries of a chunk. */
export const JOB_WORDS: number = POOL_BYTES / 4;
/**
 * Index of the ticket: in its low bits how many chunks of the job nobody has taken yet, above them
 * a number that each job counts up. Who takes one off has that chunk; workers sleep on it.
 */
export const TICKET: number = JOB_WORDS + LINE_WORDS;
/** Index of the number of chunks that workers have done. */
export const DONE: number = TICKET + LINE_WORDS;
/** Bits of the ticket that count chunks. */
export const CHUNK_BITS = 12;
/** Chunks of a job at most. */
export const MAX_CHUNKS: number = 2 ** CHUNK_BITS - 1;

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

/**
 * Takes a chunk that nobody has taken, from the last one down to 0; null when there is none. What a
 * job is must be read after: the chunk keeps it from ending.
 */
export function takeChunk(words: Int32Array): number | null {
  for (;;) {
    const ticket = Atomics.load(words, TICKET);
    const left = ticket & MAX_CHUNKS;
    if (left === 0) return null;
    if (Atomics.compareExchange(words, TICKET, ticket, ticket - 1) === ticket) return left - 1;
  }
}

/** The entries of a chunk of the job: whole eights but for the last chunk's, which are fours. */
export function partOf(
  words: Int32Array,
  chunk: number,
): { readonly first: number; readonly length: number } {
  const [entries, share] = words.subarray(JOB_WORDS + 3, JOB_WORDS + 5);
  const first = chunk * (share as number);
  return { first, length: Math.min(share as number, (entries as number) - first) };
}
