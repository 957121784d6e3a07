// The binary form of a token's record, version 1: 66 bytes. All integers big-endian.
//
//   offset  size  field
//   0       1     version = 1
//   1       1     state: 0 created, 1 enabled, 2 deactivated, 3 deleted
//   2       1     kind: 0 TOTP, 1 HOTP
//   3       1     algorithm: 0 SHA1, 1 SHA256, 2 SHA512
//   4       1     digits
//   5       1     flags: bit 0 locked, bit 1 a code was accepted, bit 2 a watermark is set
//   6       4     stepSeconds (0 for HOTP)
//   10      8     t0, signed (0 for HOTP)
//   18      8     watermark (0 without bit 2)
//   26      4     offsetSteps, signed
//   30      4     anchor offsetSteps, signed
//   34      8     anchor atUs, double
//   42      4     failures
//   46      8     lastFailureAtUs, double
//   54      8     lastAcceptedAtUs, double (0 without bit 1)
//   62      4     CRC-32 of bytes 0 to 61: a damaged watermark must not be taken for a lower one

import { crc32 } from "node:zlib";
import {
  assertParameters,
  HASH_ALGORITHMS,
  type HashAlgorithm,
  type OathParameters,
} from "../core/oath/parameters.ts";
import type { TokenRecord, TokenState } from "./record.ts";

const VERSION = 1;
const CHECKED_BYTES = 62;
const STATES: readonly TokenState[] = ["created", "enabled", "deactivated", "deleted"];
const FLAG_LOCKED = 1;
const FLAG_ACCEPTED = 2;
const FLAG_WATERMARK = 4;

/** Length of a record's binary form. */
export const RECORD_BYTES = 66;

/** Bytes that are no record of this version. */
export class RecordFormatError extends Error {
  override readonly name = "RecordFormatError";
}

/** The binary form, RECORD_BYTES long. */
export function encodeRecord(record: TokenRecord): Uint8Array {
  const { parameters } = record;
  const bytes = new Uint8Array(RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  const totp = parameters.kind === "totp";
  bytes[0] = VERSION;
  bytes[1] = STATES.indexOf(record.state);
  bytes[2] = totp ? 0 : 1;
  bytes[3] = HASH_ALGORITHMS.indexOf(parameters.algorithm);
  bytes[4] = parameters.digits;
  bytes[5] =
    (record.locked ? FLAG_LOCKED : 0) |
    (record.lastAcceptedAtUs !== null ? FLAG_ACCEPTED : 0) |
    (record.watermark >= 0n ? FLAG_WATERMARK : 0);
  view.setUint32(6, totp ? parameters.stepSeconds : 0);
  view.setBigInt64(10, BigInt(totp ? parameters.t0 : 0));
  view.setBigUint64(18, record.watermark >= 0n ? record.watermark : 0n);
  view.setInt32(26, record.offsetSteps);
  view.setInt32(30, record.anchor.offsetSteps);
  view.setFloat64(34, record.anchor.atUs);
  view.setUint32(42, record.failures);
  view.setFloat64(46, record.lastFailureAtUs);
  view.setFloat64(54, record.lastAcceptedAtUs ?? 0);
  view.setUint32(CHECKED_BYTES, crc32(bytes.subarray(0, CHECKED_BYTES)));
  return bytes;
}

/**
 * @throws {RecordFormatError} for another version, a wrong length, a checksum that does not fit, or
 *   a field out of its range
 */
export function decodeRecord(bytes: Uint8Array): TokenRecord {
  if (bytes[0] !== VERSION) {
    throw new RecordFormatError(`record version ${bytes[0]} is not ${VERSION}, the one known here`);
  }
  if (bytes.length !== RECORD_BYTES) {
    throw new RecordFormatError(`a record has ${RECORD_BYTES} bytes, not ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(CHECKED_BYTES) !== crc32(bytes.subarray(0, CHECKED_BYTES))) {
    throw new RecordFormatError("the checksum of a record does not fit");
  }
  const flags = view.getUint8(5);
  if ((flags & ~7) !== 0) throw new RecordFormatError(`unknown flags ${flags}`);
  return {
    state: element(STATES, view.getUint8(1), "state"),
    parameters: decodeParameters(view),
    watermark: (flags & FLAG_WATERMARK) !== 0 ? view.getBigUint64(18) : -1n,
    offsetSteps: view.getInt32(26),
    anchor: { offsetSteps: view.getInt32(30), atUs: finite(view.getFloat64(34), "anchor") },
    failures: view.getUint32(42),
    lastFailureAtUs: finite(view.getFloat64(46), "lastFailureAtUs"),
    locked: (flags & FLAG_LOCKED) !== 0,
    lastAcceptedAtUs:
      (flags & FLAG_ACCEPTED) !== 0 ? finite(view.getFloat64(54), "lastAcceptedAtUs") : null,
  };
}

function decodeParameters(view: DataView): OathParameters {
  const kind = view.getUint8(2);
  const algorithm: HashAlgorithm = element(HASH_ALGORITHMS, view.getUint8(3), "algorithm");
  const digits = view.getUint8(4);
  if (kind > 1) throw new RecordFormatError(`unknown kind ${kind}`);
  const parameters: OathParameters =
    kind === 1
      ? { kind: "hotp", algorithm, digits }
      : {
          kind: "totp",
          algorithm,
          digits,
          stepSeconds: view.getUint32(6),
          t0: Number(view.getBigInt64(10)),
        };
  try {
    assertParameters(parameters);
  } catch (cause) {
    throw new RecordFormatError("parameters out of range", { cause });
  }
  return parameters;
}

function element<T>(list: readonly T[], index: number, field: string): T {
  const value = list[index];
  if (value === undefined) throw new RecordFormatError(`unknown ${field} ${index}`);
  return value;
}

function finite(value: number, field: string): number {
  if (!Number.isFinite(value)) throw new RecordFormatError(`${field} is no finite number`);
  return value;
}
