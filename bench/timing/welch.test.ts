import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/time/random.ts";
import { timingT, WELCH_THRESHOLD, welchT } from "./welch.ts";

describe("Welch's t", () => {
  it("is that of R's t.test on its sleep data", () => {
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    expect(welchT(first, second)).toBeCloseTo(-1.8608, 4);
  });

  it("is 0 for the same samples, and without bound for constants that differ", () => {
    expect(welchT([2, 2], [2, 2])).toBe(0);
    expect(welchT([1, 1], [2, 2])).toBe(-Infinity);
  });

  it("takes two values or more of each", () => {
    expect(() => welchT([1], [1, 2])).toThrow(RangeError);
  });
});

describe("|t| of times", () => {
  const random = createRandom(11).fork("times");
  const times = (meanUs: number): number[] =>
    Array.from({ length: 4000 }, () => {
      const isInterrupted = random.unit() < 0.05;
      return meanUs + random.normal() + (isInterrupted ? 1000 * random.unit() : 0);
    });

  it("tells a tenth of a deviation, through interrupts a thousand times as long", () => {
    const [fast, slow] = [times(10), times(10.2)];
    expect(Math.abs(welchT(fast, slow))).toBeLessThan(WELCH_THRESHOLD);
    expect(timingT(fast, slow)).toBeGreaterThan(WELCH_THRESHOLD);
  });

  it("does not tell what is the same", () => {
    expect(timingT(times(10), times(10))).toBeLessThan(WELCH_THRESHOLD);
  });
});
