// Version 1 of the binary form, 66 bytes, read and no longer written. All integers big-endian.
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
//   62      4     CRC-32 of bytes 0 to 61

import { crc32 } from "node:zlib";
import { newRecord, type TokenRecord } from "./record.ts";
import { decodeParameters, element, finite, RecordFormatError, STATES } from "./record-fields.ts";

/** First byte of a record of this version. */
export const RECORD_V1_VERSION = 1;
const RECORD_V1_BYTES = 66;
const CHECKED_BYTES = 62;
const FLAG_LOCKED = 1;
const FLAG_ACCEPTED = 2;
const FLAG_WATERMARK = 4;

/** @throws {RecordFormatError} as decodeRecord does */
export function decodeRecordV1(bytes: Uint8Array): TokenRecord {
  if (bytes.length !== RECORD_V1_BYTES) {
    throw new RecordFormatError(
      `a record of version 1 has ${RECORD_V1_BYTES} bytes, not ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint32(CHECKED_BYTES) !== crc32(bytes.subarray(0, CHECKED_BYTES))) {
    throw new RecordFormatError("the checksum of a record does not fit");
  }
  const flags = view.getUint8(5);
  if ((flags & ~7) !== 0) throw new RecordFormatError(`unknown flags ${flags}`);
  return {
    ...newRecord(decodeParameters(view, 6)),
    state: element(STATES, view.getUint8(1), "state"),
    watermark: (flags & FLAG_WATERMARK) !== 0 ? view.getBigUint64(18) : -1n,
    offsetSteps: view.getInt32(26),
    anchor: { offsetSteps: view.getInt32(30), atUs: finite(view, 34, "anchor") },
    failures: view.getUint32(42),
    lastFailureAtUs: finite(view, 46, "lastFailureAtUs"),
    locked: (flags & FLAG_LOCKED) !== 0,
    lastAcceptedAtUs: (flags & FLAG_ACCEPTED) !== 0 ? finite(view, 54, "lastAcceptedAtUs") : null,
  };
}
