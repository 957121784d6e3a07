import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_TRACKER_BYTES } from "../core/drift/tracker-codec.ts";
import {
  HASH_ALGORITHMS,
  hotpParameters,
  MAX_MOVING_FACTOR,
  totpParameters,
} from "../core/oath/parameters.ts";
import {
  CLOCK_CLASSES,
  consume,
  JUMP_KINDS,
  MAX_JUMPS,
  newRecord,
  type TokenRecord,
} from "./record.ts";
import { decodeRecord, encodeRecord, MAX_RECORD_BYTES, RecordFormatError } from "./record-codec.ts";
import { TrackedClock } from "./tracked-clock.ts";

const TRACKER_HEX =
  "01000000" + // version, no vertices, no outliers
  "4020000000000000" +
  "4022000000000000" + // anchor at 8 s, offset 9 s
  "bf0f75104d551d69" +
  "3f0f75104d551d69"; // rates from -60 to 60 ppm

const SAMPLE: TokenRecord = {
  state: "enabled",
  parameters: totpParameters({ algorithm: "SHA256", digits: 8, stepSeconds: 60, t0: -2 }),
  watermark: 0x0102_0304_0506_0708n,
  offsetSteps: -3,
  anchor: { offsetSteps: 2, atUs: 1 },
  failures: 4,
  lastFailureAtUs: 2,
  locked: true,
  lockedUntilUs: 4,
  guesses: { count: 5, sinceUs: 3 },
  lastAcceptedAtUs: -1,
  clock: "tcxo",
  isTracked: false,
  trackedClock: TrackedClock.from(new Uint8Array(Buffer.from(TRACKER_HEX, "hex"))),
  pendingUntilUs: 5,
  factorySetAtUs: 6,
  remembered: { movingFactor: 9n, atUs: 7 },
  validFromUs: null,
  validUntilUs: null,
  jumps: [],
};

/** The same with the parts that oathbed did not know at first. */
const DATED: TokenRecord = {
  ...SAMPLE,
  validFromUs: 8,
  validUntilUs: 9,
  jumps: [
    { atUs: 1, seconds: 3600, kind: "zone" },
    { atUs: 2, seconds: -90, kind: "step" },
  ],
};

// By the table at the head of record-codec.ts, the checksum by python3's zlib.
const SAMPLE_HEX =
  "0201000108ff8100" + // version, state, kind, algorithm, digits, flags, clock without tracking
  "0000003c" + // 60 s
  "fffffffffffffffe" + // t0
  "0102030405060708" + // watermark
  "fffffffd00000002" + // offset, anchor's offset
  "3ff0000000000000" + // anchor at 1 µs
  "00000004" + // failures
  "4000000000000000" + // last failure at 2 µs
  "bff0000000000000" + // last accepted at -1 µs
  "00000005" + // guesses
  "4008000000000000" + // of the day from 3 µs on
  "4010000000000000" + // locked until 4 µs
  "4014000000000000" + // pending until 5 µs
  "4018000000000000" + // set at the factory at 6 µs
  "0000000000000009" +
  "401c000000000000" + // remembers 9 of 7 µs
  "0024" + // 36 bytes of tracker
  TRACKER_HEX;
const SAMPLE_CRC = "c2d4e23c";
const DATED_HEX =
  SAMPLE_HEX.replace("ff8100", "ff8107") + // three more parts
  "4020000000000000" + // valid from 8 µs
  "4022000000000000" + // until 9 µs
  "02" + // jumps
  "00" + // zone
  "3ff0000000000000" +
  "40ac200000000000" + // at 1 µs, 3600 s
  "03" + // step
  "4000000000000000" +
  "c056800000000000"; // at 2 µs, -90 s
const DATED_CRC = "c107c215";

// Version 1, as it was written before.
const V1_HEX =
  "010100010807" + // version, state, kind, algorithm, digits, flags
  "0000003c" +
  "fffffffffffffffe" +
  "0102030405060708" +
  "fffffffd00000002" +
  "3ff0000000000000" +
  "00000004" +
  "4000000000000000" +
  "bff0000000000000" +
  "d8678ad6";

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));

/** Bytes with a right checksum, so that only the change itself can be refused. */
function withChecksum(bytes: Uint8Array): Uint8Array {
  const fixed = bytes.slice();
  new DataView(fixed.buffer).setUint32(fixed.length - 4, crc32(fixed.subarray(0, -4)));
  return fixed;
}

