import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../core/time/simulated-clock.ts";
import { type HostClockState, hostClockState } from "./host-clock.ts";
import { SettableClock } from "./settable-clock.ts";

describe("the clock of test mode", () => {
  test("is the computer's until it is set", async () => {
    const base = new SimulatedClock(5_000_000);
    const clock = new SettableClock(base);
    await base.advance(1_000_000);
    expect(clock.nowUs()).toBe(6_000_000);
  });

  test("stands still when it is frozen", async () => {
    const base = new SimulatedClock();
    const clock = new SettableClock(base);
    clock.set({ mode: "frozen", nowUs: 59_000_000 });
    await base.advance(10_000_000);
    expect(clock.nowUs()).toBe(59_000_000);
    expect(clock.monotonicUs()).toBe(10_000_000);
  });

  test("runs from where it was set, faster by the parts in a million", async () => {
    const base = new SimulatedClock(77_000_000);
    const clock = new SettableClock(base);
    clock.set({ mode: "running", nowUs: 1_000_000, ratePpm: 100 });
    await base.advance(10_000_000);
    expect(clock.nowUs()).toBe(11_001_000);
    clock.set({ mode: "real" });
    expect(clock.nowUs()).toBe(87_000_000);
  });

  test.each([
    [{ mode: "frozen", nowUs: Number.NaN }, "nowUs"],
    [{ mode: "frozen", nowUs: 9e18 }, "nowUs"],
    [{ mode: "running", nowUs: 0, ratePpm: Number.POSITIVE_INFINITY }, "ratePpm"],
  ] as const)("refuses %j", (setting, field) => {
    expect(() => new SettableClock(new SimulatedClock()).set(setting)).toThrow(field);
  });
});

describe("the host's clock", () => {
  const sources = (
    mark: boolean,
    answer: () => Promise<string>,
  ): Parameters<typeof hostClockState>[0] => ({
    exists: async () => mark,
    timedatectl: answer,
  });

  test.each<readonly [boolean, () => Promise<string>, HostClockState]>([
    [true, async () => "", "synchronized"],
    [false, async () => "yes\n", "synchronized"],
    [false, async () => "no\n", "unsynchronized"],
    [false, async () => "what?", "unknown"],
    [false, () => Promise.reject(new Error("ENOENT")), "unknown"],
  ])("mark %s and answer %s: %s", async (mark, answer, state) => {
    expect(await hostClockState(sources(mark, answer))).toBe(state);
  });
});
