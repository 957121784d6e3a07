import { expect, test } from "vitest";
import { createRandom, type Random } from "../time/random.ts";
import { FeasibleClocks, type OffsetConstraint } from "./feasible.ts";
import { UpperHull } from "./hull.ts";

/** Readings of a clock offset(u) = theta + rho * u, each narrowed to between 0 and `width`. */
function readings(random: Random, count: number, theta: number, rho: number): OffsetConstraint[] {
  const span = 10 ** (1 + 5 * random.unit());
  const times = Array.from({ length: count }, () => random.unit() * span).sort((a, b) => a - b);
  return times.map((upperAt) => {
    const lowerAt = upperAt + random.unit() * 5;
    const width = 30 * random.unit();
    const share = random.unit();
    return {
      lowerAt,
      lower: theta + rho * lowerAt - share * width,
      upperAt,
      upper: theta + rho * upperAt + (1 - share) * width,
    };
  });
}

/** The same extremes from every pair of points, with no hull. */
function bruteRates(all: readonly OffsetConstraint[]): { low: number; high: number } {
  let low = -1;
  let high = 1;
  for (const { lowerAt, lower } of all) {
    for (const { upperAt, upper } of all) {
      const run = upperAt - lowerAt;
      if (run > 0) high = Math.min(high, (upper - lower) / run);
      if (run < 0) low = Math.max(low, (upper - lower) / run);
    }
  }
  return { low, high };
}

/** Highest offset at `at` over a fine grid of rates, all constraints looked at. */
function bruteHighest(all: readonly OffsetConstraint[], at: number): number {
  const { low, high } = bruteRates(all);
  let best = Number.NEGATIVE_INFINITY;
  for (let step = 0; step <= 4000; step++) {
    const rate = low + ((high - low) * step) / 4000;
    const value = Math.min(...all.map(({ upperAt, upper }) => upper + rate * (at - upperAt)));
    best = Math.max(best, value);
  }
  return best;
}

test("gives the rates that every pair of readings gives, in 500 random sets", () => {
  const random = createRandom(11);
  for (let set = 0; set < 500; set++) {
    const rho = (random.unit() - 0.5) * 4e-4;
    const all = readings(random, random.integer(1, 60), random.normal() * 1000, rho);
    const clocks = new FeasibleClocks();
    for (const one of all) clocks.add(one);
    const brute = bruteRates(all);
    expect(clocks.rates.low).toBeCloseTo(brute.low, 12);
    expect(clocks.rates.high).toBeCloseTo(brute.high, 12);
    expect(clocks.isFeasible).toBe(true);
    expect(clocks.rates.low <= rho && rho <= clocks.rates.high).toBe(true);
  }
});

test("holds the truth at every time, before, between and behind the readings", () => {
  const random = createRandom(12);
  for (let set = 0; set < 200; set++) {
    const theta = random.normal() * 100;
    const rho = (random.unit() - 0.5) * 2e-4;
    const clocks = new FeasibleClocks({ maxVertices: set % 2 === 0 ? 6 : 1000 });
    const all = readings(random, 40, theta, rho);
    for (const one of all) clocks.add(one);
    for (const at of [-1000, 0, (all[20] as OffsetConstraint).upperAt, clocks.latest, 1e7]) {
      const { low, high } = clocks.offsetAt(at);
      expect(low).toBeLessThanOrEqual(theta + rho * at + 1e-6);
      expect(high).toBeGreaterThanOrEqual(theta + rho * at - 1e-6);
    }
  }
});

test("gives the polygon's extremes between readings, as a search over all rates does", () => {
  const random = createRandom(13);
  for (let set = 0; set < 40; set++) {
    const all = readings(random, 12, 0, 5e-5);
    const clocks = new FeasibleClocks();
    for (const one of all) clocks.add(one);
    const at = (all[5] as OffsetConstraint).upperAt + 0.5;
    const width = clocks.rates.high - clocks.rates.low;
    const tolerance = 1e-9 + (width / 4000) * 1e6;
    const highest = clocks.offsetAt(at).high;
    const brute = bruteHighest(all, at);
    expect(highest).toBeGreaterThanOrEqual(brute - 1e-9);
    expect(highest).toBeLessThanOrEqual(brute + tolerance);
  }
});

