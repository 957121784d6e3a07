// A credential as the bytes of a record in non-volatile memory.
//
//   0     version, 1                      8..15  T0, signed (TOTP)
//   1     kind: 1 HOTP, 2 TOTP           16..23  next counter (HOTP)
//   2     algorithm: 1, 2, 3             24..25  length of the name, bytes
//   3     digits                         28..    name (UTF-8), then the secret
//   4..7  step, seconds (TOTP)           26..27  length of the secret, bytes
//
// Numbers are big-endian. Kind 3 is an HOTP credential whose last counter, 2^64 - 1, was given out.

import { assertParameters, HASH_ALGORITHMS, type OathParameters } from "../core/oath/parameters.ts";
import type { StoredCredential } from "./emulated-token.ts";

const VERSION = 1;
const HEADER_BYTES = 28;
const KIND = { hotp: 1, totp: 2, hotpExhausted: 3 } as const;

/** One past the last counter: nothing is left to give out. */
export const EXHAUSTED_COUNTER: bigint = 1n << 64n;

/** The record of a credential whose fields are within their ranges. */
export function encodeCredential(credential: StoredCredential): Uint8Array {
  const { name, secret, parameters, counter } = credential;
  const nameBytes = new TextEncoder().encode(name);
  const bytes = new Uint8Array(HEADER_BYTES + nameBytes.length + secret.length);
  const view = new DataView(bytes.buffer);
  const exhausted = counter >= EXHAUSTED_COUNTER;
  view.setUint8(0, VERSION);
  view.setUint8(1, exhausted ? KIND.hotpExhausted : KIND[parameters.kind]);
  view.setUint8(2, HASH_ALGORITHMS.indexOf(parameters.algorithm) + 1);
  view.setUint8(3, parameters.digits);
  if (parameters.kind === "totp") {
    view.setUint32(4, parameters.stepSeconds);
    view.setBigInt64(8, BigInt(parameters.t0));
  }
  view.setBigUint64(16, exhausted || parameters.kind === "totp" ? 0n : counter);
  view.setUint16(24, nameBytes.length);
  view.setUint16(26, secret.length);
  bytes.set(nameBytes, HEADER_BYTES);
  bytes.set(secret, HEADER_BYTES + nameBytes.length);
  return bytes;
}

/** The credential of a record. @throws {Error} when it is none that encodeCredential makes */
export function decodeCredential(bytes: Uint8Array): StoredCredential {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint8(0) !== VERSION) throw unreadable();
  const kind = view.getUint8(1);
  const secretAt = HEADER_BYTES + view.getUint16(24);
  if (secretAt + view.getUint16(26) !== bytes.length) throw unreadable();
  const credential: StoredCredential = {
    name: new TextDecoder().decode(bytes.subarray(HEADER_BYTES, secretAt)),
    secret: bytes.slice(secretAt),
    parameters: decodeParameters(view, kind),
    counter: kind === KIND.hotpExhausted ? EXHAUSTED_COUNTER : view.getBigUint64(16),
  };
  // One credential has one record: fields that its kind does not use are 0, its name is UTF-8.
  if (!equalBytes(encodeCredential(credential), bytes)) throw unreadable();
  return credential;
}

function decodeParameters(view: DataView, kind: number): OathParameters {
  const algorithm = HASH_ALGORITHMS[view.getUint8(2) - 1];
  const digits = view.getUint8(3);
  if (algorithm === undefined) throw unreadable();
  switch (kind) {
    case KIND.totp: {
      const t0 = Number(view.getBigInt64(8));
      return readable({ kind: "totp", algorithm, digits, stepSeconds: view.getUint32(4), t0 });
    }
    case KIND.hotp:
    case KIND.hotpExhausted:
      return readable({ kind: "hotp", algorithm, digits });
    default:
      throw unreadable();
  }
}

function readable(parameters: OathParameters): OathParameters {
  try {
    assertParameters(parameters);
    return parameters;
  } catch (cause) {
    throw unreadable(cause);
  }
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function unreadable(cause?: unknown): Error {
  return new Error("a record in the token's memory is no credential", { cause });
}
