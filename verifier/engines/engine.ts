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
  /** Overwrites the key material this key holds; it cannot be used afterwards. */
  dispose(): void;
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
