import { expect, test } from "vitest";
import { SECOND_US } from "../../core/time/clock.ts";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { CaseOver, CaseTimedOut, Deadline, RunInterrupted } from "./deadline.ts";

function forever(): Promise<never> {
  return new Promise(() => {});
}

test("work that is over in time gives its value or its error", async () => {
  using deadline = new Deadline(new SimulatedClock(0), SECOND_US);
  expect(await deadline.race(Promise.resolve(7))).toBe(7);
  await expect(deadline.race(Promise.reject(new TypeError("no")))).rejects.toThrow("no");
  expect(deadline.signal.aborted).toBe(false);
});

test("work that is not over in time is rejected at the deadline, not before", async () => {
  const clock = new SimulatedClock(0);
  using deadline = new Deadline(clock, 10 * SECOND_US);
  const raced = deadline.race(forever());
  raced.catch(() => {});
  await clock.advance(10 * SECOND_US - 1);
  expect(deadline.signal.aborted).toBe(false);
  await clock.advance(1);
  await expect(raced).rejects.toThrow(new CaseTimedOut("not over within 10 s"));
});

test("waits in real time extend it, and the message counts them", async () => {
  const clock = new SimulatedClock(0);
  using deadline = new Deadline(clock, 10 * SECOND_US);
  await clock.advance(9 * SECOND_US);
  deadline.extend(30 * SECOND_US);
  await clock.advance(30 * SECOND_US);
  expect(deadline.signal.aborted).toBe(false);
  await clock.advance(SECOND_US);
  expect(deadline.signal.reason).toEqual(new CaseTimedOut("not over within 40 s"));
});

test("the run's signal ends it, before and after it began", async () => {
  const controller = new AbortController();
  using running = new Deadline(new SimulatedClock(0), SECOND_US, controller.signal);
  const raced = running.race(forever());
  controller.abort(new Error("Ctrl-C"));
  await expect(raced).rejects.toThrow(RunInterrupted);
  using late = new Deadline(new SimulatedClock(0), SECOND_US, controller.signal);
  await expect(late.race(forever())).rejects.toThrow(RunInterrupted);
});

test("disposing aborts the signal, and leaves no alarm behind, even when extended", async () => {
  const clock = new SimulatedClock(0);
  const deadline = new Deadline(clock, SECOND_US);
  deadline[Symbol.dispose]();
  deadline.extend(SECOND_US);
  expect(clock.pendingAlarms).toBe(0);
  expect(deadline.signal.reason).toBeInstanceOf(CaseOver);
  await clock.advance(10 * SECOND_US);
  expect(deadline.signal.reason).toBeInstanceOf(CaseOver);
});

test("a late rejection of work given up goes nowhere", async () => {
  const clock = new SimulatedClock(0);
  using deadline = new Deadline(clock, SECOND_US);
  let fail: (error: Error) => void = () => {};
  const raced = deadline.race(
    new Promise<never>((_, reject) => {
      fail = reject;
    }),
  );
  raced.catch(() => {});
  await clock.advance(SECOND_US);
  fail(new Error("too late"));
  await expect(raced).rejects.toThrow(CaseTimedOut);
  await new Promise(setImmediate);
});
