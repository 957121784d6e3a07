// Engines compute codes for the verifier. All engines answer alike; one contract test holds them.

import type { OathParameters } from "../../core/oath/parameters.ts";

/** Codes one call of `codes` makes at most; wider searches are cut into such pieces. */
export const MAX_CODES = 16_384;

/** A secret made ready for one engine. */
export interface EngineKey {
  /**
   * The code of a moving factor: decimal digits, leading zeros kept (RFC 4226 §5.3).
   *
   * @throws {RangeError} below 0 or above the engine's highestMovingFactor
   */
  codeAt(movingFactor: bigint): string;
  /**
   * The codes of `count` consecutive moving factors as numbers, all of them computed; a view that
   * is valid until the engine's next call. A code's length is checked where codes are texts.
   *
   * @param count 1 to MAX_CODES
   * @throws {RangeError} when one of the factors is out of range
   */
  codes(first: bigint, count: number): Uint32Array;
  /**
   * Looks for a code among consecutive moving factors, all of them computed: the work tells
   * nothing of where it is.
   *
   * @param count 1 to MAX_SEARCH
   * @param code the code as a number
   * @returns bit s: the code of first + s is `code`
   * @throws {RangeError} when one of the factors is out of range
   */
  search(first: bigint, count: number, code: number): number;
  /** Overwrites the key material this key holds; it cannot be used afterwards. */
  dispose(): void;
}

/** A code to be looked for among consecutive moving factors. */
export interface CodeSearch {
  /** Of the engine that searches. */
  readonly key: EngineKey;
  readonly first: bigint;
  /** How many moving factors, 1 to MAX_SEARCH; first + count must not pass 2^64. */
  readonly count: number;
  /** The code as a number. */
  readonly code: number;
}

/** Moving factors of one search at most: as many as its answer has bits. */
export const MAX_SEARCH = 32;

/** Keys that are not needed now, as numbers: 4 bytes instead of an object, and no secret needed. */
export interface Parking {
  /**
   * A number above 0, below 2^32, that stands for the key; the object cannot be used
   * afterwards.
   */
  park(key: EngineKey): number;
  /** The key of such a number, which then stands for nothing. */
  unpark(parked: number, parameters: OathParameters): EngineKey;
  /** As unpark and dispose. */
  wipe(parked: number): void;
}

/** A way to compute codes. */
export interface Engine {
  readonly name: string;
  /** Where it comes from, one line. */
  readonly description: string;
  /** The highest moving factor it can compute; 2^64 - 1 for a complete one. */
  readonly highestMovingFactor: bigint;
  /** @throws {RangeError} naming a parameter or a secret length that is out of range */
  prepare(secret: Uint8Array, parameters: OathParameters): EngineKey;
  /**
   * Many searches in one call, all candidates of each computed. Bit s of an answer: the code is
   * that of first + s. Absent where an engine is no faster with many.
   */
  searchMany?(searches: readonly CodeSearch[]): Uint32Array;
  /**
   * Lets several threads work on searches of many codes, from some thousand on, until what it gives
   * is disposed of: below, waking them takes longer. Absent where an engine has one thread.
   *
   * @param threads 2 to 7, the caller's included; default: as many as the machine has
   * @throws {Error} when workers are there already
   */
  startWorkers?(threads?: number): Promise<AsyncDisposable>;
  /** Absent where keys are objects only. */
  readonly parking?: Parking;
}

/** `codes` for engines that know single codes only. */
export function codesOneByOne(
  codeAt: EngineKey["codeAt"],
  first: bigint,
  count: number,
): Uint32Array {
  const codes = new Uint32Array(count);
  for (let at = 0; at < count; at++) codes[at] = Number(codeAt(first + BigInt(at)));
  return codes;
}

/** `search` for engines that have no quicker way than to compute the codes. */
export function searchCodes(codes: Uint32Array, code: number): number {
  let mask = 0;
  for (let at = 0; at < codes.length; at++) if (codes[at] === code) mask |= 1 << at;
  return mask >>> 0;
}
