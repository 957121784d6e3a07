// The code in an HMAC, for tokens that answer a challenge and leave the rest to the host.

import { viewOf } from "../../core/wire/bytes.ts";

/**
 * RFC 4226 §5.3: the dynamic truncation of an HMAC-SHA-1, modulo 10^digits.
 *
 * @param hmac 20 bytes
 */
export function truncatedCode(hmac: Uint8Array, digits: number): string {
  const offset = (hmac[19] ?? 0) & 0x0f;
  const number = viewOf(hmac).getUint32(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, "0");
}