test("writes the golden bytes, and reads them back", () => {
  expect(hexOf(encodeRecord(SAMPLE))).toBe(SAMPLE_HEX + SAMPLE_CRC);
  const read = decodeRecord(fromHex(SAMPLE_HEX + SAMPLE_CRC));
  expect(read).toEqual(SAMPLE);
  expect(hexOf(read.trackedClock?.bytes ?? new Uint8Array())).toBe(TRACKER_HEX);
  expect(hexOf(encodeRecord(DATED))).toBe(DATED_HEX + DATED_CRC);
  expect(decodeRecord(fromHex(DATED_HEX + DATED_CRC))).toEqual(DATED);
});

test("reads version 1: what it did not know is as in a new record", () => {
  const { state, parameters, watermark, offsetSteps, anchor } = SAMPLE;
  const { failures, lastFailureAtUs, locked, lastAcceptedAtUs } = SAMPLE;
  const known = { state, parameters, watermark, offsetSteps, anchor };
  const counted = { failures, lastFailureAtUs, locked, lastAcceptedAtUs };
  const fresh = newRecord(parameters);
  expect(decodeRecord(fromHex(V1_HEX))).toEqual({ ...fresh, ...known, ...counted });
  expect(() => decodeRecord(fromHex(V1_HEX).subarray(0, 65))).toThrow("66 bytes, not 65");
  expect(() => decodeRecord(fromHex(V1_HEX.replace("0807", "0806")))).toThrow("checksum");
});

test("a record without a tracker stays small, and none is above 1 KiB", () => {
  expect(encodeRecord(newRecord(totpParameters())).length).toBe(80);
  const most = TrackedClock.from(new Uint8Array(MAX_TRACKER_BYTES));
  const jumps = Array.from(
    { length: MAX_JUMPS },
    () => ({ atUs: 1, seconds: 1, kind: "step" }) as const,
  );
  expect(encodeRecord({ ...DATED, jumps, trackedClock: most }).length).toBe(MAX_RECORD_BYTES);
  expect(MAX_RECORD_BYTES).toBe(659);
});

const integer32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const timeUs = fc.integer({ min: -(2 ** 53), max: 2 ** 53 }).map((us) => us + 0);
const algorithm = fc.constantFrom(...HASH_ALGORITHMS);
const digits = fc.integer({ min: 6, max: 10 });
const parameters = fc.oneof(
  fc.record({ algorithm, digits }).map(hotpParameters),
  fc
    .record({
      algorithm,
      digits,
      stepSeconds: fc.integer({ min: 1, max: 86_400 }),
      t0: fc.integer({ min: -0x8000_0000, max: 0xffff_ffff }),
    })
    .map(totpParameters),
);
const record: fc.Arbitrary<TokenRecord> = fc.record({
  state: fc.constantFrom("created", "enabled", "deactivated", "deleted"),
  parameters,
  watermark: fc.oneof(
    fc.bigInt(-1n, MAX_MOVING_FACTOR),
    fc.constantFrom(-1n, 0n, 2n ** 53n + 1n, 2n ** 63n, MAX_MOVING_FACTOR),
  ),
  offsetSteps: integer32,
  anchor: fc.record({ offsetSteps: integer32, atUs: timeUs }),
  failures: fc.integer({ min: 0, max: 0xffff_ffff }),
  lastFailureAtUs: timeUs,
  locked: fc.boolean(),
  lockedUntilUs: fc.option(timeUs),
  guesses: fc.record({ count: fc.integer({ min: 0, max: 0xffff_ffff }), sinceUs: timeUs }),
  lastAcceptedAtUs: fc.option(timeUs),
  clock: fc.constantFrom(...CLOCK_CLASSES),
  isTracked: fc.boolean(),
  trackedClock: fc.option(
    fc.uint8Array({ maxLength: MAX_TRACKER_BYTES }).map((bytes) => TrackedClock.from(bytes)),
  ),
  pendingUntilUs: fc.option(timeUs),
  factorySetAtUs: fc.option(timeUs),
  remembered: fc.option(
    fc.record({ movingFactor: fc.bigInt(0n, MAX_MOVING_FACTOR), atUs: timeUs }),
  ),
  validFromUs: fc.option(timeUs),
  validUntilUs: fc.option(timeUs),
  jumps: fc.array(
    fc.record({ atUs: timeUs, seconds: timeUs, kind: fc.constantFrom(...JUMP_KINDS) }),
    { maxLength: MAX_JUMPS },
  ),
});

