// Records without their zeros, which are half of them: before each eight bytes stands a byte that
// says which of them are there. The checksum is left out: what never left this process needs none.

import { crc32 } from "node:zlib";

const CHECKSUM_BYTES = 4;

/** An encoded record, packed: the number of bytes in its last eight, then the eights. */
export function packRecord(record: Uint8Array): Uint8Array {
  const length = record.length - CHECKSUM_BYTES;
  const bytes = new Uint8Array(1 + length + Math.ceil(length / 8));
  bytes[0] = length & 7;
  let to = 1;
  for (let from = 0; from < length; from += 8) {
    const mask = to++;
    const end = Math.min(8, length - from);
    for (let at = 0; at < end; at++) {
      const byte = record[from + at] as number;
      if (byte === 0) continue;
      bytes[mask] = (bytes[mask] as number) | (1 << at);
      bytes[to++] = byte;
    }
  }
  return bytes.subarray(0, to);
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

/** The first bytes of an encoded record, a multiple of eight. */
export function unpackStart(packed: Uint8Array, length: number): Uint8Array {
  const start = new Uint8Array(length);
  unpack(packed, start, length);
  return start;
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
