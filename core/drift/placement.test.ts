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

test.each([
  ["all", SQUARE, 0, ALL, 1, 4, 2],
  ["a half", SQUARE, 0, 0, 1, 2, 2],
  ["nothing", SQUARE, 0, 2, 1, 0, 0],
  // Offset + rate >= 1: the triangle of the corners (0, 1), (1, 0), (1, 1).
  ["a corner", SQUARE, 1, 1, 1, 0.5, 1],
  ["all but a corner", SQUARE, 1, 1, -1, 3.5, 2],
  ["nothing of nothing", [], 0, 0, 1, 0, 0],
] as const)("a cut leaves %s of a square", (_, corners, later, level, side, area, rates) => {
  const left = remainderOf(corners, later, level, side);
  expect([left.area, left.rates]).toEqual([area, rates]);
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