test("reads back every record it writes, from a buffer of any place", () => {
  fc.assert(
    fc.property(record, fc.integer({ min: 0, max: 9 }), (value, at) => {
      const bytes = encodeRecord(value);
      const page = new Uint8Array(bytes.length + 20);
      page.set(bytes, at);
      const read = decodeRecord(page.subarray(at, at + bytes.length));
      expect(read).toEqual(value);
      expect(encodeRecord(read)).toEqual(bytes);
    }),
  );
});

test("refuses a record cut short at every length, and one that is longer", () => {
  const bytes = encodeRecord(SAMPLE);
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeRecord(bytes.subarray(0, length))).toThrow(RecordFormatError);
  }
  expect(() => decodeRecord(new Uint8Array([...bytes, 0]))).toThrow(RecordFormatError);
});

test("refuses a record with any one bit turned over", () => {
  const bytes = encodeRecord(SAMPLE);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = bytes.slice();
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(() => decodeRecord(damaged), `bit ${bit}`).toThrow(RecordFormatError);
  }
});

test.each<[string, number, readonly number[]]>([
  ["the next version", 0, [3]],
  ["an unknown state", 1, [4]],
  ["an unknown kind", 2, [2]],
  ["an unknown algorithm", 3, [3]],
  ["5 digits", 4, [5]],
  ["11 digits", 4, [11]],
  ["a part less than its flags say", 5, [0x7f]],
  ["an unknown clock class", 6, [3]],
  ["a part of a newer oathbed", 7, [8]],
  ["a date it does not have", 7, [1]],
  ["jumps it does not have", 7, [4]],
  ["a step of 0 seconds", 8, [0, 0, 0, 0]],
  ["a t0 out of range", 12, [0, 0, 0, 2, 0, 0, 0, 0]],
  ["an anchor at no number", 36, [0x7f, 0xf8]],
  ["a failure at infinity", 48, [0x7f, 0xf0, 0, 0, 0, 0, 0, 0]],
  ["an acceptance at no number", 56, [0x7f, 0xf8]],
  ["a day that begins at no number", 68, [0x7f, 0xf8]],
  ["a lock until no number", 76, [0x7f, 0xf8]],
  ["a tracker longer than it is", 116, [0, 37]],
  ["a tracker shorter than it is", 116, [0, 35]],
])("refuses %s though the checksum fits", (_, at, values) => {
  const bytes = encodeRecord(SAMPLE);
  bytes.set(values, at);
  expect(() => decodeRecord(withChecksum(bytes))).toThrow(RecordFormatError);
});

test("a new record has spent nothing, or all counters before its first", () => {
  expect(newRecord(totpParameters()).watermark).toBe(-1n);
  expect(newRecord(hotpParameters(), { counter: 5n }).watermark).toBe(4n);
  expect(newRecord(hotpParameters(), { counter: MAX_MOVING_FACTOR }).watermark).toBe(
    2n ** 64n - 2n,
  );
  expect(newRecord(hotpParameters(), { counter: 5n, watermark: 9n }).watermark).toBe(9n);
});

test.each([-1n, 2n ** 64n])("refuses the first counter %s", (counter) => {
  expect(() => newRecord(hotpParameters(), { counter })).toThrow(/counter must be from 0/);
});

test("refuses a counter for a TOTP token", () => {
  expect(() => newRecord(totpParameters(), { counter: 1n })).toThrow(/belongs to HOTP/);
});

test("consuming raises the watermark, never lowers it, and forgets failures", () => {
  const record = { ...newRecord(totpParameters()), watermark: 7n, failures: 2, lastFailureAtUs: 1 };
  const forgotten = { failures: 0, lastFailureAtUs: 0, lastAcceptedAtUs: 5 };
  expect(consume(record, 9n, 5)).toEqual({ ...record, ...forgotten, watermark: 9n });
  expect(consume(record, 6n, 5)).toEqual({ ...record, ...forgotten });
});
