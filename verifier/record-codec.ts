// The binary form of a token's record, version 2: 80 bytes and what is known besides. All integers
// big-endian, times are doubles (microseconds since the Unix epoch). Version 1 is still read.
//
//   offset  size  field
//   0       1     version = 2
//   1       1     state: 0 created, 1 enabled, 2 deactivated, 3 deleted
//   2       1     kind: 0 TOTP, 1 HOTP
//   3       1     algorithm: 0 SHA1, 1 SHA256, 2 SHA512
//   4       1     digits
//   5       1     flags: bit 0 locked, bit 1 a code was accepted, bit 2 a watermark is set,
//                 bits 3 to 7: the parts that follow byte 76
//   6       1     clock class: 0 crystal, 1 TCXO, 2 network; bit 7: tracking is off
//   7       1     more flags: bits 0 to 2, the last three parts
//   8       4     stepSeconds (0 for HOTP)
//   12      8     t0, signed (0 for HOTP)
//   20      8     watermark (0 without bit 2)
//   28      4     offsetSteps, signed
//   32      4     anchor offsetSteps, signed
//   36      8     anchor atUs
//   44      4     failures
//   48      8     lastFailureAtUs
//   56      8     lastAcceptedAtUs (0 without bit 1)
//   64      4     guesses of the day
//   68      8     when that day began
//   76      8     bit 3: lockedUntilUs
//           8     bit 4: pendingUntilUs
//           8     bit 5: factorySetAtUs
//           16    bit 6: remembered moving factor, and when
//           2+n   bit 7: length and bytes of the drift tracker (core/drift/tracker-codec.ts)
//           8     more, bit 0: validFromUs
//           8     more, bit 1: validUntilUs
//           1+17n more, bit 2: number of jumps, and of each kind, atUs and seconds
//   last 4        CRC-32 of all before: a damaged watermark must not be taken for a lower one

import { crc32 } from "node:zlib";
import { MAX_TRACKER_BYTES } from "../core/drift/tracker-codec.ts";
import { HASH_ALGORITHMS } from "../core/oath/parameters.ts";
import {
  CLOCK_CLASSES,
  type ClockJump,
  JUMP_KINDS,
  MAX_JUMPS,
  type TokenRecord,
} from "./record.ts";
import { decodeRecordV1, RECORD_V1_VERSION } from "./record-codec-v1.ts";
import { decodeParameters, element, finite, RecordFormatError, STATES } from "./record-fields.ts";
import { TrackedClock } from "./tracked-clock.ts";

export { RecordFormatError } from "./record-fields.ts";

const VERSION = 2;
const FIXED_BYTES = 76;
const CHECKSUM_BYTES = 4;
const FLAG_LOCKED = 1;
const FLAG_ACCEPTED = 2;
const FLAG_WATERMARK = 4;
const FLAG_LOCKED_UNTIL = 8;
const FLAG_PENDING = 16;
const FLAG_FACTORY = 32;
const FLAG_REMEMBERED = 64;
const FLAG_TRACKER = 128;
const CLOCK_UNTRACKED = 128;
const MORE_VALID_FROM = 1;
const MORE_VALID_UNTIL = 2;
const MORE_JUMPS = 4;
const JUMP_BYTES = 17;

/** Length of the smallest form: an enabled token without a tracker, a lock or a mishap. */
export const RECORD_BYTES: number = FIXED_BYTES + CHECKSUM_BYTES;
/** Length of the largest. */
export const MAX_RECORD_BYTES: number =
  RECORD_BYTES + 5 * 8 + 16 + 2 + MAX_TRACKER_BYTES + 1 + MAX_JUMPS * JUMP_BYTES;

/** Where a record is put together, and its beginnings: a view for each costs as much as filling. */
const SCRATCH: Uint8Array = new Uint8Array(MAX_RECORD_BYTES);
const SCRATCH_VIEW: DataView = new DataView(SCRATCH.buffer);
const VIEWS: Uint8Array[] = [];

/** The binary form, from RECORD_BYTES to MAX_RECORD_BYTES. */
export function encodeRecord(record: TokenRecord): Uint8Array {
  const body = encodeUnchecked(record);
  SCRATCH_VIEW.setUint32(body.length, crc32(body));
  return SCRATCH.slice(0, body.length + CHECKSUM_BYTES);
}

