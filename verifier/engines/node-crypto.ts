// The verifier's own HOTP (RFC 4226 §5.3, RFC 6238 §1.2) over the HMAC of node:crypto.

import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { movingFactorBytes } from "../../core/oath/codes.ts";
import {
  assertParameters,
  assertSecret,
  type HashAlgorithm,
  MAX_MOVING_FACTOR,
  type OathParameters,
} from "../../core/oath/parameters.ts";
import { codesOneByOne, type Engine, type EngineKey, searchCodes } from "./engine.ts";

const HASH_NAMES: Readonly<Record<HashAlgorithm, string>> = {
  SHA1: "sha1",
  SHA256: "sha256",
  SHA512: "sha512",
};

/** node:crypto's HMAC: any key length, all 64-bit moving factors, on every machine. */
export const nodeCryptoEngine: Engine = {
  name: "node-crypto",
  description: "HOTP over node:crypto's HMAC (OpenSSL)",
  highestMovingFactor: MAX_MOVING_FACTOR,
  prepare(secret: Uint8Array, parameters: OathParameters): EngineKey {
    assertSecret(secret);
    assertParameters(parameters);
    return new NodeCryptoKey(secret, parameters);
  },
};

class NodeCryptoKey implements EngineKey {
  // A KeyObject keeps the bytes outside the JavaScript heap and wipes them when it is collected.
  #key: KeyObject | undefined;
  readonly #hash: string;
  readonly #digits: number;
  readonly #modulus: number;

  constructor(secret: Uint8Array, parameters: OathParameters) {
    this.#key = createSecretKey(secret);
    this.#hash = HASH_NAMES[parameters.algorithm];
    this.#digits = parameters.digits;
    this.#modulus = 10 ** parameters.digits;
  }

  codeAt(movingFactor: bigint): string {
    if (this.#key === undefined) throw new Error("the key was disposed of");
    const mac = createHmac(this.#hash, this.#key).update(movingFactorBytes(movingFactor)).digest();
    const offset = mac.readUInt8(mac.length - 1) & 0x0f;
    const truncated = mac.readUInt32BE(offset) & 0x7fff_ffff;
    return (truncated % this.#modulus).toString().padStart(this.#digits, "0");
  }

  codes(first: bigint, count: number): Uint32Array {
    return codesOneByOne((factor) => this.codeAt(factor), first, count);
  }

  search(first: bigint, count: number, code: number): number {
    return searchCodes(this.codes(first, count), code);
  }

  dispose(): void {
    this.#key = undefined;
  }
}
