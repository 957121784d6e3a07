import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { totpParameters } from "../../../core/oath/parameters.ts";
import { newRecord } from "../../record.ts";
import { encodeRecord } from "../../record-codec.ts";
import { packRecord, unpackRecord, unpackStart } from "./packed.ts";

const BYTE = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 255 }));

test("whatever is packed comes back, with its checksum", () => {
  fc.assert(
    fc.property(fc.array(BYTE, { minLength: 1, maxLength: 300 }), (bytes) => {
      const record = new Uint8Array(bytes.length + 4);
      record.set(bytes);
      new DataView(record.buffer).setUint32(bytes.length, crc32(Uint8Array.from(bytes)));
      const packed = packRecord(record);
      expect(unpackRecord(packed)).toEqual(record);
      const start = new Uint8Array(24);
      start.set(record.subarray(0, Math.min(24, bytes.length)));
      expect(unpackStart(packed, 24)).toEqual(start);
    }),
  );
});

test("a new record takes less than half", () => {
  const record = encodeRecord(newRecord(totpParameters()));
  expect(packRecord(record).length).toBeLessThan(record.length / 2);
});
