import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeModhex, encodeModhex } from "./modhex.ts";
import { bytes } from "./testing/frames.ts";

test("writes and reads every letter", () => {
  expect(encodeModhex(bytes("0123456789ABCDEF"))).toBe("cbdefghijklnrtuv");
  expect(decodeModhex("cbdefghijklnrtuv")).toEqual({
    kind: "bytes",
    bytes: bytes("0123456789ABCDEF"),
  });
});

test("reads upper case, as Caps Lock types it", () => {
  expect(decodeModhex("CBDE")).toEqual({ kind: "bytes", bytes: bytes("0123") });
});

test.each(["c", "ca", "c1", "c ", "c".repeat(5000)])("finds %j malformed", (text) => {
  expect(decodeModhex(text).kind).toBe("malformed");
});

test("reads back what it writes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (given) => {
      expect(decodeModhex(encodeModhex(given))).toEqual({ kind: "bytes", bytes: given });
    }),
  );
});
