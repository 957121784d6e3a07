import { expect, test } from "vitest";
import { createRandom } from "../../core/time/random.ts";
import { type Draw, phaseOf, type SmoothTerm } from "./terms.ts";

const DAY = 86_400;

/** Gives the same numbers for all labels. */
function fixed(unit: number, normal = 0): Draw {
  return { unit: () => unit, normal: () => normal };
}

function seeded(randomSeed: number): Draw {
  const random = createRandom(randomSeed);
  return {
    unit: (label) => random.fork(label).unit(),
    normal: (label) => random.fork(label).normal(),
  };
}

function phase(term: SmoothTerm, draw: Draw = fixed(0)): (seconds: number) => number {
  return phaseOf(term, draw, "term");
}

test("an offset is there from the start and stays", () => {
  const x = phase({ kind: "offset", seconds: -2.5 });
  expect([0, 1e8].map(x)).toEqual([-2_500_000, -2_500_000]);
});

test("a rate of 1 ppm gains a microsecond a second", () => {
  const x = phase({ kind: "rate", ppm: 25.5 });
  expect([0, 1, DAY].map(x)).toEqual([0, 25.5, 25.5 * DAY]);
});

test("a tolerance is a rate, drawn once", () => {
  const x = phase({ kind: "tolerance", sigmaPpm: 4, clipPpm: 20 }, fixed(0, 1.5));
  expect([0, 1, 1000].map(x)).toEqual([0, 6, 6000]);
});

test("tolerances of a fleet have their sigma and stay within their clip", () => {
  const term = { kind: "tolerance", sigmaPpm: 4, clipPpm: 6 } as const;
  const rates = Array.from({ length: 2000 }, (_, at) => phase(term, seeded(at))(1));
  expect(Math.max(...rates.map(Math.abs))).toBeLessThanOrEqual(6);
  expect(Math.max(...rates)).toBeGreaterThan(5);
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  expect(Math.abs(mean)).toBeLessThan(0.3);
  // A normal clipped at 1.5 sigma has 0.743 of its sigma.
  const variance = rates.reduce((sum, rate) => sum + rate ** 2, 0) / rates.length;
  expect(Math.sqrt(variance) / 4).toBeCloseTo(0.743, 1);
});

test("a clip that no draw meets cuts", () => {
  const x = phase({ kind: "tolerance", sigmaPpm: 4, clipPpm: 1 }, fixed(0, 3));
  expect(x(1)).toBe(1);
});

test("a cycle that is held walks straight for 64 s, then bends: microseconds beside the smooth", () => {
  const cycle = { kind: "cycle", ppm: 0.25, periodDays: 1 } as const;
  const held = phase({ ...cycle, holdSeconds: 64 }, fixed(0.3));
  const smooth = phase(cycle, fixed(0.3));
  const bend = (at: number): number => held(at) - (held(at - 10) + held(at + 10)) / 2;
  let sum = 0;
  for (let hold = 0; hold < 1350; hold++) {
    const from = hold * 64;
    expect(Math.abs(held(from) - sum)).toBeLessThan(1e-6);
    expect(Math.abs(bend(from + 32))).toBeLessThan(1e-6);
    sum += 64 * 0.25 * Math.cos(2 * Math.PI * (from / DAY + 0.3));
  }
  expect(Math.abs(bend(64 * 300))).toBeGreaterThan(5e-4);
  const apart = Array.from({ length: 1000 }, (_, at) =>
    Math.abs(held(at * 977) - smooth(at * 977)),
  );
  expect(Math.max(...apart)).toBeLessThan(0.25 * 64);
  expect(Math.max(...apart)).toBeGreaterThan(1);
});

test("a cycle that is looked at once a turn seems to stand still", () => {
  const x = phase({ kind: "cycle", ppm: 2, periodDays: 1 / 86_400, holdSeconds: 1 });
  expect(x(1000)).toBeCloseTo(2000, 6);
});

test("a supply that sags slows an oscillator by its ppm a volt", () => {
  const term = { kind: "supply", ppmPerVolt: 1000, dropVolts: 0.5 } as const;
  const days = { low: 10, high: 20 };
  const x = phase({ ...term, days, sign: "drawn" }, fixed(0.2));
  expect(x(10 * DAY)).toBeCloseTo(0, 9);
  expect((x(15 * DAY + 1) - x(15 * DAY - 1)) / 2).toBeCloseTo(-250, 6);
  expect((x(30 * DAY) - x(20 * DAY)) / (10 * DAY)).toBeCloseTo(-500, 6);
  const faster = phase({ ...term, days, sign: "drawn" }, fixed(0.7));
  expect(faster(30 * DAY)).toBe(-x(30 * DAY));
});

