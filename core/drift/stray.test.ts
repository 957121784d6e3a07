// Acceptance check 20 of the protocol notes on clock drift, section F, on the bends themselves; the
// oscillators that bend so are tested in bench/drift.

import { expect, test } from "vitest";
import { createRandom } from "../time/random.ts";
import { readingConstraint } from "./constraints.ts";
import { FeasibleClocks, type Interval } from "./feasible.ts";
import { centroidOf, offsetsWithRate, polygonOf } from "./polygon.ts";
import { leastStray, withStray } from "./stray.ts";

const HOUR = 3600;

/** Clocks that fit a token whose offset is `offsetOf`, each edge known to `width` seconds. */
function clocksOf(offsetOf: (at: number) => number, hours: number, width = 0.01): FeasibleClocks {
  const clocks = new FeasibleClocks({ rateLow: -2e-4, rateHigh: 2e-4 });
  for (let at = 0; at <= hours * HOUR; at += 60) {
    const offset = offsetOf(at);
    const half = width / 2;
    clocks.add({ lowerAt: at, lower: offset - half, upperAt: at, upper: offset + half });
  }
  return clocks;
}

test("a straight clock strays 0 seconds", () => {
  expect(
    leastStray(
      clocksOf((at) => 3 + 4e-5 * at, 24),
      0,
    ).straySeconds,
  ).toBe(0);
});

test("a sine of 0.27 s strays more than 0.2 s, no silently narrow interval (F20)", () => {
  const bent = clocksOf((at) => 0.27 * Math.sin((2 * Math.PI * at) / (24 * HOUR)), 48);
  expect(bent.isFeasible).toBe(false);
  const { straySeconds } = leastStray(bent, 0);
  expect(straySeconds).toBeGreaterThan(0.2);
  expect(straySeconds).toBeLessThan(0.27);
});

test("a saw-tooth of 2 hours at 20 ppm strays at least 25 ms (F20)", () => {
  const trimmed = clocksOf((at) => -20e-6 * (at % 7200), 48);
  expect(leastStray(trimmed, 0).straySeconds).toBeGreaterThanOrEqual(0.025);
});

test("with the least stray a clock fits, with a thousandth less none does", () => {
  const random = createRandom(21);
  for (let run = 0; run < 200; run++) {
    const clocks = clocksOf(() => random.normal() * 0.1, 2);
    const { straySeconds, line } = leastStray(clocks, 100);
    expect(withStray(clocks, straySeconds * 1.001).isFeasible).toBe(true);
    expect(withStray(clocks, straySeconds * 0.999).isFeasible).toBe(false);
    const relaxed = offsetsWithRate(withStray(clocks, straySeconds * 1.001), line.rate, 100);
    expect(relaxed.low).toBeLessThanOrEqual(line.offset);
    expect(line.offset).toBeLessThanOrEqual(relaxed.high);
  }
});

test("each corner of the polygon fits every reading, and its extremes are the bounds", () => {
  const random = createRandom(22);
  for (let run = 0; run < 200; run++) {
    const clocks = new FeasibleClocks({ rateLow: -1e-3, rateHigh: 1e-3 });
    const readings = Array.from({ length: 12 }, (_, index) => {
      const from = index * 40 + random.unit();
      return readingConstraint(
        { from, to: from + random.unit(), step: Math.floor((from + 0.5) / 30) },
        { stepSeconds: 30 },
      );
    });
    for (const reading of readings) clocks.add(reading);
    const corners = polygonOf(clocks, 200);
    for (const { rate, offset } of corners) {
      for (const { lowerAt, lower, upperAt, upper } of readings) {
        expect(offset + rate * (lowerAt - 200)).toBeGreaterThanOrEqual(lower - 1e-9);
        expect(offset + rate * (upperAt - 200)).toBeLessThanOrEqual(upper + 1e-9);
      }
    }
    const bounds: Interval = clocks.offsetAt(200);
    expect(Math.max(...corners.map(({ offset }) => offset))).toBeCloseTo(bounds.high, 9);
    expect(Math.min(...corners.map(({ offset }) => offset))).toBeCloseTo(bounds.low, 9);
  }
});

test("the centre of a parallelogram is its middle", () => {
  const clocks = new FeasibleClocks({ rateLow: -1e-4, rateHigh: 1e-4 });
  clocks.add({ lowerAt: 0, lower: -1, upperAt: 0, upper: 3 });
  const centre = centroidOf(clocks, 0);
  expect(centre?.rate).toBeCloseTo(0, 12);
  expect(centre?.offset).toBeCloseTo(1, 12);
});

test("no clock has no polygon and no centre", () => {
  const clocks = clocksOf((at) => (at % 120 === 0 ? 0 : 5), 1);
  expect(polygonOf(clocks, 0)).toEqual([]);
  expect(centroidOf(clocks, 0)).toBeNull();
});
