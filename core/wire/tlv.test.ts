import fc from "fast-check";
import { expect, test } from "vitest";
import { bytes } from "./testing/frames.ts";
import { decodeTlv, decodeTlvs, encodeTlv, encodeTlvs, MAX_TLV_BYTES } from "./tlv.ts";

test("reads the objects of a SELECT answer", () => {
  expect(decodeTlvs(bytes("79 03 05 04 03 71 08 00 01 02 03 04 05 06 07"))).toEqual({
    kind: "tlvs",
    tlvs: [
      { tag: 0x79, value: bytes("05 04 03") },
      { tag: 0x71, value: bytes("00 01 02 03 04 05 06 07") },
    ],
  });
});

test("takes an empty value, and no objects at all", () => {
  expect(decodeTlvs(bytes("7300"))).toEqual({
    kind: "tlvs",
    tlvs: [{ tag: 0x73, value: bytes("") }],
  });
  expect(decodeTlvs(bytes(""))).toEqual({ kind: "tlvs", tlvs: [] });
});

test.each([
  [0x7f, "71 7F"],
  [0x80, "71 81 80"],
  [0xff, "71 81 FF"],
  [0x100, "71 82 01 00"],
  [MAX_TLV_BYTES, "71 82 FF FF"],
])("writes a length of %i in the shortest form", (length, head) => {
  const encoded = encodeTlv(0x71, new Uint8Array(length));
  expect(encoded.subarray(0, encoded.length - length)).toEqual(bytes(head));
  expect(decodeTlv(encoded)).toMatchObject({ kind: "tlv", end: encoded.length });
});

test("reads a length in a longer form than needed", () => {
  expect(decodeTlv(bytes("71 83 00 00 02 AA BB"))).toEqual({
    kind: "tlv",
    tlv: { tag: 0x71, value: bytes("AA BB") },
    end: 7,
  });
});

test.each([
  ["no tag", "", "no tag at offset 0"],
  ["no length", "71", "no length after the tag at offset 0"],
  ["a short value", "71 02 AA", "value of 2 bytes at offset 2, 1 left"],
  ["the indefinite length", "71 80", "length of 0 bytes at offset 1"],
  ["a length of four bytes", "71 84 00 00 00 00", "length of 4 bytes at offset 1"],
  ["half a length", "71 82 01", "length cut short at offset 1"],
])("finds %s malformed", (_, hex, problem) => {
  expect(decodeTlv(bytes(hex))).toEqual({ kind: "malformed", problem });
});

test("finds the whole malformed when something is left over", () => {
  expect(decodeTlvs(bytes("71 01 AA 78")).kind).toBe("malformed");
});

test.each([-1, 256, 1.5])("writes no tag %d", (tag) => {
  expect(() => encodeTlv(tag, bytes(""))).toThrow(RangeError);
});

test("writes no value longer than 65,535 bytes", () => {
  expect(() => encodeTlv(0x71, new Uint8Array(MAX_TLV_BYTES + 1))).toThrow(RangeError);
});

test("gives back what it was given", () => {
  const tlv = fc.record({ tag: fc.nat(255), value: fc.uint8Array({ maxLength: 300 }) });
  fc.assert(
    fc.property(fc.array(tlv, { maxLength: 8 }), (tlvs) => {
      expect(decodeTlvs(encodeTlvs(tlvs))).toEqual({ kind: "tlvs", tlvs });
    }),
  );
});
