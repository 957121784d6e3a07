import { expect, test } from "vitest";
import {
  dateText,
  durationText,
  figureText,
  momentText,
  signedSecondsText,
  spanText,
  wireTimeText,
} from "./format.ts";

test("numbers are rounded to what they are worth", () => {
  expect([1269.7, 12.44, 0.05234, 0, Number.NaN].map(figureText)).toEqual([
    "1,270",
    "12.4",
    "0.0523",
    "0",
    "–",
  ]);
});

test("spans have the unit that suits them", () => {
  expect([0.42, 87.4, 1423, 185_000, 3_600_000].map(durationText)).toEqual([
    "0.4 ms",
    "87 ms",
    "1.42 s",
    "3 min 5 s",
    "1 h",
  ]);
  expect([0, 30e6, 30_000e6, 364 * 86_400e6 + 7200e6].map(spanText)).toEqual([
    "none",
    "30 s",
    "8 h 20 min",
    "364 d 2 h",
  ]);
});

test("an offset has its sign, and none when it is nothing", () => {
  expect([47.31, -0.2, 0.04, -0.01, 1234.5].map(signedSecondsText)).toEqual([
    "+47.3 s",
    "−0.2 s",
    "0.0 s",
    "0.0 s",
    "+1,230 s",
  ]);
});

test("times are UTC, and what is no time stays as it is", () => {
  expect(dateText(1_767_225_600e6)).toBe("2026-01-01");
  expect(dateText(1e30)).toContain("s");
  expect(momentText("2026-01-31T13:05:09.123Z")).toBe("2026-01-31 13:05 UTC");
  expect(momentText("soon")).toBe("soon");
  expect(wireTimeText(12_000_034)).toBe("12.000034");
});
