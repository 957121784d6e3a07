import { expect, test } from "vitest";
import { parabolaPpm } from "./oscillators/temperature.ts";
import { TemperatureHistory } from "./temperature-history.ts";

const HOUR_US = 3600e6;

test("nothing happens before the first temperature", () => {
  const history = new TemperatureHistory();
  expect(history.phaseUs(1e15)).toBe(0);
  history.set(HOUR_US, 60);
  expect([0, HOUR_US].map((us) => history.phaseUs(us))).toEqual([0, 0]);
});

test("each temperature lasts until the next one, the last one for ever", () => {
  const history = new TemperatureHistory();
  history.set(HOUR_US, 60);
  history.set(2 * HOUR_US, 25);
  history.set(3 * HOUR_US, 0);
  const hot = parabolaPpm(60) * 3600;
  expect(history.phaseUs(1.5 * HOUR_US)).toBeCloseTo(hot / 2, 6);
  expect(history.phaseUs(2 * HOUR_US)).toBeCloseTo(hot, 6);
  expect(history.phaseUs(3 * HOUR_US)).toBeCloseTo(hot, 6);
  expect(history.phaseUs(103 * HOUR_US)).toBeCloseTo(hot + parabolaPpm(0) * 360_000, 6);
});

test("the past is the same after another change", () => {
  const history = new TemperatureHistory();
  history.set(0, 50);
  const before = history.phaseUs(HOUR_US);
  history.set(2 * HOUR_US, 10);
  expect(history.phaseUs(HOUR_US)).toBe(before);
});

test("the last of several temperatures at one moment counts", () => {
  const history = new TemperatureHistory();
  history.set(0, 60);
  history.set(0, 25);
  expect(history.phaseUs(HOUR_US)).toBeCloseTo(0, 9);
});

test("refuses temperatures no token survives, and going back", () => {
  const history = new TemperatureHistory();
  for (const celsius of [-100.1, 200.1, Number.NaN, Infinity]) {
    expect(() => history.set(0, celsius)).toThrow(/temperature must be from -100 to 200/);
  }
  history.set(HOUR_US, 20);
  expect(() => history.set(HOUR_US - 1, 20)).toThrow(/in order of time/);
});