/** As `encodeRecord`, but without the checksum, and valid until the next record is encoded. */
export function encodeUnchecked(record: TokenRecord): Uint8Array {
  const { parameters, guesses, remembered, trackedClock } = record;
  const tracker = trackedClock?.bytes;
  const bytes = SCRATCH;
  const view = SCRATCH_VIEW;
  const totp = parameters.kind === "totp";
  bytes[0] = VERSION;
  bytes[1] = STATES.indexOf(record.state);
  bytes[2] = totp ? 0 : 1;
  bytes[3] = HASH_ALGORITHMS.indexOf(parameters.algorithm);
  bytes[4] = parameters.digits;
  bytes[5] = flagsOf(record);
  bytes[6] = CLOCK_CLASSES.indexOf(record.clock) | (record.isTracked ? 0 : CLOCK_UNTRACKED);
  bytes[7] = moreFlagsOf(record);
  view.setUint32(8, totp ? parameters.stepSeconds : 0);
  view.setBigInt64(12, BigInt(totp ? parameters.t0 : 0));
  view.setBigUint64(20, record.watermark >= 0n ? record.watermark : 0n);
  view.setInt32(28, record.offsetSteps);
  view.setInt32(32, record.anchor.offsetSteps);
  view.setFloat64(36, record.anchor.atUs);
  view.setUint32(44, record.failures);
  view.setFloat64(48, record.lastFailureAtUs);
  view.setFloat64(56, record.lastAcceptedAtUs ?? 0);
  view.setUint32(64, guesses.count);
  view.setFloat64(68, guesses.sinceUs);
  let at = FIXED_BYTES;
  at = putTime(at, record.lockedUntilUs);
  at = putTime(at, record.pendingUntilUs);
  at = putTime(at, record.factorySetAtUs);
  if (remembered !== null) {
    view.setBigUint64(at, remembered.movingFactor);
    view.setFloat64(at + 8, remembered.atUs);
    at += 16;
  }
  if (tracker !== undefined) {
    view.setUint16(at, tracker.length);
    bytes.set(tracker, at + 2);
    at += 2 + tracker.length;
  }
  at = putTime(at, record.validFromUs);
  at = putTime(at, record.validUntilUs);
  at = putJumps(at, record.jumps);
  VIEWS[at] ??= bytes.subarray(0, at);
  return VIEWS[at] as Uint8Array;
}

/** An optional time; where the next part begins. */
function putTime(at: number, time: number | null): number {
  if (time === null) return at;
  SCRATCH_VIEW.setFloat64(at, time);
  return at + 8;
}

function putJumps(from: number, jumps: readonly ClockJump[]): number {
  if (jumps.length === 0) return from;
  let at = from;
  SCRATCH[at++] = jumps.length;
  for (const { kind, atUs, seconds } of jumps) {
    SCRATCH[at] = JUMP_KINDS.indexOf(kind);
    SCRATCH_VIEW.setFloat64(at + 1, atUs);
    SCRATCH_VIEW.setFloat64(at + 9, seconds);
    at += JUMP_BYTES;
  }
  return at;
}

function moreFlagsOf({ validFromUs, validUntilUs, jumps }: TokenRecord): number {
  return (
    (validFromUs !== null ? MORE_VALID_FROM : 0) |
    (validUntilUs !== null ? MORE_VALID_UNTIL : 0) |
    (jumps.length > 0 ? MORE_JUMPS : 0)
  );
}

function flagsOf(record: TokenRecord): number {
  return (
    (record.locked ? FLAG_LOCKED : 0) |
    (record.lastAcceptedAtUs !== null ? FLAG_ACCEPTED : 0) |
    (record.watermark >= 0n ? FLAG_WATERMARK : 0) |
    (record.lockedUntilUs !== null ? FLAG_LOCKED_UNTIL : 0) |
    (record.pendingUntilUs !== null ? FLAG_PENDING : 0) |
    (record.factorySetAtUs !== null ? FLAG_FACTORY : 0) |
    (record.remembered !== null ? FLAG_REMEMBERED : 0) |
    (record.trackedClock !== null ? FLAG_TRACKER : 0)
  );
}

/**
 * @throws {RecordFormatError} for an unknown version, a wrong length, a checksum that does not fit,
 *   or a field out of its range
 */
