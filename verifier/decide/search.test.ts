import fc from "fast-check";
import { expect, test } from "vitest";
import { fakeKey } from "../testing/desk.ts";
import { matches, pairMatches, sameCode } from "./search.ts";

const digits = fc.stringMatching(/^[0-9]{6}$/);

test("two codes are the same when all their digits are", () => {
  fc.assert(
    fc.property(digits, digits, (a, b) => {
      expect(sameCode(a, a)).toBe(true);
      expect(sameCode(a, b)).toBe(a === b);
    }),
  );
  for (const [a, b] of [
    ["123456", "12345"],
    ["12345", "123456"],
    ["", "1"],
    ["123456", "123457"],
    ["123456", "023456"],
  ] as const) {
    expect(sameCode(a, b)).toBe(false);
  }
});

test("moving factors below 0 and above the engine's highest are skipped, not wrapped", () => {
  const asked: number[] = [];
  const key = {
    ...fakeKey((factor) => {
      asked.push(factor);
      return "111111";
    }),
    highestMovingFactor: 3n,
  };
  expect(matches(key, "111111", { low: -5n, high: 9n })).toEqual([0n, 1n, 2n, 3n]);
  expect(asked).toEqual([0, 1, 2, 3]);
  expect(pairMatches(key, ["111111", "111111"], { low: -5n, high: 9n })).toEqual([0n, 1n, 2n]);
  expect(matches(key, "111111", { low: 4n, high: 9n })).toEqual([]);
  expect(pairMatches(key, ["111111", "111111"], { low: 3n, high: 9n })).toEqual([]);
  expect(matches(key, "111111", { low: -9n, high: -1n })).toEqual([]);
});
