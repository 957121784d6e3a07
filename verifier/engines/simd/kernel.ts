// The WebAssembly kernel and its memory: where keys lie, and how many codes one call makes.
//
// Memory, in bytes:
//   64        scratch of each instance (pool-memory.ts)
//   1024      the block a key is made from
//   2048      words of a pool of workers (pool-memory.ts)
//   4096      vectors that are known beforehand (scripts/wasm/constants.ts)
//   12288     codes of one range call, then the tables of one batch call
//   241664    masks of a batch that workers do
//   274432    message schedules of each instance (scripts/wasm/tables.ts, eight.ts)
//   439744    keys, one behind the other, in slots of the size their hash needs

import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import type { HashAlgorithm } from "../../../core/oath/parameters.ts";
import { KERNEL_DEFLATED } from "./kernel.gen.ts";
import { scratchOf, tablesOf } from "./pool-memory.ts";
import { type WasmMemory, wasm } from "./wasm-api.ts";

/** Codes one call makes at most; longer ranges are cut. */
export const CODES_PER_CALL = 16_384;
/** Keys one batch call takes at most. */
export const KEYS_PER_BATCH = 8192;
/** Steps one batch call looks at: as many as a mask has bits. */
export const STEPS_PER_BATCH = 32;

/** Counters one match call looks at: the lanes of a vector. */
export const MATCH_STEPS = 4;

/** Views of so many codes at most are kept. */
const KEPT_VIEWS = 64;

const BLOCK = 1024;
const CODES = 12_288;
const BATCH = 77_824;
const POOL_MASKS = 241_664;
const FIRST_KEY = 439_744;
/** Memory grows by so many pages at once: 1 MiB. */
const GROW_PAGES = 16;

interface HashLayout {
  readonly name: "sha1" | "sha256" | "sha512";
  readonly blockBytes: 64 | 128;
  /** Both midstates. */
  readonly keyBytes: number;
}

const LAYOUTS: Readonly<Record<HashAlgorithm, HashLayout>> = {
  SHA1: { name: "sha1", blockBytes: 64, keyBytes: 40 },
  SHA256: { name: "sha256", blockBytes: 64, keyBytes: 64 },
  SHA512: { name: "sha512", blockBytes: 128, keyBytes: 128 },
};

type Range = (key: number, first: bigint, count: number, modulus: number, out: number) => void;
type Match = (key: number, first: bigint, code: number, modulus: number) => number;
type Batch = (
  keys: number,
  counters: number,
  codes: number,
  n: number,
  steps: number,
  modulus: number,
  out: number,
) => void;

/** Hashes that have batches. */
export type BatchHash = "SHA1" | "SHA256";

/** What scripts/wasm/kernel.ts exports. */
interface KernelExports {
  readonly scratch: { value: number };
  readonly tables: { value: number };
  readonly sha1_midstates: (block: number, out: number) => void;
  readonly sha256_midstates: (block: number, out: number) => void;
  readonly sha512_midstate: (block: number, pad: number, out: number) => void;
  readonly sha1_range: Range;
  readonly sha256_range: Range;
  readonly sha512_range: Range;
  readonly sha1_match: Match;
  readonly sha256_match: Match;
  readonly sha1_batch: Batch;
  readonly sha256_batch: Batch;
}

/** Tables of a batch: one entry a submission. Written by the caller up to `n`, read up to `n`. */
export interface BatchTables {
  /** Addresses of keys, all of one hash. */
  readonly keys: Uint32Array;
  /** First candidate of each submission, low word and high word in turn. */
  readonly counters: Uint32Array;
  /** Submitted codes as numbers. */
  readonly codes: Uint32Array;
  /** Bit s: the code is that of the first candidate + s. */
  readonly masks: Uint32Array;
}

/** What instances share: whose memory and module to use, and which scratch is one's own. */
export interface SharedKernel {
  readonly memory: WasmMemory;
  readonly module: object;
  /** 1 and above; 0 is the one whose memory it is. */
  readonly instance: number;
}

