import { describe, expect, it } from "vitest";
import { formatFigure, formatMeasurements } from "./print.ts";
import { type Measurement, meetsGoal } from "./workload.ts";

const MEASURED: Measurement = {
  suite: "year",
  subject: "virtual",
  name: "a year",
  unit: "ms",
  median: 2,
  low: 1,
  high: 3,
  slices: 9,
};

describe("figures for people", () => {
  it.each([
    [1234.5, "1,230"],
    [123_456, "123,000"],
    [12.345, "12.3"],
    [0.052_41, "0.0524"],
    [0, "0"],
    [Number.NaN, "-"],
  ])("print %d as %s", (value, text) => {
    expect(formatFigure(value)).toBe(text);
  });

  it("stand in columns, with what could not be measured below", () => {
    const absent = { suite: "drivers", subject: "usb", name: "read", reason: "no token" } as const;
    expect(
      formatMeasurements(
        [MEASURED, { ...MEASURED, slices: 1 }],
        [absent, { ...absent, name: "write" }],
      ).split("\n"),
    ).toEqual([
      "suite  subject  what    median  5 % to 95 %  goal",
      "year   virtual  a year  2 ms    1 to 3",
      "year   virtual  a year  2 ms    once",
      "not measured: drivers usb: no token",
      "",
    ]);
  });

  it("say whether a goal is met", () => {
    const goal = { comparison: "at-most", value: 50 } as const;
    expect(formatMeasurements([{ ...MEASURED, goal }])).toContain("≤ 50 ms: met");
    const missed = { ...MEASURED, goal, median: 60, low: 55, high: 65 };
    expect(formatMeasurements([missed])).toContain("≤ 50 ms: MISSED");
    const isBusy = formatMeasurements([missed], [], true);
    expect(isBusy).toContain("≤ 50 ms: missed (the machine was busy: measure again when");
    const counted = formatMeasurements([{ ...missed, unit: "bytes" }], [], true);
    expect(counted).toContain("≤ 50 bytes: MISSED");
    const near = formatMeasurements([{ ...missed, low: 49 }]);
    expect(near).toContain("≤ 50 ms: missed (spread reaches it: measure longer on an idle");
  });
});

describe("a goal", () => {
  it.each([
    ["at-most", 50, 50, true],
    ["at-most", 50, 50.1, false],
    ["at-least", 2000, 2000, true],
    ["at-least", 2000, 1999, false],
  ] as const)("%s %d is met by %d: %s", (comparison, value, median, met) => {
    expect(meetsGoal({ ...MEASURED, median, goal: { comparison, value } })).toBe(met);
  });

  it("that is not set is met", () => {
    expect(meetsGoal(MEASURED)).toBe(true);
  });
});
