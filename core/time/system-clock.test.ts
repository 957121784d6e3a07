// The system clock on simulated timers: nothing here sleeps.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DAY_US, SECOND_US, wait } from "./clock.ts";
import { SystemClock } from "./system-clock.ts";

const START_MS = 1_767_225_600_000;

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "Date", "performance"],
    now: START_MS,
  });
});

afterEach(() => {
  vi.useRealTimers();
});

/** Lets milliseconds pass, then the event loop turn a few times. */
async function pass(byMs: number): Promise<void> {
  vi.advanceTimersByTime(byMs);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

test("reads wall time and monotonic time in microseconds", () => {
  const clock = new SystemClock();
  const before = clock.monotonicUs();
  expect(clock.nowUs()).toBe(START_MS * 1000);
  vi.advanceTimersByTime(1500);
  expect(clock.nowUs()).toBe(START_MS * 1000 + 1_500_000);
  expect(clock.monotonicUs() - before).toBe(1_500_000);
  expect(Number.isInteger(clock.monotonicUs())).toBe(true);
});

test("fires in order of due times, though they fall into one millisecond", async () => {
  const clock = new SystemClock();
  const fired: string[] = [];
  clock.setAlarm(1900, () => fired.push("late"));
  clock.setAlarm(1100, () => fired.push("early"));
  clock.setAlarm(1900, () => fired.push("late, set second"));
  clock.setAlarm(900, () => fired.push("first"));
  await pass(1);
  expect(fired).toEqual(["first"]);
  await pass(1);
  expect(fired).toEqual(["first", "early", "late", "late, set second"]);
});

test("never fires early, and fires alarms further away than a timer reaches", async () => {
  const clock = new SystemClock();
  let firedAtUs = 0;
  const alarm = clock.setAlarm(60 * DAY_US, () => {
    firedAtUs = clock.nowUs();
  });
  await pass((60 * DAY_US) / 1000 - 1);
  expect(firedAtUs).toBe(0);
  await pass(1);
  expect(firedAtUs).toBe(alarm.atUs);
});

test("does not fire a cancelled alarm, and keeps no timer for it", async () => {
  const clock = new SystemClock();
  const fired: string[] = [];
  const cancelled = clock.setAlarm(SECOND_US, () => fired.push("cancelled"));
  const kept = clock.setAlarm(2 * SECOND_US, () => fired.push("kept"));
  cancelled.cancel();
  await pass(1999);
  expect(fired).toEqual([]);
  await pass(1);
  expect(fired).toEqual(["kept"]);
  kept.cancel();
  clock.setAlarm(SECOND_US, () => {}).cancel();
  expect(vi.getTimerCount()).toBe(0);
});

test("runs the promise jobs of an alarm before the next one", async () => {
  const clock = new SystemClock();
  const fired: string[] = [];
  void wait(clock, 1000).then(() => second.cancel());
  const second = clock.setAlarm(1000, () => fired.push("second"));
  await pass(5);
  expect(fired).toEqual([]);
});

test("fires an alarm set by an alarm, and those behind one that throws", async () => {
  const clock = new SystemClock();
  const fired: string[] = [];
  clock.setAlarm(1000, () => {
    clock.setAlarm(1000, () => fired.push("set on the way"));
    throw new Error("broken");
  });
  clock.setAlarm(1000, () => fired.push("second"));
  expect(() => vi.advanceTimersByTime(1)).toThrow("broken");
  await pass(1);
  expect(fired).toEqual(["second", "set on the way"]);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses an alarm in %s", (byUs) => {
  expect(() => new SystemClock().setAlarm(byUs, () => {})).toThrow(RangeError);
});
