import { expect, test } from "vitest";
import { SimulatedClock } from "../core/time/simulated-clock.ts";
import type { Oscillator } from "./oscillator.ts";
import { createOscillator, oscillatorOf } from "./oscillators/create.ts";
import { START_SECONDS } from "./testing/token.ts";
import { TokenClock } from "./token-clock.ts";

const DAY_US = 86_400e6;

function clockWith(oscillator: Oscillator, survivesPowerOff = true) {
  const world = new SimulatedClock(START_SECONDS * 1e6);
  const clock = new TokenClock({ world, oscillator, survivesPowerOff, resetSeconds: 946_684_800 });
  return { world, clock };
}

function rate(ppm: number): Oscillator {
  return createOscillator("perfect", { ratePpm: ppm });
}

test("is right when it is made, and walks with its oscillator", async () => {
  const { world, clock } = clockWith(rate(20));
  expect(clock.nowUs()).toBe(START_SECONDS * 1e6);
  await world.advance(DAY_US);
  expect(clock.offsetUs()).toBeCloseTo(20 * 86_400, 3);
  expect(clock.nowUs()).toBeCloseTo(world.nowUs() + 20 * 86_400, 1);
  expect(clock.ratePpm()).toBeCloseTo(20, 6);
});

test("has its oscillator's offset from the start", () => {
  const { clock } = clockWith(createOscillator("perfect", { offsetSeconds: -90 }));
  expect(clock.offsetUs()).toBe(-90e6);
  expect(clock.seconds()).toBe(START_SECONDS - 90);
});

test("reading it changes nothing", async () => {
  const { world, clock } = clockWith(createOscillator("xtal-token"));
  const twin = clockWith(createOscillator("xtal-token"));
  for (let day = 0; day < 100; day++) {
    await world.advance(DAY_US);
    clock.nowUs();
    clock.offsetUs();
    clock.ratePpm();
  }
  await twin.world.advance(100 * DAY_US);
  expect(clock.nowUs()).toBe(twin.clock.nowUs());
});

test("shows exactly what it was set to, and walks on from there", async () => {
  const { world, clock } = clockWith(createOscillator("xtal-token-hot-glovebox"));
  await world.advance(100 * DAY_US + 123);
  for (const seconds of [0, 59, START_SECONDS, 2 ** 31, 2 ** 32, 253_402_300_799]) {
    clock.set(seconds);
    expect(clock.nowUs()).toBe(seconds * 1e6);
    expect(clock.seconds()).toBe(seconds);
  }
  clock.set(59);
  await world.advance(1e6);
  expect(clock.seconds()).toBeGreaterThanOrEqual(59);
  expect(clock.nowUs() - 60e6).toBeCloseTo(0, -3);
});

test("setting it takes the drift so far away and leaves the rate", async () => {
  const { world, clock } = clockWith(rate(50));
  await world.advance(365 * DAY_US);
  clock.set(Math.round(world.nowUs() / 1e6));
  expect(clock.offsetUs()).toBe(0);
  await world.advance(DAY_US);
  expect(clock.offsetUs()).toBeCloseTo(50 * 86_400, 3);
});

test("steps of the host's wall time are none of its business", async () => {
  const { world, clock } = clockWith(rate(0));
  world.stepWall(3600e6);
  await world.advance(1e6);
  expect(clock.seconds()).toBe(START_SECONDS + 1);
  expect(clock.offsetUs()).toBe(0);
});

test("a backed clock goes on while the power is off", async () => {
  const { world, clock } = clockWith(rate(10));
  clock.powerOff();
  await world.advance(DAY_US);
  clock.powerOn();
  expect(clock.offsetUs()).toBeCloseTo(864_000, 3);
});

test("a clock that is not backed starts again from its reset time", async () => {
  const { world, clock } = clockWith(rate(10), false);
  clock.powerOff();
  expect(clock.ratePpm()).toBe(-1e6);
  await world.advance(DAY_US);
  expect(clock.seconds()).toBe(946_684_800);
  expect(clock.offsetUs()).toBe((946_684_800 - START_SECONDS) * 1e6 - DAY_US);
  clock.powerOn();
  await world.advance(10e6);
  expect(clock.seconds()).toBe(946_684_810);
  expect(clock.ratePpm()).toBeCloseTo(10, 6);
});

test("at 60 °C the crystal loses 1.5 s in ten hours, and none at 25 °C", async () => {
  const { world, clock } = clockWith(rate(0));
  clock.setTemperature(60);
  expect(clock.ratePpm()).toBeCloseTo(-41.65, 6);
  await world.advance(36_000e6);
  expect(clock.offsetUs() / 1e6).toBeCloseTo(-1.5, 2);
  clock.setTemperature(25);
  const cooled = clock.offsetUs();
  await world.advance(DAY_US);
  expect(clock.offsetUs()).toBe(cooled);
});

test("a clock that stands still stays so, however warm it is", async () => {
  const oscillator = oscillatorOf({
    name: "stops",
    summary: "stops after a day",
    terms: [],
    events: [{ kind: "stuck", atDays: { low: 1, high: 1 } }],
  });
  const { world, clock } = clockWith(oscillator);
  clock.setTemperature(50);
  await world.advance(2 * DAY_US);
  const stands = clock.nowUs();
  clock.setTemperature(-10);
  await world.advance(30 * DAY_US);
  expect(clock.nowUs()).toBe(stands);
  expect(clock.ratePpm()).toBe(-1e6);
});

test("whole seconds are never those to come, also beyond 2^53 microseconds", async () => {
  const { world, clock } = clockWith(rate(0));
  const seconds = 253_402_300_700;
  clock.set(seconds);
  await world.advance(999_999);
  expect(clock.seconds()).toBeLessThanOrEqual(seconds + 1);
  clock.set(seconds);
  await world.advance(999_900);
  expect(clock.seconds()).toBe(seconds);
});
