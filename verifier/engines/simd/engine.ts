// The engine over the WebAssembly kernel: the default where WebAssembly has SIMD.

import {
  assertParameters,
  assertSecret,
  HASH_ALGORITHMS,
  type HashAlgorithm,
  MAX_MOVING_FACTOR,
  type OathParameters,
} from "../../../core/oath/parameters.ts";
import {
  RFC4226_VECTORS,
  RFC6238_VECTORS,
  rfc4226Secret,
  rfc6238Secret,
} from "../../../core/oath/vectors.ts";
import {
  type CodeSearch,
  type Engine,
  type EngineKey,
  type Parking,
  searchCodes,
} from "../engine.ts";
import { CODES_PER_CALL, MATCH_STEPS, SimdKernel } from "./kernel.ts";
import { SimdPool } from "./pool.ts";
import { type KernelSearch, searchKernel } from "./search.ts";

/** The engine, or why there is none on this machine. */
export type SimdLoad =
  | { readonly kind: "loaded"; readonly engine: SimdEngine }
  | { readonly kind: "unavailable"; readonly reason: string };

/** An engine whose keys live in the kernel's memory. */
export class SimdEngine implements Engine {
  readonly name = "simd";
  readonly description = "WebAssembly SIMD: HMAC from cached midstates, four codes at once";
  readonly highestMovingFactor: bigint = MAX_MOVING_FACTOR;
  readonly kernel: SimdKernel;
  readonly parking: Parking;
  #pool: SimdPool | undefined;

  constructor(kernel: SimdKernel) {
    this.kernel = kernel;
    this.parking = {
      park: (key) => this.#assertOwn(key).release(),
      unpark: (parked, parameters) => new SimdKey(kernel, addressOf(parked), parameters),
      wipe: (parked) => kernel.removeKey(algorithmOf(parked), addressOf(parked)),
    };
  }

  /**
   * Lets several threads work on large batches until the pool is disposed of.
   *
   * @see SimdPool.start
   */
  async startWorkers(threads?: number): Promise<SimdPool> {
    const pool = await SimdPool.start(this.kernel, threads);
    this.#pool = pool;
    return pool;
  }

  prepare(secret: Uint8Array, parameters: OathParameters): SimdKey {
    assertSecret(secret);
    assertParameters(parameters);
    const address = this.kernel.addKey(parameters.algorithm, secret);
    return new SimdKey(this.kernel, address, parameters);
  }

  searchMany(searches: readonly CodeSearch[]): Uint32Array {
    for (const { key } of searches) this.#assertOwn(key);
    const batcher = this.#pool ?? this.kernel;
    return searchKernel(this.kernel, searches as readonly KernelSearch[], (...batch) =>
      batcher.batch(...batch),
    );
  }

  #assertOwn(key: EngineKey): SimdKey {
    if (key instanceof SimdKey && key.isOf(this.kernel)) return key;
    throw new TypeError("the key is not of this engine");
  }
}

/** A key in the kernel's memory. */
export class SimdKey implements EngineKey {
  readonly algorithm: HashAlgorithm;
  /** 10^digits, and 0 for ten digits: a truncated MAC has 31 bits. */
  readonly modulus: number;
  readonly #kernel: SimdKernel;
  readonly #digits: number;
  #address: number;

  constructor(kernel: SimdKernel, address: number, parameters: OathParameters) {
    this.#kernel = kernel;
    this.algorithm = parameters.algorithm;
    this.#digits = parameters.digits;
    this.modulus = parameters.digits === 10 ? 0 : 10 ** parameters.digits;
    this.#address = address;
  }

  /** Whether it lies in this kernel's memory. */
  isOf(kernel: SimdKernel): boolean {
    return this.#kernel === kernel;
  }

  /** Gives the key away as a number, and cannot be used afterwards. @see Parking */
  release(): number {
    const { address } = this;
    this.#address = 0;
    return address + HASH_ALGORITHMS.indexOf(this.algorithm);
  }

