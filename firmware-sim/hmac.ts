// HMAC from the hash up (RFC 2104), the token's own: nothing of it is shared with the verifier.

import { createHash } from "node:crypto";
import type { HashAlgorithm } from "../core/oath/parameters.ts";

/** Block sizes of the hashes, bytes (FIPS 180-4). */
const BLOCK_BYTES: Readonly<Record<HashAlgorithm, number>> = { SHA1: 64, SHA256: 64, SHA512: 128 };

/** HMAC of `message` under `key`: 20, 32 or 64 bytes. Keys longer than a block are hashed first. */
export function hmac(algorithm: HashAlgorithm, key: Uint8Array, message: Uint8Array): Uint8Array {
  const blockBytes = BLOCK_BYTES[algorithm];
  const block = new Uint8Array(blockBytes);
  block.set(key.length > blockBytes ? hash(algorithm, key) : key);
  const inner = hash(algorithm, xor(block, 0x36), message);
  return hash(algorithm, xor(block, 0x5c), inner);
}

function hash(algorithm: HashAlgorithm, ...parts: readonly Uint8Array[]): Uint8Array {
  const state = createHash(algorithm.toLowerCase());
  for (const part of parts) state.update(part);
  return state.digest();
}

function xor(block: Uint8Array, pad: number): Uint8Array {
  return block.map((byte) => byte ^ pad);
}
