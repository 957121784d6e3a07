import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_US, SECOND_US, wait } from "./clock.ts";
import { SimulatedClock } from "./simulated-clock.ts";

const START_US = 1_767_225_600 * SECOND_US; // 2026-01-01

test("stands still until it is told to move", async () => {
  const clock = new SimulatedClock(START_US);
  await Promise.resolve();
  expect([clock.nowUs(), clock.monotonicUs()]).toEqual([START_US, 0]);
  await clock.advance(3);
  expect([clock.nowUs(), clock.monotonicUs()]).toEqual([START_US + 3, 3]);
});

test("fires alarms in order of due times, first set first on a tie, each on time", async () => {
  const clock = new SimulatedClock();
  const fired: string[] = [];
  for (const [name, byUs] of [
    ["c", 20],
    ["a", 10],
    ["d", 20],
    ["b", 10],
    ["now", 0],
  ] as const) {
    clock.setAlarm(byUs, () => fired.push(`${name}@${clock.nowUs()}`));
  }
  expect(clock.pendingAlarms).toBe(5);
  await clock.advance(100);
  expect(fired).toEqual(["now@0", "a@10", "b@10", "c@20", "d@20"]);
  expect([clock.nowUs(), clock.pendingAlarms]).toEqual([100, 0]);
});

test("fires an alarm due exactly at the end, and none behind it", async () => {
  const clock = new SimulatedClock();
  const fired: number[] = [];
  for (const byUs of [9, 10, 11]) clock.setAlarm(byUs, () => fired.push(byUs));
  await clock.advance(10);
  expect(fired).toEqual([9, 10]);
  await clock.advance(1);
  expect(fired).toEqual([9, 10, 11]);
});

test("fires alarms set on the way, if they are due by the end", async () => {
  const clock = new SimulatedClock();
  const fired: number[] = [];
  const again = (): void => {
    fired.push(clock.nowUs());
    clock.setAlarm(10, again);
  };
  clock.setAlarm(10, again);
  await clock.advance(35);
  expect(fired).toEqual([10, 20, 30]);
  await clock.advance(5);
  expect(fired).toEqual([10, 20, 30, 40]);
});

test("fires an alarm for now behind those already due now", async () => {
  const clock = new SimulatedClock();
  const fired: string[] = [];
  clock.setAlarm(5, () => {
    fired.push("first");
    clock.setAlarm(0, () => fired.push("set by first"));
  });
  clock.setAlarm(5, () => fired.push("second"));
  await clock.advance(5);
  expect(fired).toEqual(["first", "second", "set by first"]);
});

test("rounds fractions of a microsecond up", async () => {
  const clock = new SimulatedClock();
  let firedAt = -1;
  const alarm = clock.setAlarm(2.1, () => {
    firedAt = clock.nowUs();
  });
  expect(alarm.atUs).toBe(3);
  await clock.advance(10);
  expect(firedAt).toBe(3);
});

test("does not fire a cancelled alarm, also when another cancels it at the same time", async () => {
  const clock = new SimulatedClock();
  const fired: string[] = [];
  const early = clock.setAlarm(1, () => fired.push("early"));
  early.cancel();
  early.cancel();
  clock.setAlarm(5, () => {
    fired.push("canceller");
    late.cancel();
  });
  const late = clock.setAlarm(5, () => fired.push("late"));
  await clock.advance(10);
  late.cancel();
  expect(fired).toEqual(["canceller"]);
  expect(clock.pendingAlarms).toBe(0);
});

test("steps wall time both ways and leaves monotonic time and alarms alone", async () => {
  const clock = new SimulatedClock(START_US);
  let firedAt = 0;
  const alarm = clock.setAlarm(100, () => {
    firedAt = clock.monotonicUs();
  });
  clock.stepWall(-40);
  expect([clock.nowUs(), alarm.atUs]).toEqual([START_US - 40, START_US + 60]);
  clock.stepWall(DAY_US);
  expect([clock.nowUs(), alarm.atUs]).toEqual([START_US + DAY_US - 40, START_US + DAY_US + 60]);
  await clock.advance(99);
  expect(firedAt).toBe(0);
  await clock.advance(1);
  expect(firedAt).toBe(100);
});

test.each([1, 4, 5, 50, 1000])("stands still until a chain of %i awaits is done", async (depth) => {
  const clock = new SimulatedClock();
  const seen: number[] = [];
  const chain = async (left: number): Promise<void> => {
    if (left > 0) await chain(left - 1);
    await null;
  };
  clock.setAlarm(10, () => {
    void chain(depth).then(() => {
      seen.push(clock.nowUs());
      clock.setAlarm(5, () => seen.push(clock.nowUs()));
    });
  });
  clock.setAlarm(11, () => seen.push(clock.nowUs()));
  await clock.advance(20);
  expect(seen).toEqual([10, 11, 15]);
});