test("behind the last reading the quick answer is the general one", () => {
  const clocks = new FeasibleClocks();
  for (const one of readings(createRandom(14), 30, 3, -2e-5)) clocks.add(one);
  const at = clocks.latest;
  const later = { low: clocks.lowAfter(at), high: clocks.highAfter(at) };
  expect(clocks.offsetAt(at - 1e-6).low).toBeCloseTo(later.low, 6);
  expect(clocks.offsetAt(at - 1e-6).high).toBeCloseTo(later.high, 6);
});

test("says what fits without taking it in", () => {
  const clocks = new FeasibleClocks({ rateLow: -60e-6, rateHigh: 60e-6 });
  clocks.add({ lowerAt: 0, lower: -15, upperAt: 0, upper: 15 });
  const near = { lowerAt: 86_400, lower: 15, upperAt: 86_400, upper: 45 };
  const far = { lowerAt: 86_400, lower: 21, upperAt: 86_400, upper: 51 };
  expect(clocks.fits(near)).toBe(true);
  expect(clocks.fits(far)).toBe(false);
  expect(clocks.offsetAt(0)).toEqual({ low: -15, high: 15 });
  clocks.add(far);
  expect(clocks.isFeasible).toBe(false);
});

test("two bounds at one time that cross fit no clock", () => {
  const clocks = new FeasibleClocks();
  clocks.add({ lowerAt: 5, lower: 10, upperAt: 5, upper: 20 });
  expect(clocks.fits({ lowerAt: 5, lower: 21, upperAt: 6, upper: 60 })).toBe(false);
  clocks.add({ lowerAt: 5, lower: 21, upperAt: 6, upper: 60 });
  expect(clocks.isFeasible).toBe(false);
});

test("forgetting old readings never narrows what fits", () => {
  const random = createRandom(15);
  for (let set = 0; set < 100; set++) {
    const clocks = new FeasibleClocks();
    for (const one of readings(random, 50, 1, 1e-5)) clocks.add(one);
    const before = clocks.offsetAt(clocks.latest + 1000);
    clocks.forgetBefore(clocks.latest / 2);
    const after = clocks.offsetAt(clocks.latest + 1000);
    expect(after.low).toBeLessThanOrEqual(before.low + 1e-9);
    expect(after.high).toBeGreaterThanOrEqual(before.high - 1e-9);
  }
});

test("a reading that comes late counts like one in time", () => {
  const all = readings(createRandom(16), 40, -7, 3e-5);
  const inTime = new FeasibleClocks();
  for (const one of all) inTime.add(one);
  const late = new FeasibleClocks();
  for (const one of [...all.slice(20), ...all.slice(0, 20)]) late.add(one);
  expect(late.rates.low).toBeCloseTo(inTime.rates.low, 12);
  expect(late.rates.high).toBeCloseTo(inTime.rates.high, 12);
  expect(late.offsetAt(1e7).high).toBeCloseTo(inTime.offsetAt(1e7).high, 6);
});

test("a copy goes its own way", () => {
  const clocks = new FeasibleClocks();
  clocks.add({ lowerAt: 0, lower: -1, upperAt: 0, upper: 1 });
  const copy = new FeasibleClocks();
  copy.copyFrom(clocks);
  copy.add({ lowerAt: 10, lower: 0, upperAt: 10, upper: 0.5 });
  expect(clocks.offsetAt(10)).toEqual({ low: -11, high: 11 });
  expect(copy.offsetAt(10)).toEqual({ low: 0, high: 0.5 });
});

test("a bounded hull keeps its ends and no more vertices than it may", () => {
  const hull = new UpperHull(8);
  for (let at = 0; at <= 1000; at++) hull.add(at, -((at - 500) ** 2));
  expect(hull.length).toBe(8);
  expect([hull.times[0], hull.times[7]]).toEqual([0, 1000]);
});

test("a bound too small for a hull is refused", () => {
  expect(() => new UpperHull(2)).toThrow(RangeError);
});