test("one phone in 1,000 is 15 s ahead for good", () => {
  const term = { kind: "constant-error", share: 0.001, seconds: 15 } as const;
  const offsets = Array.from({ length: 20_000 }, (_, at) => phase(term, seeded(at))(at));
  expect(new Set(offsets)).toEqual(new Set([0, 15e6]));
  const share = offsets.filter((us) => us > 0).length / offsets.length;
  // Four sigma of 20,000 draws.
  expect(Math.abs(share - 0.001)).toBeLessThan(0.0009);
});

test("a cycle swings the rate and comes back to where it was", () => {
  const x = phase({ kind: "cycle", ppm: 600, periodDays: 1 }, fixed(0));
  // The integral of 600·cos(2πt/day): at its height after a quarter of a day.
  expect(x(DAY / 4)).toBeCloseTo((600 * DAY) / (2 * Math.PI), 3);
  expect(x(DAY)).toBeCloseTo(0, 3);
  const shifted = phase({ kind: "cycle", ppm: 600, periodDays: 1 }, fixed(0.5));
  expect(shifted(DAY / 4)).toBeCloseTo((-600 * DAY) / (2 * Math.PI), 3);
});

test("aging equals the numeric integral of A·ln(1 + B·t)", () => {
  const x = phase({ kind: "aging", ppm: 0.4, perDays: 10, sign: "positive" });
  const seconds = 365.25 * DAY;
  const intervals = 20_000;
  let sum = 0;
  for (let at = 0; at < intervals; at++) {
    const middle = ((at + 0.5) * seconds) / intervals;
    sum += 0.4 * Math.log1p(middle / (10 * DAY));
  }
  expect(Math.abs(x(seconds) - (sum * seconds) / intervals)).toBeLessThan(1);
  // The protocol notes: 1.4 ppm in the first year.
  expect(x(seconds + 1) - x(seconds)).toBeCloseTo(1.45, 2);
});

test("aging goes either way, half of the fleet each", () => {
  const term = { kind: "aging", ppm: 1, perDays: 10, sign: "drawn" } as const;
  expect(phase(term, fixed(0.49))(DAY)).toBeLessThan(0);
  expect(phase(term, fixed(0.5))(DAY)).toBeGreaterThan(0);
});

test("a trimmed crystal keeps a residual rate and a saw-tooth of its period", () => {
  const term = {
    kind: "trimmed-tolerance",
    sigmaPpm: 1,
    clipPpm: 20,
    stepPpm: 4,
    periodSeconds: 7200,
  } as const;
  // 9 ppm fast, trimmed by 8: 57.6 ms taken off every two hours, 1 ppm left.
  const x = phase(term, fixed(0, 9));
  expect(x(7199)).toBe(9 * 7199);
  expect(x(7200)).toBe(7200);
  expect(x(7200 * 1000)).toBeCloseTo(7200 * 1000, 3);
  // Less than half a step off: nothing to trim.
  expect(phase(term, fixed(0, -1.9))(7200 * 5)).toBe(-1.9 * 7200 * 5);
});

test("a synced clock begins each period with a new error and walks on from there", () => {
  const term = {
    kind: "synced",
    ppm: { low: -10, high: 10 },
    everyHours: { low: 1, high: 3 },
    errors: [{ share: 1, sigmaSeconds: 0.1 }],
  } as const;
  // unit 0.75: 5 ppm, every 2.5 hours; normal 2: 0.2 s late after each sync.
  const x = phase(term, fixed(0.75, 2));
  expect(x(0)).toBe(200_000);
  expect(x(8999)).toBeCloseTo(200_000 + 5 * 8999, 6);
  expect(x(9000)).toBe(200_000);
});

test("errors of a synced clock come in their shares", () => {
  const term = {
    kind: "synced",
    ppm: { low: 0, high: 0 },
    everyHours: { low: 1, high: 1 },
    errors: [
      { share: 0.9, sigmaSeconds: 0 },
      { share: 0.1, sigmaSeconds: 60 },
    ],
  } as const;
  const x = phase(term, seeded(3));
  const wrong = Array.from({ length: 2000 }, (_, hour) => x(hour * 3600)).filter((us) => us !== 0);
  expect(wrong.length).toBeGreaterThan(150);
  expect(wrong.length).toBeLessThan(250);
});
