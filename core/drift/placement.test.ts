import { expect, test } from "vitest";
import { bestReadTime, remainderOf } from "./placement.ts";

/** A square of rates and offsets from -1 to 1. */
const SQUARE = [
  { rate: -1, offset: -1 },
  { rate: 1, offset: -1 },
  { rate: 1, offset: 1 },
  { rate: -1, offset: 1 },
];
const ALL = Number.NEGATIVE_INFINITY;

test("what a cut leaves of a square: nothing, a half, a corner, all", () => {
  expect(remainderOf(SQUARE, 0, ALL, 1)).toEqual({ area: 4, rates: 2 });
  expect(remainderOf(SQUARE, 0, 0, 1)).toEqual({ area: 2, rates: 2 });
  expect(remainderOf(SQUARE, 0, 2, 1).area).toBe(0);
  // Offset + rate >= 1: the triangle of the corners (0, 1), (1, 0), (1, 1).
  expect(remainderOf(SQUARE, 1, 1, 1)).toEqual({ area: 0.5, rates: 1 });
  expect(remainderOf(SQUARE, 1, 1, -1)).toEqual({ area: 3.5, rates: 2 });
  expect(remainderOf([], 0, 0, 1)).toEqual({ area: 0, rates: 0 });
});

const clocks = (half: number, rate: number) => [
  { rate: -rate, offset: -half },
  { rate, offset: -half },
  { rate, offset: half },
  { rate: -rate, offset: half },
];
const input = (half: number, roundTrips: readonly number[]) => ({
  corners: clocks(half, 1e-6),
  at: 0,
  edge: 30,
  roundTrips,
  leastLatencySeconds: 0,
  lagSeconds: 0,
  aim: "area" as const,
});

test("a quick read looks in the middle of the window, a slow one is asked for as much earlier", () => {
  expect(bestReadTime(input(5, []))).toBeCloseTo(30, 1);
  expect(bestReadTime(input(5, [1, 1, 1]))).toBeCloseTo(29.5, 1);
});

test("a token that shows a code too long is asked later", () => {
  const late = bestReadTime({ ...input(0.5, [0.01]), lagSeconds: 0.3 });
  expect(late).toBeGreaterThan(bestReadTime(input(0.5, [0.01])) + 0.01);
});

test("a polygon without area is met in its middle", () => {
  expect(bestReadTime(input(0, [0.01]))).toBeCloseTo(30 - 0.005, 3);
});
