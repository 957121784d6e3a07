import fc from "fast-check";
import { expect, test } from "vitest";
import {
  parabolaPpm,
  type TemperatureCycles,
  temperatureAt,
  temperaturePhase,
} from "./temperature.ts";

const DAY = 86_400;
const YEAR: number = 365.25 * DAY;

/** Simpson's rule: x_T(t) = ∫ parabola(T), microseconds; `intervals` even. */
function integrated(cycles: TemperatureCycles, seconds: number, intervals: number): number {
  const width = seconds / intervals;
  let sum = 0;
  for (let at = 0; at <= intervals; at++) {
    const weight = at === 0 || at === intervals ? 1 : at % 2 === 1 ? 4 : 2;
    sum += weight * parabolaPpm(temperatureAt(cycles, at * width));
  }
  return (sum * width) / 3;
}

const HOT: TemperatureCycles = {
  meanCelsius: 35,
  dailyCelsius: 25,
  yearlyCelsius: 10,
  dayPhase: 1.1,
  yearPhase: 4.2,
};

test.each([
  [25, 0],
  [20, -0.85],
  [30, -0.85],
  [15, -3.4],
  [10, -7.65],
  [0, -21.25],
  [60, -41.65],
  [-20, -68.85],
])("at %d °C the crystal is %d ppm off, as the Eutron table has it", (celsius, ppm) => {
  expect(parabolaPpm(celsius)).toBeCloseTo(ppm, 9);
});

test("ten hours at 60 °C cost a second and a half", () => {
  const steady = { ...HOT, meanCelsius: 60, dailyCelsius: 0, yearlyCelsius: 0 };
  expect(temperaturePhase(steady)(36_000) / 1e6).toBeCloseTo(-1.5, 2);
});

test("a year of daily and yearly cycles equals the numeric integral to a microsecond", () => {
  const closed = temperaturePhase(HOT)(YEAR);
  expect(Math.abs(closed - integrated(HOT, YEAR, 40_000))).toBeLessThan(1);
});

test("any cycles over any time up to ten days equal the numeric integral", () => {
  const angle = fc.double({ min: 0, max: 6.28, noNaN: true });
  const degrees = fc.double({ min: 0, max: 30, noNaN: true });
  const cycles = fc.record({
    meanCelsius: fc.double({ min: -20, max: 60, noNaN: true }),
    dailyCelsius: degrees,
    yearlyCelsius: degrees,
    dayPhase: angle,
    yearPhase: angle,
  });
  fc.assert(
    fc.property(cycles, fc.integer({ min: 1, max: 10 * DAY }), (given, seconds) => {
      const closed = temperaturePhase(given)(seconds);
      expect(Math.abs(closed - integrated(given, seconds, 2000))).toBeLessThan(1);
    }),
    { numRuns: 100 },
  );
});

test("life begins at the warmest when both phases are 0", () => {
  const cycles = { ...HOT, dayPhase: 0, yearPhase: 0 };
  expect(temperatureAt(cycles, 0)).toBe(70);
  expect(temperatureAt(cycles, DAY / 2)).toBeCloseTo(20, 2);
  expect(temperaturePhase(cycles)(0)).toBeCloseTo(0, 12);
});
