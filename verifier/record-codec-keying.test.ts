import fc from "fast-check";
import { expect, test } from "vitest";
import {
  HASH_ALGORITHMS,
  hotpParameters,
  type OathParameters,
  totpParameters,
} from "../core/oath/parameters.ts";
import { newRecord, type TokenRecord } from "./record.ts";
import { encodeUnchecked } from "./record-codec.ts";
import { KEYING_BYTES, KeyingReader } from "./record-codec-keying.ts";
import { RecordFormatError } from "./record-fields.ts";

function startOf(parameters: OathParameters, more: Partial<TokenRecord> = {}): Uint8Array {
  return encodeUnchecked({ ...newRecord(parameters), ...more }).slice(0, KEYING_BYTES);
}

test("reads the parameters of one record after another, whatever changes between them", () => {
  const algorithm = fc.constantFrom(...HASH_ALGORITHMS);
  const digits = fc.integer({ min: 6, max: 10 });
  const stepSeconds = fc.constantFrom(1, 30, 60, 86_400);
  const t0 = fc.constantFrom(0, 1, 256, -1, -0x8000_0000, 0xffff_ffff);
  const parameters = fc.oneof(
    fc.record({ algorithm, digits }).map(hotpParameters),
    fc.record({ algorithm, digits, stepSeconds, t0 }).map(totpParameters),
  );
  const reader = new KeyingReader();
  fc.assert(
    fc.property(fc.array(parameters), (all) => {
      expect(all.map((one) => reader.read(startOf(one)))).toEqual(all);
    }),
  );
});

test("sees a change of any one byte of the parameters", () => {
  const reader = new KeyingReader();
  const given: OathParameters[] = [
    ...[1, 2, 258, 65_794].map((stepSeconds) => totpParameters({ stepSeconds })),
    ...[1, 2, 258, 65_794, 16_843_010, -0x7efe_fefe].map((t0) => totpParameters({ t0 })),
    ...[6, 7].map((digits) => hotpParameters({ digits })),
    ...HASH_ALGORITHMS.map((algorithm) => hotpParameters({ algorithm })),
  ];
  expect(given.map((one) => reader.read(startOf(one)))).toEqual(given);
});

test("gives one object for records that differ in all else", () => {
  const reader = new KeyingReader();
  const parameters = totpParameters({ stepSeconds: 60 });
  const first = reader.read(startOf(parameters));
  const other = { state: "enabled", locked: true, clock: "tcxo", watermark: 2n ** 63n } as const;
  expect(reader.read(startOf(parameters, other))).toBe(first);
  expect(reader.read(startOf(parameters, { state: "deleted" }))).toBeNull();
  expect(reader.read(startOf(parameters))).toBe(first);
});

test.each<[string, number, number]>([
  ["state", 1, 4],
  ["kind", 2, 2],
  ["algorithm", 3, 3],
  ["number of digits", 4, 11],
  ["number of seconds", 11, 0],
])("refuses an unknown %s each time, and reads the next record", (_, at, value) => {
  const reader = new KeyingReader();
  const parameters = totpParameters();
  const damaged = startOf(parameters);
  damaged[at] = value;
  expect(() => reader.read(damaged)).toThrow(RecordFormatError);
  expect(reader.read(startOf(parameters))).toEqual(parameters);
  expect(() => reader.read(damaged)).toThrow(RecordFormatError);
});
