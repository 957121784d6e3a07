// The token's own HOTP (RFC 4226 §5.3) and time steps (RFC 6238 §4.2).

import type { HashAlgorithm } from "../core/oath/parameters.ts";
import { hmac } from "./hmac.ts";

/** What a code is made from, besides the secret and the moving factor. */
export interface CodeForm {
  readonly algorithm: HashAlgorithm;
  /** Length of a code in decimal digits, 1 to 10. */
  readonly digits: number;
}

/**
 * HOTP(K,C): the code of a moving factor, a counter or a time step, leading zeros kept. Of ten
 * digits the first is 0, 1 or 2, since a truncated MAC has 31 bits.
 *
 * @throws {RangeError} when the moving factor is negative or does not fit into eight bytes
 */
export function hotpCode(secret: Uint8Array, movingFactor: bigint, form: CodeForm): string {
  const truncated = dynamicTruncation(hmac(form.algorithm, secret, eightBytes(movingFactor)));
  return String(truncated % 10 ** form.digits).padStart(form.digits, "0");
}

/**
 * Dynamic truncation (RFC 4226 §5.3, §5.4): the 31 bits at the offset that the low half of the
 * last byte names. The last byte is number 19 of SHA-1 only; RFC 6238 takes longer MACs likewise.
 */
export function dynamicTruncation(mac: Uint8Array): number {
  const view = new DataView(mac.buffer, mac.byteOffset, mac.byteLength);
  const offset = view.getUint8(mac.byteLength - 1) & 0x0f;
  return view.getUint32(offset) & 0x7fff_ffff;
}

/**
 * T = floor((seconds - T0) / X) of RFC 6238 §4.2, negative before T0.
 *
 * @param seconds the token's time, whole Unix seconds
 */
export function timeStepOf(seconds: number, stepSeconds: number, t0: number): bigint {
  return BigInt(Math.floor((seconds - t0) / stepSeconds));
}

/** C of RFC 4226 §5.1: eight bytes, the first one the highest. */
function eightBytes(movingFactor: bigint): Uint8Array {
  if (movingFactor < 0n || movingFactor >= 1n << 64n) {
    throw new RangeError(`the moving factor does not fit into eight bytes: ${movingFactor}`);
  }
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, movingFactor);
  return bytes;
}
