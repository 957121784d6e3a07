// The token's own HOTP (RFC 4226 §5.3), also the last step of TOTP (RFC 6238 §4.2).

import { movingFactorBytes } from "../core/oath/codes.ts";
import type { OathParameters } from "../core/oath/parameters.ts";
import { hmac } from "./hmac.ts";

/**
 * The code of a moving factor, leading zeros kept.
 *
 * @throws {RangeError} when the moving factor is negative or above 2^64 - 1
 */
export function hotpCode(
  secret: Uint8Array,
  movingFactor: bigint,
  parameters: Pick<OathParameters, "algorithm" | "digits">,
): string {
  const mac = hmac(parameters.algorithm, secret, movingFactorBytes(movingFactor));
  const value = dynamicTruncation(mac) % 10 ** parameters.digits;
  return value.toString().padStart(parameters.digits, "0");
}

/** DT of RFC 4226 §5.3: 31 bits at the offset that the MAC's last four bits name. */
export function dynamicTruncation(mac: Uint8Array): number {
  const offset = (mac[mac.length - 1] ?? 0) & 0x0f;
  let value = 0;
  for (let at = 0; at < 4; at++) value = value * 256 + (mac[offset + at] ?? 0);
  return value % 0x8000_0000;
}
