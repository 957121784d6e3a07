import { expect, test } from "vitest";
import { MAX_CODES } from "../engines/engine.ts";
import { fakeKey } from "../testing/desk.ts";
import { matches, pairMatches } from "./search.ts";

test("a code is found wherever a piece of the search ends", () => {
  const last = 2 * MAX_CODES;
  for (const at of [0, 1, MAX_CODES - 1, MAX_CODES, MAX_CODES + 1, last - 1, last]) {
    const key = fakeKey((factor) =>
      factor === at ? "000001" : factor === at + 1 ? "000002" : "9",
    );
    const range = { low: 0n, high: BigInt(last) };
    expect(matches(key, "000001", range)).toEqual([BigInt(at)]);
    expect(pairMatches(key, ["000001", "000002"], range)).toEqual(at < last ? [BigInt(at)] : []);
    expect(pairMatches(key, ["000002", "000001"], range)).toEqual([]);
  }
});

test("a code of ten digits beyond 2^31 matches nothing, and wraps nowhere", () => {
  const key = fakeKey(() => "0000000005");
  expect(matches(key, String(2 ** 32 + 5), { low: 0n, high: 3n })).toEqual([]);
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
