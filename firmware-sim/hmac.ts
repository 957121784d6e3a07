// HMAC (RFC 2104 §2) as token firmware has it: built from the hash up. The hash itself comes from
// node:crypto; the verifier's engines take whole HMACs from elsewhere, so that a mistake here
// cannot agree with itself.

import { createHash } from "node:crypto";
import type { HashAlgorithm } from "../core/oath/parameters.ts";

/** B of RFC 2104: bytes a hash takes at once (FIPS 180-4, figure 1). */
const BLOCK_BYTES: Readonly<Record<HashAlgorithm, number>> = { SHA1: 64, SHA256: 64, SHA512: 128 };

const HASH_NAMES: Readonly<Record<HashAlgorithm, string>> = {
  SHA1: "sha1",
  SHA256: "sha256",
  SHA512: "sha512",
};

/**
 * The MAC of `message`: 20, 32 or 64 bytes. A secret longer than the hash's block (64, 64 or 128
 * bytes) is hashed first, a shorter one is filled up with zeros.
 */
export function hmac(
  algorithm: HashAlgorithm,
  secret: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  const key = secret.length > BLOCK_BYTES[algorithm] ? hash(algorithm, secret) : secret;
  const inner = hash(algorithm, padded(algorithm, key, 0x36), message);
  return hash(algorithm, padded(algorithm, key, 0x5c), inner);
}

/** A block of the key, filled up with zeros, each byte XORed with `pad`. */
function padded(algorithm: HashAlgorithm, key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES[algorithm]).fill(pad);
  for (const [at, byte] of key.entries()) block[at] = byte ^ pad;
  return block;
}

function hash(algorithm: HashAlgorithm, ...parts: readonly Uint8Array[]): Uint8Array {
  const state = createHash(HASH_NAMES[algorithm]);
  for (const part of parts) state.update(part);
  return state.digest();
}
