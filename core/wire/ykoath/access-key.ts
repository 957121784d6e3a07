// The access key of an OATH applet: how it comes from a password, and the proofs that host and card
// give each other (YKOATH document, section 6).

import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import { assertLength } from "../bytes.ts";
import { ACCESS_CHALLENGE_BYTES } from "./constants.ts";

/** Length of an access key, bytes. */
export const ACCESS_KEY_BYTES = 16;
/** Rounds of PBKDF2-HMAC-SHA1. */
export const ACCESS_KEY_ITERATIONS = 1000;
/** Longest password taken, bytes of UTF-8. */
const MAX_PASSWORD_BYTES = 1024;

/**
 * The 16-byte access key of a password: PBKDF2-HMAC-SHA1 over its UTF-8 bytes, 1,000 rounds, the
 * salt being the 8-byte device id of the SELECT answer. Takes about half a millisecond.
 *
 * @throws {RangeError} when the password is empty or too long, or the device id is not 8 bytes
 */
export function deriveAccessKey(password: string, deviceId: Uint8Array): Uint8Array {
  const bytes = Buffer.from(password, "utf8");
  assertLength("password", bytes, 1, MAX_PASSWORD_BYTES);
  assertLength("deviceId", deviceId, ACCESS_CHALLENGE_BYTES, ACCESS_CHALLENGE_BYTES);
  const key = pbkdf2Sync(bytes, deviceId, ACCESS_KEY_ITERATIONS, ACCESS_KEY_BYTES, "sha1");
  return new Uint8Array(key);
}

/** The proof that one knows the access key: HMAC-SHA1 over the other side's challenge, 20 bytes. */
export function accessProof(key: Uint8Array, challenge: Uint8Array): Uint8Array {
  return new Uint8Array(createHmac("sha1", key).update(challenge).digest());
}

/** The name hosts store a token's key under: base64 of half of SHA-256 over the device id. */
export function accessKeyName(deviceId: Uint8Array): string {
  const half = createHash("sha256").update(deviceId).digest().subarray(0, 16);
  return half.toString("base64").replaceAll("=", "");
}