export function decodeRecord(bytes: Uint8Array): TokenRecord {
  if (bytes[0] === RECORD_V1_VERSION) return decodeRecordV1(bytes);
  if (bytes[0] !== VERSION) {
    const known = `${RECORD_V1_VERSION} or ${VERSION}, which are known here`;
    throw new RecordFormatError(`record version ${bytes[0]} is not ${known}`);
  }
  if (bytes.length < RECORD_BYTES || bytes.length > MAX_RECORD_BYTES) {
    throw new RecordFormatError(
      `a record has ${RECORD_BYTES} to ${MAX_RECORD_BYTES} bytes, not ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length - CHECKSUM_BYTES;
  if (view.getUint32(end) !== crc32(bytes.subarray(0, end))) {
    throw new RecordFormatError("the checksum of a record does not fit");
  }
  const flags = view.getUint8(5);
  const clock = view.getUint8(6);
  const more = view.getUint8(7);
  if (more > (MORE_VALID_FROM | MORE_VALID_UNTIL | MORE_JUMPS)) {
    throw new RecordFormatError(`a record has parts ${more} of a newer oathbed`);
  }
  return {
    state: element(STATES, view.getUint8(1), "state"),
    parameters: decodeParameters(view, 8),
    watermark: (flags & FLAG_WATERMARK) !== 0 ? view.getBigUint64(20) : -1n,
    offsetSteps: view.getInt32(28),
    anchor: { offsetSteps: view.getInt32(32), atUs: finite(view, 36, "anchor") },
    failures: view.getUint32(44),
    lastFailureAtUs: finite(view, 48, "lastFailureAtUs"),
    locked: (flags & FLAG_LOCKED) !== 0,
    guesses: { count: view.getUint32(64), sinceUs: finite(view, 68, "guesses") },
    lastAcceptedAtUs: (flags & FLAG_ACCEPTED) !== 0 ? finite(view, 56, "lastAcceptedAtUs") : null,
    clock: element(CLOCK_CLASSES, clock & ~CLOCK_UNTRACKED, "clock class"),
    isTracked: (clock & CLOCK_UNTRACKED) === 0,
    ...decodeParts(bytes, view, flags, more),
  };
}

type Parts = Pick<
  TokenRecord,
  | "lockedUntilUs"
  | "pendingUntilUs"
  | "factorySetAtUs"
  | "remembered"
  | "trackedClock"
  | "validFromUs"
  | "validUntilUs"
  | "jumps"
>;

function decodeParts(bytes: Uint8Array, view: DataView, flags: number, more: number): Parts {
  const end = bytes.length - CHECKSUM_BYTES;
  let at = FIXED_BYTES;
  const take = (flag: number, size: number, set: number = flags): number | null => {
    if ((set & flag) === 0) return null;
    const start = at;
    at += size;
    if (at > end) throw new RecordFormatError("a record is shorter than its flags say");
    return start;
  };
  const time = (start: number | null, field: string): number | null =>
    start === null ? null : finite(view, start, field);
  const lockedUntilUs = time(take(FLAG_LOCKED_UNTIL, 8), "lockedUntilUs");
  const pendingUntilUs = time(take(FLAG_PENDING, 8), "pendingUntilUs");
  const factorySetAtUs = time(take(FLAG_FACTORY, 8), "factorySetAtUs");
  const second = take(FLAG_REMEMBERED, 16);
  const remembered =
    second === null
      ? null
      : {
          movingFactor: view.getBigUint64(second),
          atUs: finite(view, second + 8, "remembered"),
        };
  const length = take(FLAG_TRACKER, 2);
  const tracker = length === null ? null : take(FLAG_TRACKER, view.getUint16(length));
  const trackerEnd = at;
  const validFromUs = time(take(MORE_VALID_FROM, 8, more), "validFromUs");
  const validUntilUs = time(take(MORE_VALID_UNTIL, 8, more), "validUntilUs");
  const count = take(MORE_JUMPS, 1, more);
  const jumps = count === null ? 0 : view.getUint8(count);
  const firstJump = take(MORE_JUMPS, jumps * JUMP_BYTES, more) ?? at;
  if (at !== end) throw new RecordFormatError("a record is longer than its flags say");
  return {
    lockedUntilUs,
    pendingUntilUs,
    factorySetAtUs,
    remembered,
    trackedClock: tracker === null ? null : TrackedClock.from(bytes.slice(tracker, trackerEnd)),
    validFromUs,
    validUntilUs,
    jumps: Array.from({ length: jumps }, (_, nth) => jumpAt(view, firstJump + nth * JUMP_BYTES)),
  };
}

function jumpAt(view: DataView, at: number): ClockJump {
  return {
    atUs: finite(view, at + 1, "jump"),
    seconds: finite(view, at + 9, "jump"),
    kind: element(JUMP_KINDS, view.getUint8(at), "jump"),
  };
}
