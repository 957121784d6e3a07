import { expect, test } from "vitest";
import { createRandom } from "../time/random.ts";
import { DriftTracker, type TrackerSettings } from "./tracker.ts";
import {
  decodeTracker,
  encodeTracker,
  MAX_TRACKER_BYTES,
  TrackerFormatError,
} from "./tracker-codec.ts";

const X = 30;
const DAY = 86_400;
const SETTINGS: TrackerSettings = {
  stepSeconds: X,
  delaySeconds: 40,
  strayFromLineSeconds: 2,
  ratePpm: 60,
  horizonSeconds: 180 * DAY,
  slewSeconds: 30,
  slewPpm: 100,
};

/** The step a clock off by `offset` seconds shows at `at`. */
function stepShown(at: number, offset: number): number {
  return Math.floor((at + offset) / X);
}

function sighted(at: number, step: number): { at: number; startsBy: number } {
  return { at, startsBy: step * X - at };
}

function rangeAt(tracker: DriftTracker, at: number): { low: number; high: number; centre: number } {
  const host = Math.floor(at / X);
  const { low, high, centre } = tracker.range(at, at - host * X);
  return { low: host + low, high: host + high, centre: host + centre };
}

function started(offset: number): DriftTracker {
  const tracker = new DriftTracker(SETTINGS);
  tracker.start(sighted(100, stepShown(95, offset)));
  return tracker;
}

test.each([-20, -4, 0, 4, 40])("holds a clock of %i ppm for three years of weekly codes", (ppm) => {
  const random = createRandom(3);
  const tracker = started(7);
  let at = 100;
  for (let week = 0; week < 156; week++) {
    at += 7 * DAY * (0.7 + 0.6 * random.unit());
    const shownAt = at - 40 * random.unit();
    const step = stepShown(shownAt, 7 + ppm * 1e-6 * shownAt);
    const { low, high } = rangeAt(tracker, at);
    expect(step).toBeGreaterThanOrEqual(low);
    expect(step).toBeLessThanOrEqual(high);
    expect(tracker.observe(sighted(at, step))).toBe("fits");
  }
  const { low, high } = tracker.clocks.rates;
  expect(low <= ppm * 1e-6 && ppm * 1e-6 <= high).toBe(true);
  expect(high - low).toBeLessThan(6e-6);
});

test("learns the rate, so that a long pause costs few codes", () => {
  const tracker = started(0);
  const width = (at: number): number => rangeAt(tracker, at).high - rangeAt(tracker, at).low + 1;
  expect(width(60 * DAY)).toBeGreaterThan(20);
  for (let day = 1; day <= 180; day++) {
    const at = day * (DAY + 7);
    tracker.observe(sighted(at, stepShown(at - 8, 0)));
  }
  expect(width(240 * DAY)).toBeLessThan(7);
});

test.each([1, -1])(
  "300 codes at the window's edge (%i) move the centre by at most 2 steps",
  (to) => {
    const tracker = started(0);
    const before = rangeAt(tracker, 100).centre - Math.floor(100 / X);
    let at = 100;
    for (let login = 0; login < 300; login++) {
      at += 60;
      const { centre } = rangeAt(tracker, at);
      tracker.observe(sighted(at, centre + to));
    }
    const after = rangeAt(tracker, at).centre - Math.floor(at / X);
    expect(Math.abs(after - before)).toBeLessThanOrEqual(2);
  },
);

test("one code typed too late moves nothing; three codes of a stepped clock are followed", () => {
  const tracker = started(0);
  for (let day = 1; day <= 100; day++) {
    tracker.observe(sighted(day * DAY, stepShown(day * DAY - 8, 0)));
  }
  const at = 101 * DAY;
  const { low, high, centre } = rangeAt(tracker, at);
  expect(tracker.observe(sighted(at, low - 1))).toBe("outlier");
  expect(rangeAt(tracker, at + 60).centre).toBe(centre + 2);
  expect(tracker.observe(sighted(at + 60, high + 1))).toBe("fits");
  expect(tracker.outliers).toEqual([]);
  const outcomes = [1, 2, 3].map((day) => {
    const then = at + day * DAY;
    return tracker.observe(sighted(then, stepShown(then - 8, -100)));
  });
  expect(outcomes).toEqual(["outlier", "outlier", "restarted"]);
});

test("the binary form brings back the same answers, and stays below its bound", () => {
  const random = createRandom(4);
  const tracker = started(3);
  let largest = 0;
  for (let login = 1; login <= 400; login++) {
    const at = login * 3 * DAY * (1 + 0.1 * random.unit());
    tracker.observe(sighted(at, stepShown(at - 60 * random.unit() ** 3, 3 + 1e-5 * at)));
    const bytes = encodeTracker(tracker);
    largest = Math.max(largest, bytes.length);
    const copy = decodeTracker(bytes, SETTINGS);
    expect(copy.range(at + DAY, 11)).toEqual(tracker.range(at + DAY, 11));
    expect(copy.outliers).toEqual(tracker.outliers);
    expect(copy.anchor).toEqual(tracker.anchor);
    expect(encodeTracker(copy)).toEqual(bytes);
  }
  expect(largest).toBeLessThanOrEqual(MAX_TRACKER_BYTES);
  expect(MAX_TRACKER_BYTES).toBe(452);
});

test("bytes that are no tracker are refused", () => {
  const bytes = encodeTracker(started(0));
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeTracker(bytes.subarray(0, length), SETTINGS)).toThrow(TrackerFormatError);
  }
  const other = bytes.slice();
  other[0] = 2;
  expect(() => decodeTracker(other, SETTINGS)).toThrow("version 2");
  const nan = bytes.slice();
  nan.fill(0xff, 4, 12);
  expect(() => decodeTracker(nan, SETTINGS)).toThrow("not finite");
});

test("a host clock set back asks for the past, and gets the bounds of the past", () => {
  const tracker = started(0);
  for (let day = 1; day <= 30; day++) {
    tracker.observe(sighted(day * DAY, stepShown(day * DAY - 5, 0)));
  }
  const { low, high } = rangeAt(tracker, 15 * DAY);
  const truth = stepShown(15 * DAY, 0);
  expect(low <= truth && truth <= high).toBe(true);
  expect(high - low).toBeLessThan(6);
});
