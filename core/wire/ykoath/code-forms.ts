// How a host turns the card's 4-byte truncated value into a code (YKOATH document, sections 4 and
// 7). The calculation of the value itself is the card's, and not here.

import { assertLength, assertWhole, viewOf } from "../bytes.ts";

const STEAM_ALPHABET = "23456789BCDFGHJKMNPQRTVWXY";
/** Characters of a Steam code. */
const STEAM_CHARACTERS = 5;

/**
 * The decimal code of a truncated value, with leading zeros. Bit 31 is masked off: not every card
 * clears it.
 *
 * @param truncated 0 to 2^32 - 1, as sent
 * @throws {RangeError} when digits are not 4 to 10, or the value is no 32-bit number
 */
export function codeOfTruncated(truncated: number, digits: number): string {
  assertWhole("digits", digits, 4, 10);
  return String(maskOf(truncated) % 10 ** digits).padStart(digits, "0");
}

/** The 5-character Steam code of a truncated value. @throws {RangeError} as codeOfTruncated */
export function steamCodeOfTruncated(truncated: number): string {
  let value = maskOf(truncated);
  let code = "";
  for (let at = 0; at < STEAM_CHARACTERS; at++) {
    code += STEAM_ALPHABET.charAt(value % STEAM_ALPHABET.length);
    value = Math.floor(value / STEAM_ALPHABET.length);
  }
  return code;
}

/**
 * The four bytes that a full response is cut to (RFC 4226 §5.3), bit 31 as it is. For hosts, which
 * need it for Steam codes; tokens and verifiers have their own.
 *
 * @throws {RangeError} when the HMAC is not 20 to 64 bytes long
 */
export function truncatedOfFull(hmac: Uint8Array): number {
  assertLength("hmac", hmac, 20, 64);
  const offset = (hmac[hmac.length - 1] ?? 0) & 0x0f;
  return viewOf(hmac).getUint32(offset);
}

function maskOf(truncated: number): number {
  assertWhole("truncated", truncated, 0, 0xffff_ffff);
  return truncated & 0x7fff_ffff;
}
