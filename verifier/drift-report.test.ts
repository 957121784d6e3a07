import { expect, test } from "vitest";
import { hotpParameters } from "../core/oath/parameters.ts";
import { driftReport } from "./drift-report.ts";
import type { Policy } from "./policy.ts";
import { newRecord } from "./record.ts";
import { Desk, fakeKey, stepUs } from "./testing/desk.ts";

const START = 1_000_000;
const DAY = 2880;
const DAY_US = 86_400 * 1e6;
const code = (step: number) => String(step % 1_000_000).padStart(6, "0");

/** A token of so many ppm that logs in each day. */
function used(ppm: number, days: number, policy: Partial<Omit<Policy, "name">>): Desk {
  const desk = new Desk({ key: fakeKey(code), enabled: false, policy });
  desk.enroll([code(START - 1), code(START)], stepUs(START) + 5e6);
  for (let day = 1; day <= days; day++) {
    const nowUs = stepUs(START + day * DAY) + ((day * 7) % 30) * 1e6;
    const shown = Math.floor((nowUs / 1e6 - 8 + (ppm / 1e6) * day * 86_400) / 30);
    expect(desk.verify(code(shown), nowUs).outcome, `day ${day}`).toBe("accepted");
  }
  return desk;
}

function reportOf(desk: Desk, day: number) {
  const report = driftReport(desk.record, desk.policy, stepUs(START + day * DAY));
  if (report === null) throw new Error("no report");
  return report;
}

test("says a learned rate and offset with bounds that hold, and when the token may leave", () => {
  const desk = used(10, 200, { windowRule: "tracker", slewSteps: 1 });
  const report = reportOf(desk, 200);
  expect(report.isLearned).toBe(true);
  expect(report.ratePpm.low).toBeLessThanOrEqual(10);
  expect(report.ratePpm.high).toBeGreaterThanOrEqual(10);
  expect(report.ratePpm.high - report.ratePpm.low).toBeLessThan(20);
  const truth = 10e-6 * 200 * 86_400;
  expect(report.offsetSeconds.low).toBeLessThanOrEqual(truth);
  expect(report.offsetSeconds.high).toBeGreaterThanOrEqual(truth);
  expect(report.firstAtUs).toBe(stepUs(START) + 5e6);
  expect(report.lastAtUs).toBe(desk.record.lastAcceptedAtUs);
  const learned = report.leavesWindowAtUs ?? 0;
  const fresh = used(0, 0, { windowRule: "tracker" });
  const unlearned = reportOf(fresh, 0).leavesWindowAtUs ?? 0;
  expect(unlearned - stepUs(START)).toBeLessThan(20 * DAY_US);
  expect(learned - stepUs(START + 200 * DAY)).toBeGreaterThan(60 * DAY_US);
});

test("without a tracker the class of the clock bounds the rate", () => {
  const desk = used(0, 3, {});
  const report = reportOf(desk, 3);
  expect(report).toMatchObject({
    isLearned: false,
    ratePpm: { low: -60, high: 60 },
    offsetSeconds: { low: -30, high: 30 },
  });
  // 45 s at 60 ppm are 8.7 days.
  expect(((report.leavesWindowAtUs ?? 0) - stepUs(START + 3 * DAY)) / DAY_US).toBe(9);
  desk.record = { ...desk.record, clock: "network" };
  expect(reportOf(desk, 3).leavesWindowAtUs).toBeNull();
});

test("counters have no clock", () => {
  const desk = new Desk();
  expect(driftReport(newRecord(hotpParameters()), desk.policy, 0)).toBeNull();
});
