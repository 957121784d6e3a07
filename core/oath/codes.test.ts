import fc from "fast-check";
import { expect, test } from "vitest";
import { isCode, movingFactorBytes, parseUnsigned } from "./codes.ts";

test.each([
  ["755224", 6],
  ["07081804", 8],
  ["000000", 6],
  ["1284755224", 10],
])("takes %j as a code of %i digits", (text, digits) => {
  expect(isCode(text, digits)).toBe(true);
});

test.each([
  ["a digit short", "75522"],
  ["a digit long", "7552240"],
  ["empty", ""],
  ["a plus sign", "+75522"],
  ["a minus sign", "-75522"],
  ["a space in front", " 75522"],
  ["a line feed behind", "75522\n"],
  ["a point", "755.24"],
  ["an exponent", "7552e4"],
  ["hexadecimal", "0x7552"],
  ["the character before 0", "/75522"],
  ["the character after 9", "75522:"],
  ["full-width digits", "\uff17\uff15\uff15\uff12\uff12\uff14"],
  ["Arabic-Indic digits", "\u0667\u0665\u0665\u0662\u0662\u0664"],
  ["a number", 755224],
  ["null", null],
  ["undefined", undefined],
  ["an array", ["7", "5", "5", "2", "2", "4"]],
  ["4 KiB of digits", "7".repeat(4096)],
])("refuses %s as a code", (_, text) => {
  expect(isCode(text, 6)).toBe(false);
});

test.each<[bigint, string]>([
  [0n, "0000000000000000"],
  [1n, "0000000000000001"],
  [0x7fff_ffffn, "000000007fffffff"],
  [0x1_0000_0000n, "0000000100000000"],
  [2n ** 53n + 1n, "0020000000000001"],
  [2n ** 63n, "8000000000000000"],
  [2n ** 64n - 1n, "ffffffffffffffff"],
])("writes the moving factor %s as eight big-endian bytes", (movingFactor, hex) => {
  expect(Buffer.from(movingFactorBytes(movingFactor)).toString("hex")).toBe(hex);
});

test.each([-1n, 2n ** 64n, -(2n ** 63n)])("refuses the moving factor %s", (movingFactor) => {
  expect(() => movingFactorBytes(movingFactor)).toThrow(RangeError);
});

test.each<[string, bigint]>([
  ["0", 0n],
  ["00", 0n],
  ["0059", 59n],
  ["4294967296", 2n ** 32n],
  ["9007199254740993", 2n ** 53n + 1n],
  ["18446744073709551615", 2n ** 64n - 1n],
])("reads %j as a number", (text, value) => {
  expect(parseUnsigned(text)).toEqual({ kind: "number", value });
});

test.each([
  "",
  " 1",
  "1 ",
  "+1",
  "-1",
  "1.0",
  "1e3",
  "0x10",
  "1_000",
  "1n",
  "\uff11",
  "9".repeat(21),
  "0".repeat(21),
])("reads %j as no number", (text) => {
  expect(parseUnsigned(text)).toEqual({ kind: "malformed" });
});

test("refuses numbers above 2^64 - 1, or above the maximum given", () => {
  expect(parseUnsigned("18446744073709551616")).toEqual({ kind: "too-large" });
  expect(parseUnsigned("99999999999999999999")).toEqual({ kind: "too-large" });
  expect(parseUnsigned("10", 10n)).toEqual({ kind: "number", value: 10n });
  expect(parseUnsigned("11", 10n)).toEqual({ kind: "too-large" });
});

test("reads back every 64-bit number", () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (value) => {
      expect(parseUnsigned(String(value))).toEqual({ kind: "number", value });
      const view = new DataView(movingFactorBytes(value).buffer);
      expect(view.getBigUint64(0)).toBe(value);
    }),
  );
});
