import { expect, test } from "vitest";
import { nearest, UsageError } from "./usage-error.ts";
import { decimalOf, randomSeedOf, wholeOf } from "./values.ts";

test.each([
  ["0", 0],
  ["007", 7],
  ["100", 100],
])("%j is a whole number up to 100", (text, value) => {
  expect(wholeOf("max", text, 0, 100)).toBe(value);
});

test.each(["", "-1", "+1", "1.0", "1e2", "0x10", " 1", "１", "101", "9".repeat(400)])(
  "%j is no whole number up to 100",
  (text) => {
    expect(() => wholeOf("max", text, 0, 100)).toThrow(UsageError);
    expect(() => wholeOf("max", text, 0, 100)).toThrow(/^--max must be a whole number from 0/);
  },
);

test.each([
  ["-95", -95],
  ["+12.5", 12.5],
  ["0.000001", 0.000001],
])("%j is a decimal number", (text, value) => {
  expect(decimalOf("ppm", text, 100)).toBe(value);
});

test.each(["", "1e2", "NaN", "Infinity", "--5", "1.", ".5", "100.1"])(
  "%j is no decimal number up to 100",
  (text) => expect(() => decimalOf("ppm", text, 100)).toThrow(UsageError),
);

test("a random seed is drawn when none is given, within 32 bits", () => {
  const seeds = Array.from({ length: 50 }, () => randomSeedOf(undefined));
  expect(new Set(seeds).size).toBeGreaterThan(45);
  expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
  expect(randomSeedOf("4294967295")).toBe(4294967295);
  expect(() => randomSeedOf("4294967296")).toThrow(UsageError);
});

test.each([
  ["jsn", "json"],
  ["devise", "device"],
  ["virtual", "virtual"],
])("%s is most like %s", (given, found) => {
  expect(nearest(given, ["json", "device", "virtual"])).toBe(found);
});

test("what is like nothing gets no suggestion", () => {
  expect(nearest("zzz", ["json", "device"])).toBeUndefined();
  expect(nearest("", ["json"])).toBeUndefined();
  expect(nearest("x".repeat(100_000), ["json"])).toBeUndefined();
});
