import { createDecipheriv } from "node:crypto";
import { expect, test } from "vitest";
import { keyIdOf, SealError, seal, sealingKey, secretPlace, unseal } from "./seal.ts";

const KEY = sealingKey(Uint8Array.from({ length: 32 }, (_, at) => at));
const SECRET = Buffer.from("12345678901234567890");

test("opens what it sealed, at the same place, and a copy each time", () => {
  const sealed = seal(KEY, SECRET, secretPlace(1));
  const opened = unseal(KEY, sealed, secretPlace(1));
  expect(opened).toEqual(Uint8Array.from(SECRET));
  expect(opened.buffer.byteLength, "in a buffer of its own").toBe(20);
});

test("is AES-256-GCM in the written form", () => {
  const sealed = seal(KEY, SECRET, "place");
  expect(sealed.length).toBe(17 + 20 + 16);
  expect(Buffer.from(sealed.subarray(0, 5)).toString("hex")).toBe(`01${KEY.id}`);
  const decipher = createDecipheriv("aes-256-gcm", KEY.bytes, sealed.subarray(5, 17));
  decipher.setAAD(Buffer.from("place")).setAuthTag(sealed.subarray(-16));
  expect(decipher.update(sealed.subarray(17, -16))).toEqual(SECRET);
  decipher.final();
});

test("the same secret never looks the same", () => {
  const two = [seal(KEY, SECRET, "a"), seal(KEY, SECRET, "a")];
  expect(two[0]).not.toEqual(two[1]);
});

test("does not open at another place, under another key, or with any bit turned over", () => {
  const sealed = seal(KEY, SECRET, secretPlace(1));
  expect(() => unseal(KEY, sealed, secretPlace(2))).toThrow(/moved from another place/);
  const other = sealingKey(new Uint8Array(32));
  expect(() => unseal(other, sealed, secretPlace(1))).toThrow(/another key/);
  for (let at = 0; at < sealed.length; at++) {
    const damaged = sealed.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    expect(() => unseal(KEY, damaged, secretPlace(1)), `byte ${at}`).toThrow(SealError);
  }
});

test("refuses what is too short to be sealed, and keys of another length", () => {
  expect(() => keyIdOf(new Uint8Array(0))).toThrow(SealError);
  expect(() => keyIdOf(seal(KEY, SECRET, "a").subarray(0, 32))).toThrow(SealError);
  expect(() => sealingKey(new Uint8Array(31))).toThrow(/32 bytes/);
});