/** Which part of the tables to run, and where the masks go. */
export interface BatchPart {
  readonly first: number;
  /** A multiple of 4. */
  readonly length: number;
  /** `pool`: to masks of their own, which a worker that answers late cannot spoil. */
  readonly masks: "tables" | "pool";
}

/** One instance: its own scratch, its own memory unless that of another is given. */
export class SimdKernel {
  readonly memory: WasmMemory;
  readonly module: object;
  /** Whether a pool's workers share the memory: there is room for those of one. */
  hasWorkers = false;
  readonly #exports: KernelExports;
  readonly #range: Readonly<Record<HashAlgorithm, Range>>;
  readonly #free: Record<HashAlgorithm, number[]> = { SHA1: [], SHA256: [], SHA512: [] };
  #nextKey = FIRST_KEY;
  #words: Uint32Array;
  #tables: BatchTables;
  /** Of the codes of a call, by their number: a view costs as much as a code. */
  readonly #views: Uint32Array[] = [];

  /** @throws {Error} where there is no WebAssembly, or none with SIMD (a CompileError) */
  constructor(shared?: SharedKernel) {
    const { Memory, Module, Instance } = wasm();
    this.memory = shared?.memory ?? new Memory({ initial: 8, maximum: 65_536, shared: true });
    this.module =
      shared?.module ?? new Module(inflateRawSync(Buffer.from(KERNEL_DEFLATED, "base64")));
    const instance = new Instance(this.module, { host: { memory: this.memory } });
    this.#exports = instance.exports as unknown as KernelExports;
    this.#exports.scratch.value = scratchOf(shared?.instance ?? 0);
    this.#exports.tables.value = tablesOf(shared?.instance ?? 0);
    this.#range = {
      SHA1: this.#exports.sha1_range,
      SHA256: this.#exports.sha256_range,
      SHA512: this.#exports.sha512_range,
    };
    this.#words = new Uint32Array(this.memory.buffer);
    this.#tables = this.#viewTables();
  }

  /** Makes a key's midstates and returns their address. The secret itself is not kept. */
  addKey(algorithm: HashAlgorithm, secret: Uint8Array): number {
    const layout = LAYOUTS[algorithm];
    const address = this.#free[algorithm].pop() ?? this.#allocate(layout.keyBytes);
    this.#writeBlock(layout, secret);
    if (layout.name === "sha512") {
      this.#exports.sha512_midstate(BLOCK, 0x36, address);
      this.#exports.sha512_midstate(BLOCK, 0x5c, address + 64);
    } else {
      this.#exports[`${layout.name}_midstates`](BLOCK, address);
    }
    this.#words.fill(0, BLOCK / 4, (BLOCK + layout.blockBytes) / 4);
    return address;
  }

  /** Overwrites a key's midstates, which are as good as its secret, and takes its place back. */
  removeKey(algorithm: HashAlgorithm, address: number): void {
    const { keyBytes } = LAYOUTS[algorithm];
    this.#words.fill(0, address / 4, (address + keyBytes) / 4);
    this.#free[algorithm].push(address);
  }

  /**
   * Codes, as numbers, of `count` consecutive counters. The view is valid until the next call.
   *
   * @param first from 0; first + count must not pass 2^64
   * @param count 1 to CODES_PER_CALL
   * @param modulus 10^digits; 0 for ten digits
   */
  codes(
    algorithm: HashAlgorithm,
    key: number,
    first: bigint,
    count: number,
    modulus: number,
  ): Uint32Array {
    this.#range[algorithm](key, first, count, modulus, CODES);
    return this.#views[count] ?? this.#view(count);
  }

  /**
   * Looks for a code among `MATCH_STEPS` consecutive counters, all of them computed; quicker when
   * the call before was of the same counter.
   *
   * @param first from 0 to 2^64 - 1; past that it counts on from 0
   * @param modulus as in `codes`
   * @returns bit s: the code of first + s is `code`
   */
  match(algorithm: BatchHash, key: number, first: bigint, code: number, modulus: number): number {
    return algorithm === "SHA1"
      ? this.#exports.sha1_match(key, first, code, modulus)
      : this.#exports.sha256_match(key, first, code, modulus);
  }

  /** Tables for `batch`; the same ones each time until memory grows. */
  get tables(): BatchTables {
    return this.#tables;
  }

  /**
   * Looks for the codes of `n` submissions, `steps` candidates each, all of them computed, and
   * writes `masks`.
   *
   * @param n 1 to KEYS_PER_BATCH; entries up to the next multiple of 4 are overwritten
   * @param steps 1 to STEPS_PER_BATCH
   */
  batch(algorithm: BatchHash, n: number, steps: number, modulus: number): void {
    const length = this.fillBatch(n);
    this.runBatch(algorithm, { first: 0, length, masks: "tables" }, steps, modulus);
  }

  /** Fills the entries of a batch up to the next multiple of 4, which is given back. */
  fillBatch(n: number): number {
    const { keys, counters, codes } = this.#tables;
    const whole = (n + 3) & ~3;
    for (let at = n; at < whole; at++) {
      keys[at] = keys[0] as number;
      counters[2 * at] = 0;
      counters[2 * at + 1] = 0;
      codes[at] = 0;
    }
    return whole;
  }

  /** A part of a batch whose entries were filled. */
  runBatch(algorithm: BatchHash, part: BatchPart, steps: number, modulus: number): void {
    const { first, length } = part;
    if (length === 0) return;
    const { keys, counters, codes, masks } = this.#tables;
    const run = algorithm === "SHA1" ? this.#exports.sha1_batch : this.#exports.sha256_batch;
    const at = (table: Uint32Array, words: number): number => table.byteOffset + 4 * words * first;
    const out = part.masks === "pool" ? POOL_MASKS + 4 * first : at(masks, 1);
    run(at(keys, 1), at(counters, 2), at(codes, 1), length, steps, modulus, out);
  }

  /** Takes a part's masks from the pool's into the tables. */
  takePoolMasks({ first, length }: BatchPart): void {
    const from = POOL_MASKS / 4 + first;
    this.#tables.masks.set(this.#words.subarray(from, from + length), first);
  }

  /** Views stay valid when memory grows: it is shared. */
  #view(count: number): Uint32Array {
    const view = new Uint32Array(this.memory.buffer, CODES, count);
    if (count <= KEPT_VIEWS) this.#views[count] = view;
    return view;
  }

  #allocate(bytes: number): number {
    const address = this.#nextKey;
    const end = address + bytes;
    if (end > this.memory.buffer.byteLength) {
      this.memory.grow(GROW_PAGES);
      this.#words = new Uint32Array(this.memory.buffer);
      this.#tables = this.#viewTables();
    }
    this.#nextKey = end;
    return address;
  }

  /** K of RFC 2104 §2: hashed when longer than a block, else filled up with zeros. */
  #writeBlock(layout: HashLayout, secret: Uint8Array): void {
    const { name, blockBytes } = layout;
    const isLong = secret.length > blockBytes;
    const key = isLong ? createHash(name).update(secret).digest() : secret;
    const words = this.#words;
    for (let at = 0; at < blockBytes; at += 4) {
      // Bytes past the end are undefined, which is 0 here.
      const word =
        ((key[at] as number) << 24) |
        ((key[at + 1] as number) << 16) |
        ((key[at + 2] as number) << 8) |
        (key[at + 3] as number);
      // 64-bit words are native too: their halves change places.
      words[(BLOCK + (name === "sha512" ? at ^ 4 : at)) / 4] = at < key.length ? word : 0;
    }
    if (isLong) key.fill(0);
  }

  #viewTables(): BatchTables {
    const { buffer } = this.memory;
    const keys = new Uint32Array(buffer, BATCH, KEYS_PER_BATCH);
    const counters = new Uint32Array(buffer, BATCH + 4 * KEYS_PER_BATCH, 2 * KEYS_PER_BATCH);
    const codes = new Uint32Array(buffer, BATCH + 12 * KEYS_PER_BATCH, KEYS_PER_BATCH);
    const masks = new Uint32Array(buffer, BATCH + 16 * KEYS_PER_BATCH, KEYS_PER_BATCH);
    return { keys, counters, codes, masks };
  }
}
