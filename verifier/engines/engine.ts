// Engines compute codes for the verifier. All engines answer alike; one contract test holds them.

import type { OathParameters } from "../../core/oath/parameters.ts";

/** A secret made ready for one engine. */
export interface EngineKey {
  /**
   * The code of a moving factor: decimal digits, leading zeros kept (RFC 4226 §5.3).
   *
   * @throws {RangeError} below 0 or above the engine's highestMovingFactor
   */
  codeAt(movingFactor: bigint): string;
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