test("lets a chain of waits run at its own times within one advance", async () => {
  const clock = new SimulatedClock();
  const seen: number[] = [];
  const walk = async (): Promise<void> => {
    for (let step = 0; step < 5; step++) {
      await wait(clock, 7);
      await null;
      seen.push(clock.nowUs());
    }
  };
  const walked = walk();
  await clock.advance(100);
  expect(seen).toEqual([7, 14, 21, 28, 35]);
  await walked;
});

test("settles promise jobs that were pending before it moves", async () => {
  const clock = new SimulatedClock();
  let setAt = -1;
  const task = (async () => {
    for (let round = 0; round < 20; round++) await null;
    setAt = clock.nowUs();
  })();
  await clock.advance(1000);
  expect(setAt).toBe(0);
  await task;
});

test("settles them as well when called from the callback of a timer", async () => {
  const clock = new SimulatedClock();
  let setAt = -1;
  await new Promise<void>((resolve) => {
    setImmediate(() => {
      void (async () => {
        for (let round = 0; round < 20; round++) await null;
        setAt = clock.nowUs();
      })();
      void clock.advance(1000).then(resolve);
    });
  });
  expect(setAt).toBe(0);
});

test("gives the same history for the same acts, however the advances are cut", async () => {
  const delays = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 8 });
  const history = async (periods: readonly number[], cuts: readonly number[]) => {
    const clock = new SimulatedClock();
    const seen: string[] = [];
    periods.forEach((period, index) => {
      const again = async (): Promise<void> => {
        seen.push(`${index}@${clock.nowUs()}`);
        for (let round = 0; round < index; round++) await null;
        clock.setAlarm(period + 1, () => void again());
      };
      clock.setAlarm(period, () => void again());
    });
    for (const cut of cuts) await clock.advance(cut);
    await clock.advance(200 - clock.nowUs());
    return seen;
  };
  await fc.assert(
    fc.asyncProperty(delays, fc.array(fc.nat(20), { maxLength: 10 }), async (periods, cuts) => {
      expect(await history(periods, cuts)).toEqual(await history(periods, []));
    }),
  );
});

test("refuses a second advance while one is under way, and works on afterwards", async () => {
  const clock = new SimulatedClock();
  let refused: unknown;
  clock.setAlarm(5, () => {
    clock.advance(100).catch((error: unknown) => {
      refused = error;
    });
  });
  const first = clock.advance(10);
  await expect(clock.advance(1)).rejects.toThrow("under way");
  await first;
  expect(refused).toBeInstanceOf(Error);
  expect(clock.nowUs()).toBe(10);
  await clock.advance(1);
  expect(clock.nowUs()).toBe(11);
});

test("stops at an alarm that throws, and goes on behind it", async () => {
  const clock = new SimulatedClock();
  const fired: number[] = [];
  clock.setAlarm(5, () => {
    throw new Error("broken");
  });
  clock.setAlarm(6, () => fired.push(clock.nowUs()));
  await expect(clock.advance(10)).rejects.toThrow("broken");
  expect(clock.nowUs()).toBe(5);
  await clock.advance(5);
  expect(fired).toEqual([6]);
});

test("ends with an error when alarms re-arm themselves for now", async () => {
  const clock = new SimulatedClock();
  const again = (): void => {
    clock.setAlarm(0, again);
  };
  again();
  await expect(clock.advance(1)).rejects.toThrow("without end");
});

test("fires any number of alarms at one time", async () => {
  const clock = new SimulatedClock();
  let fired = 0;
  for (let count = 0; count < 100_002; count++) clock.setAlarm(5, () => fired++);
  await clock.advance(5);
  expect(fired).toBe(100_002);
});

test("passes a year of weekly alarms in one advance", async () => {
  const clock = new SimulatedClock(START_US);
  let fired = 0;
  const weekly = (): void => {
    fired++;
    clock.setAlarm(7 * DAY_US, weekly);
  };
  clock.setAlarm(0, weekly);
  await clock.advance(365 * DAY_US);
  expect(fired).toBe(53);
});

test.each([20_000_000_000, 2 ** 31, 2 ** 32])("keeps whole seconds at Unix time %i", async (at) => {
  const clock = new SimulatedClock((at - 1) * SECOND_US);
  await clock.advance(SECOND_US);
  expect(clock.nowUs()).toBe(at * SECOND_US);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses an alarm in %s", (byUs) => {
  expect(() => new SimulatedClock().setAlarm(byUs, () => {})).toThrow(RangeError);
});

test("refuses times that are no whole microseconds", async () => {
  const clock = new SimulatedClock();
  for (const byUs of [0.5, Number.NaN, Number.POSITIVE_INFINITY, -1]) {
    await expect(clock.advance(byUs)).rejects.toThrow(RangeError);
  }
  expect(() => clock.stepWall(0.5)).toThrow(RangeError);
  expect(() => new SimulatedClock(0.5)).toThrow(RangeError);
  expect(clock.nowUs()).toBe(0);
});
