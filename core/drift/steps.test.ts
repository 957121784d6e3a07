import fc from "fast-check";
import { expect, test } from "vitest";
import { RFC6238_VECTORS } from "../oath/vectors.ts";
import { SECOND_US } from "../time/clock.ts";
import { offsetBoundsSeconds, stepStartUs, timeStepAt, untilNextStepUs } from "./steps.ts";

const USUAL = { stepSeconds: 30, t0: 0 };

test.each(RFC6238_VECTORS)("Unix time $seconds is in step $timeStep (RFC 6238 B)", (vector) => {
  expect(timeStepAt(vector.seconds * SECOND_US, USUAL)).toBe(vector.timeStep);
});

// Seconds, step size, T0, step.
test.each<[number, number, number, bigint]>([
  [0, 30, 0, 0n],
  [29, 30, 0, 0n],
  [30, 30, 0, 1n],
  [59, 60, 0, 0n],
  [60, 60, 0, 1n],
  [-1, 30, 0, -1n],
  [-30, 30, 0, -1n],
  [-31, 30, 0, -2n],
  [99, 30, 100, -1n],
  [100, 30, 100, 0n],
  [129, 30, 100, 0n],
  [130, 30, 100, 1n],
  [0, 30, -1, 0n],
  [29, 30, -1, 1n],
  [2 ** 31 - 1, 30, 0, 71_582_788n],
  [2 ** 31, 30, 0, 71_582_788n],
  [2 ** 31, 1, 0, 2n ** 31n],
  [2 ** 32 - 1, 1, 0, 2n ** 32n - 1n],
  [2 ** 32, 1, 0, 2n ** 32n],
  [20_000_000_000, 1, 0, 20_000_000_000n],
  [30 * 2 ** 32 - 1, 30, 0, 2n ** 32n - 1n],
  [30 * 2 ** 32, 30, 0, 2n ** 32n],
  [0, 30, 2 ** 32 - 1, -143_165_577n],
])("second %i with X = %i, T0 = %i is in step %s", (seconds, stepSeconds, t0, step) => {
  expect(timeStepAt(seconds * SECOND_US, { stepSeconds, t0 })).toBe(step);
});

test.each([59, 1_767_225_600, 2 ** 31, 2 ** 32, 9_000_000_000])(
  "the microsecond before second %i is in the second before",
  (seconds) => {
    const grid = { stepSeconds: 1, t0: 0 };
    expect(timeStepAt(seconds * SECOND_US - 1, grid)).toBe(BigInt(seconds - 1));
    expect(timeStepAt(seconds * SECOND_US, grid)).toBe(BigInt(seconds));
    expect(timeStepAt(seconds * SECOND_US + 1, grid)).toBe(BigInt(seconds));
  },
);

test("a time beyond exact microseconds still falls into its own second", () => {
  // Above 2^53 microseconds neighbouring numbers are 4 apart.
  const second = 20_000_000_000 * SECOND_US;
  const grid = { stepSeconds: 1, t0: 0 };
  expect(timeStepAt(second - 4, grid)).toBe(19_999_999_999n);
  expect(timeStepAt(second + 4, grid)).toBe(20_000_000_000n);
});

test("fractions of a microsecond fall into their own step", () => {
  expect(timeStepAt(30 * SECOND_US - 0.001, USUAL)).toBe(0n);
  expect(timeStepAt(-0.001, USUAL)).toBe(-1n);
});

test("a step begins where its first microsecond is", () => {
  expect(stepStartUs(1n, USUAL)).toBe(30 * SECOND_US);
  expect(stepStartUs(-1n, { stepSeconds: 30, t0: 100 })).toBe(70 * SECOND_US);
  expect(stepStartUs(2n ** 32n, { stepSeconds: 1, t0: 0 })).toBe(4_294_967_296_000_000);
});

test("the next step is a whole step away at the start and a microsecond at the end", () => {
  expect(untilNextStepUs(30 * SECOND_US, USUAL)).toBe(30 * SECOND_US);
  expect(untilNextStepUs(30 * SECOND_US + 1, USUAL)).toBe(30 * SECOND_US - 1);
  expect(untilNextStepUs(60 * SECOND_US - 1, USUAL)).toBe(1);
});

test("a step holds every time from its start to the next step's, and no other", () => {
  const grid = fc.record({
    stepSeconds: fc.integer({ min: 1, max: 86_400 }),
    t0: fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 51), max: 2 ** 52 }), grid, (atUs, grid) => {
      const step = timeStepAt(atUs, grid);
      expect(stepStartUs(step, grid)).toBeLessThanOrEqual(atUs);
      expect(stepStartUs(step + 1n, grid)).toBeGreaterThan(atUs);
      expect(atUs + untilNextStepUs(atUs, grid)).toBe(stepStartUs(step + 1n, grid));
    }),
  );
});

test("a code of the current step says that the token is anywhere in it", () => {
  expect(offsetBoundsSeconds(2n, 70 * SECOND_US, USUAL)).toEqual({
    lowSeconds: -10,
    highSeconds: 20,
  });
});

test("the bounds of an offset hold the true one, low end included, high end not", () => {
  const second = fc.integer({ min: 0, max: 4_000_000_000 });
  const offsetUs = fc.integer({ min: -(10 ** 9), max: 10 ** 9 });
  fc.assert(
    fc.property(second, offsetUs, fc.integer({ min: 1, max: 600 }), (at, offsetUs, stepSeconds) => {
      const grid = { stepSeconds, t0: 0 };
      const atUs = at * SECOND_US;
      const step = timeStepAt(atUs + offsetUs, grid);
      const { lowSeconds, highSeconds } = offsetBoundsSeconds(step, atUs, grid);
      expect(lowSeconds).toBeLessThanOrEqual(offsetUs / SECOND_US);
      expect(highSeconds).toBeGreaterThan(offsetUs / SECOND_US);
      expect(highSeconds - lowSeconds).toBe(stepSeconds);
    }),
  );
});
