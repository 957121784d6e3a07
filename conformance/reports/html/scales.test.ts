import { expect, test } from "vitest";
import { linear, offsetAxis, timeTicks } from "./scales.ts";

function labels(values: readonly number[], count = 5): readonly string[] {
  return offsetAxis(values, count).ticks.map((tick) => tick.label);
}

test.each<[readonly number[], readonly string[]]>([
  [
    [0, 123],
    ["0", "+30", "+60", "+90", "+120", "+150"],
  ],
  [
    [-47, 12],
    ["−60", "−45", "−30", "−15", "0", "+15"],
  ],
  [
    [0.1, -0.2],
    ["−0.6", "−0.4", "−0.2", "0", "+0.2", "+0.4", "+0.6"],
  ],
  [[0], ["−0.6", "−0.4", "−0.2", "0", "+0.2", "+0.4", "+0.6"]],
  [[90_000], ["0", "+21,600", "+43,200", "+64,800", "+86,400", "+108,000"]],
])("offsets %j have an axis that holds them and zero", (values, expected) => {
  expect(labels(values)).toEqual(expected);
  const { domain, ticks } = offsetAxis(values, 5);
  expect(domain).toEqual([ticks[0]?.value, ticks.at(-1)?.value]);
  for (const value of values) {
    expect(value).toBeGreaterThanOrEqual(domain[0]);
    expect(value).toBeLessThanOrEqual(domain[1]);
  }
});

test("offsets of decades still have an axis of a few ticks", () => {
  expect(labels([1e9]).length).toBeLessThan(10);
});

function times(from: string, to: string, count: number): readonly string[] {
  const us = (text: string): number => Date.parse(text) * 1000;
  return timeTicks(us(from), us(to), count).map((tick) => tick.label);
}

test("times have ticks at round moments, with the year where it changes", () => {
  expect(times("2026-01-01T00:00Z", "2026-12-24T00:00Z", 6)).toEqual([
    "Jan 2026",
    "Mar",
    "May",
    "Jul",
    "Sep",
    "Nov",
  ]);
  expect(times("2025-11-15T00:00Z", "2026-03-15T00:00Z", 6)).toEqual([
    "Dec 2025",
    "Jan 2026",
    "Feb",
    "Mar",
  ]);
  expect(times("2026-01-01T08:10Z", "2026-01-01T11:00Z", 4)).toEqual(["09:00", "10:00", "11:00"]);
  expect(times("2026-01-01T00:00Z", "2026-01-04T12:00Z", 4)).toEqual([
    "01-01",
    "01-02",
    "01-03",
    "01-04",
  ]);
  expect(times("2000-06-01T00:00Z", "2020-06-01T00:00Z", 5)).toEqual([
    "2005",
    "2010",
    "2015",
    "2020",
  ]);
});

test("a month that begins a moment before the first point has its tick", () => {
  expect(times("2026-01-01T00:00:30Z", "2026-12-24T00:00Z", 3)).toEqual(["Jan 2026", "May", "Sep"]);
  expect(times("2026-01-05T00:00Z", "2026-12-24T00:00Z", 3)).toEqual(["May 2026", "Sep"]);
});

test("a moment and times beyond the calendar have no ticks", () => {
  expect(times("2026-01-01T00:00Z", "2026-01-01T00:00Z", 4)).toEqual([]);
  expect(timeTicks(0, 1e30, 4)).toEqual([]);
});

test("a scale maps ends to ends, and a domain without extent to its beginning", () => {
  expect([0, 5, 10].map(linear([0, 10], [100, 200]))).toEqual([100, 150, 200]);
  expect(linear([3, 3], [0, 10])(3)).toBe(0);
});
