import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_TRACKER_BYTES } from "../../../core/drift/tracker-codec.ts";
import {
  hotpParameters,
  MAX_MOVING_FACTOR,
  totpParameters,
} from "../../../core/oath/parameters.ts";
import { MAX_JUMPS, newRecord, type TokenRecord } from "../../record.ts";
import { decodeRecord, encodeRecord, encodeUnchecked } from "../../record-codec.ts";
import { TrackedClock } from "../../tracked-clock.ts";
import { packRecord, unpackRecord, unpackStart } from "./packed.ts";

const BYTE = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 }));

test("whatever is packed comes back, with its checksum", () => {
  fc.assert(
    fc.property(fc.array(BYTE, { minLength: 1, maxLength: 300 }), (bytes) => {
      const record = new Uint8Array(bytes.length + 4);
      record.set(bytes);
      new DataView(record.buffer).setUint32(bytes.length, crc32(Uint8Array.from(bytes)));
      const packed = packRecord(record.subarray(0, bytes.length));
      expect(unpackRecord(packed)).toEqual(record);
      const start = new Uint8Array(24);
      start.set(record.subarray(0, Math.min(24, bytes.length)));
      const read = new Uint8Array(24).fill(9);
      unpackStart(packed, read);
      expect(read).toEqual(start);
    }),
  );
});

test("a new record takes less than half", () => {
  const record = newRecord(totpParameters());
  expect(packRecord(encodeUnchecked(record)).length).toBeLessThan(encodeRecord(record).length / 2);
});

test("records of all lengths come back one after the other, with all their parts", () => {
  const parts: Partial<TokenRecord>[] = [
    { state: "deactivated", locked: true, lockedUntilUs: 1e15 },
    { pendingUntilUs: -1, factorySetAtUs: 0.5, isTracked: false },
    { remembered: { movingFactor: MAX_MOVING_FACTOR, atUs: 7 }, watermark: MAX_MOVING_FACTOR },
    { trackedClock: TrackedClock.from(new Uint8Array(MAX_TRACKER_BYTES).fill(0xff)) },
    { validFromUs: 0, validUntilUs: 2 ** 53 },
    { jumps: Array.from({ length: MAX_JUMPS }, () => ({ atUs: 1, seconds: -1, kind: "step" })) },
    { parameters: totpParameters({ t0: -0x8000_0000, stepSeconds: 86_400 }) },
    { parameters: totpParameters({ t0: 0xffff_ffff }) },
    { parameters: hotpParameters({ algorithm: "SHA512", digits: 10 }) },
  ];
  const fresh = newRecord(totpParameters());
  const all: TokenRecord = Object.assign({}, fresh, ...parts);
  for (const record of [all, ...parts.map((part) => ({ ...fresh, ...part })), fresh, all]) {
    const unpacked = unpackRecord(packRecord(encodeUnchecked(record)));
    expect(unpacked).toEqual(encodeRecord(record));
    expect(decodeRecord(unpacked)).toEqual(record);
  }
});
