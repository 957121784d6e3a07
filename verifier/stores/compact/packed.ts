// Records without their zeros, which are half of them: before each eight bytes stands a byte that
// says which of them are there. The checksum is left out: what never left this process needs none.

import { crc32 } from "node:zlib";
import { MAX_RECORD_BYTES } from "../../record-codec.ts";

const CHECKSUM_BYTES = 4;

/** Where records are packed, and views of its beginnings: making one costs as much as packing. */
const SCRATCH: Uint8Array = new Uint8Array(1 + 2 * MAX_RECORD_BYTES);
const VIEWS: Uint8Array[] = [];

/**
 * A record without its checksum (encodeUnchecked), packed: the number of bytes in its last eight,
 * then the eights. Valid until the next one is packed.
 */
export function packRecord(record: Uint8Array): Uint8Array {
  const bytes = SCRATCH;
  const { length } = record;
  bytes[0] = length & 7;
  let to = 1;
  for (let from = 0; from < length; from += 8) {
    const maskAt = to++;
    const end = Math.min(8, length - from);
    let mask = 0;
    for (let at = 0; at < end; at++) {
      // Zeros are written and then written over: no processor foresees which bytes they are.
      const byte = record[from + at] as number;
      const isThere = byte === 0 ? 0 : 1;
      bytes[to] = byte;
      mask |= isThere << at;
      to += isThere;
    }
    bytes[maskAt] = mask;
  }
  VIEWS[to] ??= bytes.subarray(0, to);
  return VIEWS[to] as Uint8Array;
}

/** The encoded record again, with its checksum. */
export function unpackRecord(packed: Uint8Array): Uint8Array {
  const eights = eightsOf(packed);
  const last = packed[0] as number;
  const length = 8 * eights - (last === 0 ? 0 : 8 - last);
  const record = new Uint8Array(length + CHECKSUM_BYTES);
  unpack(packed, record, length);
  new DataView(record.buffer).setUint32(length, crc32(record.subarray(0, length)));
  return record;
}

/** Fills `start` with the first bytes of the encoded record, a multiple of eight. */
export function unpackStart(packed: Uint8Array, start: Uint8Array): void {
  start.fill(0);
  unpack(packed, start, start.length);
}

function unpack(packed: Uint8Array, record: Uint8Array, length: number): void {
  let from = 1;
  for (let to = 0; to < length && from < packed.length; to += 8) {
    const mask = packed[from++] as number;
    for (let at = 0; at < 8; at++) {
      if ((mask & (1 << at)) !== 0) record[to + at] = packed[from++] as number;
    }
  }
}

function eightsOf(packed: Uint8Array): number {
  let eights = 0;
  for (let at = 1; at < packed.length; eights++) at += 1 + ones(packed[at] as number);
  return eights;
}

function ones(byte: number): number {
  let count = 0;
  for (let left = byte; left > 0; left &= left - 1) count++;
  return count;
}
