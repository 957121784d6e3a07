import { expect, test } from "vitest";
import { wait } from "./clock.ts";
import { SimulatedClock } from "./simulated-clock.ts";

test("waits as long as it was told to", async () => {
  const clock = new SimulatedClock();
  let done = false;
  const waiting = wait(clock, 10).then(() => {
    done = true;
  });
  await clock.advance(9);
  expect(done).toBe(false);
  await clock.advance(1);
  expect(done).toBe(true);
  await waiting;
});

test("rejects with the signal's reason and takes its alarm back", async () => {
  const clock = new SimulatedClock();
  const controller = new AbortController();
  const waiting = wait(clock, 10, controller.signal);
  controller.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  expect(clock.pendingAlarms).toBe(0);
});

test("does not begin to wait when the signal is aborted already", async () => {
  const clock = new SimulatedClock();
  await expect(wait(clock, 10, AbortSignal.abort(new Error("over")))).rejects.toThrow("over");
  expect(clock.pendingAlarms).toBe(0);
});

test("is not changed by an abort afterwards", async () => {
  const clock = new SimulatedClock();
  const controller = new AbortController();
  const waiting = wait(clock, 10, controller.signal);
  await clock.advance(10);
  controller.abort();
  await expect(waiting).resolves.toBeUndefined();
});

test("rejects when the clock refuses the time", async () => {
  await expect(wait(new SimulatedClock(), -1)).rejects.toThrow(RangeError);
});