  /** Where the kernel has it, for its batch tables. @throws {Error} after dispose */
  get address(): number {
    if (this.#address === 0) throw new Error("the key was disposed of");
    return this.#address;
  }

  codeAt(movingFactor: bigint): string {
    if (movingFactor < 0n || movingFactor > MAX_MOVING_FACTOR) {
      throw new RangeError(`the moving factor must be from 0 to 2^64 - 1, got ${movingFactor}`);
    }
    const { algorithm, address, modulus } = this;
    const [code = 0] = this.#kernel.codes(algorithm, address, movingFactor, 1, modulus);
    return code.toString().padStart(this.#digits, "0");
  }

  codes(first: bigint, count: number): Uint32Array {
    assertFactors(first, count);
    return this.#kernel.codes(this.algorithm, this.address, first, count, this.modulus);
  }

  search(first: bigint, count: number, code: number): number {
    const { algorithm } = this;
    if (count > MATCH_STEPS || algorithm === "SHA512") {
      return searchCodes(this.codes(first, count), code);
    }
    assertFactors(first, count);
    // WebAssembly takes numbers modulo 2^32: a code above would be looked for as another one.
    if (code > MAX_CODE) return 0;
    const mask = this.#kernel.match(algorithm, this.address, first, code, this.modulus);
    return mask & ((1 << count) - 1);
  }

  /**
   * Calls `take` with the numbers of consecutive codes, from that of `first` on, in pieces: a view
   * that is valid during the call, and how far behind `first` it begins.
   *
   * @param count whole, from 0; first + count must not pass 2^64
   */
  eachCode(first: bigint, count: number, take: (codes: Uint32Array, from: number) => void): void {
    for (let from = 0; from < count; from += CODES_PER_CALL) {
      const factor = first + BigInt(from);
      const length = Math.min(CODES_PER_CALL, count - from);
      const { algorithm, modulus } = this;
      take(this.#kernel.codes(algorithm, this.address, factor, length, modulus), from);
    }
  }

  dispose(): void {
    if (this.#address === 0) return;
    this.#kernel.removeKey(this.algorithm, this.#address);
    this.#address = 0;
  }
}

/** Of a truncated MAC, which has 31 bits. */
const MAX_CODE = 0x7fff_ffff;
/** Moving factors of fewer bits are far from the end: one look at a bigint, as looks cost time. */
const FAR_BITS = 63;

function assertFactors(first: bigint, count: number): void {
  if (BigInt.asUintN(FAR_BITS, first) === first) return;
  if (first < 0n || first + BigInt(count) - 1n > MAX_MOVING_FACTOR) {
    throw new RangeError(`moving factors must be from 0 to 2^64 - 1, got ${count} from ${first}`);
  }
}

/** Addresses are multiples of it: a parked key's number says its hash, too. */
const KEY_ALIGNMENT = 8;

function addressOf(parked: number): number {
  return parked - (parked % KEY_ALIGNMENT);
}

function algorithmOf(parked: number): HashAlgorithm {
  const algorithm = HASH_ALGORITHMS[parked % KEY_ALIGNMENT];
  if (algorithm === undefined) throw new RangeError(`${parked} is no parked key`);
  return algorithm;
}

/** Loads the kernel and tries it on the RFCs' vectors; a kernel that errs is not used. */
export function loadSimdEngine(): SimdLoad {
  try {
    const engine = new SimdEngine(new SimdKernel());
    const mistake = selfTest(engine);
    return mistake === undefined
      ? { kind: "loaded", engine }
      : { kind: "unavailable", reason: `self-test failed: ${mistake}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { kind: "unavailable", reason: `no WebAssembly SIMD here: ${why}` };
  }
}

/** RFC 4226 appendix D and RFC 6238 appendix B; the first vector that comes out wrong. */
export function selfTest(engine: Engine): string | undefined {
  const hotp = engine.prepare(rfc4226Secret(), { kind: "hotp", algorithm: "SHA1", digits: 6 });
  const wrong = RFC4226_VECTORS.find(({ counter, code }) => hotp.codeAt(counter) !== code);
  hotp.dispose();
  if (wrong !== undefined) return `RFC 4226 counter ${wrong.counter}`;
  for (const algorithm of ["SHA1", "SHA256", "SHA512"] as const) {
    const key = engine.prepare(rfc6238Secret(algorithm), { kind: "hotp", algorithm, digits: 8 });
    const bad = RFC6238_VECTORS.find(
      ({ timeStep, codes }) => key.codeAt(timeStep) !== codes[algorithm],
    );
    key.dispose();
    if (bad !== undefined) return `RFC 6238 ${algorithm} step ${bad.timeStep}`;
  }
  return undefined;
}
