// The forms of codes and moving factors (RFC 4226 §5.1, §5.3), and nothing of how a code is made:
// firmware-sim and verifier each have their own HOTP.

import { MAX_MOVING_FACTOR } from "./parameters.ts";

/**
 * Whether `text` is a code: a string of exactly `digits` ASCII digits. Signs, spaces, full-width
 * and other Unicode digits, numbers and missing leading zeros are not.
 */
export function isCode(text: unknown, digits: number): text is string {
  if (typeof text !== "string" || text.length !== digits) return false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x30 || unit > 0x39) return false;
  }
  return true;
}

/**
 * The eight big-endian bytes that HOTP feeds to the HMAC (RFC 4226 §5.1).
 *
 * @throws {RangeError} when `movingFactor` is negative or above 2^64 - 1; it never wraps
 */
export function movingFactorBytes(movingFactor: bigint): Uint8Array {
  if (movingFactor < 0n || movingFactor > MAX_MOVING_FACTOR) {
    throw new RangeError(`the moving factor must be from 0 to 2^64 - 1, got ${movingFactor}`);
  }
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, movingFactor);
  return bytes;
}

/** A decimal number, or why the text is none. */
export type UnsignedText =
  | { readonly kind: "number"; readonly value: bigint }
  | { readonly kind: "malformed" } // empty, longer than 20 characters, or other than ASCII digits
  | { readonly kind: "too-large" };

/** Digits of 2^64 - 1. */
const MAX_UNSIGNED_CHARACTERS = 20;

/**
 * Reads an unsigned decimal number of at most `max` (default 2^64 - 1). ASCII digits only: no
 * sign, space, point, exponent or 0x. Leading zeros are taken, within 20 characters.
 */
export function parseUnsigned(text: string, max: bigint = MAX_MOVING_FACTOR): UnsignedText {
  if (text.length < 1 || text.length > MAX_UNSIGNED_CHARACTERS || !isCode(text, text.length)) {
    return { kind: "malformed" };
  }
  const value = BigInt(text);
  return value > max ? { kind: "too-large" } : { kind: "number", value };
}
