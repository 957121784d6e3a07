import { expect, it } from "vitest";
import { DriftTracker } from "../../core/drift/tracker.ts";
import { type DriftRow, driftFigures, driftTableCsv, driftTableJson, forecastOf } from "./drift.ts";

const DAY = 86_400;
const ROW: DriftRow = {
  token: "T-1",
  user: "ada",
  firstAtUs: 0,
  lastAtUs: 90 * DAY * 1e6,
  atUs: 100 * DAY * 1e6,
  offsetSeconds: { low: 20, high: 30 },
  ratePpm: { low: 10, high: 20 },
  windowSeconds: { low: -60, high: 60 },
};
const NEVER = { earliestUs: null, latestUs: null };

function daysOf(row: DriftRow): readonly (number | null)[] {
  const { earliestUs, latestUs } = forecastOf(row);
  return [earliestUs, latestUs].map((us) => (us === null ? null : us / 1e6 / DAY - 100));
}

it("forecasts the day by the worst clock that fits, and by the best", () => {
  // 30 s left at 20 ppm; 40 s left at 10 ppm.
  const [earliest, latest] = daysOf(ROW);
  expect(earliest).toBeCloseTo(30 / 20e-6 / DAY, 6);
  expect(latest).toBeCloseTo(40 / 10e-6 / DAY, 6);
});

it("forecasts a clock that loses as one that gains", () => {
  const flip = ({ low, high }: { low: number; high: number }) => ({ low: -high, high: -low });
  const { offsetSeconds, ratePpm } = ROW;
  if (offsetSeconds === null || ratePpm === null) throw new Error("given above");
  const lost = { ...ROW, offsetSeconds: flip(offsetSeconds), ratePpm: flip(ratePpm) };
  expect(forecastOf(lost)).toEqual(forecastOf(ROW));
});

it("knows no last day of a clock that may gain or lose", () => {
  const [earliest, latest] = daysOf({ ...ROW, ratePpm: { low: -1, high: 1 } });
  expect(earliest).toBeCloseTo(30 / 1e-6 / DAY, 6);
  expect(latest).toBeNull();
});

it("says nothing where nothing is known, and never beyond a century", () => {
  expect(forecastOf({ ...ROW, offsetSeconds: null })).toEqual(NEVER);
  expect(forecastOf({ ...ROW, ratePpm: { low: 0, high: 0 } })).toEqual(NEVER);
  expect(forecastOf({ ...ROW, ratePpm: { low: 0, high: 0.001 } })).toEqual(NEVER);
});

it("tells of a clock that is out already", () => {
  expect(daysOf({ ...ROW, offsetSeconds: { low: 70, high: 80 } })).toEqual([0, 0]);
});

it("takes figures from a tracker", () => {
  const tracker = new DriftTracker({
    stepSeconds: 30,
    delaySeconds: 30,
    strayFromLineSeconds: 1,
    ratePpm: 60,
    horizonSeconds: 180 * DAY,
    slewSeconds: 60,
    slewPpm: 60,
  });
  expect(driftFigures(tracker, 0)).toEqual({ offsetSeconds: null, ratePpm: null });
  tracker.start({ at: 0, startsBy: -15 });
  const { offsetSeconds, ratePpm } = driftFigures(tracker, 10 * DAY);
  expect(ratePpm?.low).toBeCloseTo(-60, 6);
  expect(ratePpm?.high).toBeCloseTo(60, 6);
  expect(offsetSeconds?.low).toBeLessThan(-15 - 50);
  expect(offsetSeconds?.high).toBeGreaterThan(45 + 50);
});

it("writes CSV and JSON with the same rows", () => {
  const unknown = { ...ROW, token: 'T,"2"', user: null, firstAtUs: null, ratePpm: null };
  expect(driftTableCsv([ROW, unknown]).split("\r\n")).toEqual([
    "token,user,first,last,at,offset_low_seconds,offset_high_seconds,rate_low_ppm,rate_high_ppm," +
      "window_low_seconds,window_high_seconds,leaves_window_earliest,leaves_window_latest",
    "T-1,ada,1970-01-01T00:00:00Z,1970-04-01T00:00:00Z,1970-04-11T00:00:00Z,20,30,10,20,-60,60," +
      "1970-04-28,1970-05-27",
    '"T,""2""",,,1970-04-01T00:00:00Z,1970-04-11T00:00:00Z,20,30,,,-60,60,,',
    "",
  ]);
  const { tokens } = JSON.parse(driftTableJson([ROW, unknown]));
  expect(tokens).toHaveLength(2);
  expect(tokens[0]).toMatchObject({ token: "T-1", rate_high_ppm: 20, user: "ada" });
  expect(tokens[1]).toMatchObject({ rate_high_ppm: null, leaves_window_earliest: null });
});
