import { expect, test } from "vitest";
import { CRC16_RESIDUE, crc16, crc32OfWords } from "./crc.ts";
import { bytes, utf8 } from "./testing/frames.ts";

test("computes the document's CRC-16", () => {
  expect(crc16(utf8("123456789"))).toBe(0x6f91);
  expect(crc16(bytes(`0000000000000001${"00".repeat(56)}`))).toBe(0x8eb9);
});

test("leaves the residue over bytes with their complemented CRC", () => {
  expect(crc16(bytes("75A48A19D4CBE100644E8AC1397EEA747A2D33AB 1B6E"))).toBe(CRC16_RESIDUE);
});

test("computes the document's CRC-32 over words", () => {
  expect(crc32OfWords(new Uint8Array(60))).toBe(0xef6eb7df);
  expect(crc32OfWords(bytes(`0B013B${"00".repeat(57)}`))).toBe(0xb423f51c);
});

test("computes no CRC-32 over a part of a word", () => {
  expect(() => crc32OfWords(new Uint8Array(59))).toThrow(RangeError);
});
