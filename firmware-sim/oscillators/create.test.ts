import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../../core/time/random.ts";
import type { Oscillator } from "../oscillator.ts";
import { CLOCK_MODELS, CLOCK_NAMES, clockModelOf } from "./clocks.ts";
import { createOscillator, oscillatorOf } from "./create.ts";

const DAY_US = 86_400e6;
const YEAR_US: number = 365.25 * DAY_US;

function seeded(name: string, randomSeed: number): Oscillator {
  return createOscillator(name, { random: createRandom(randomSeed) });
}

/** Phases of a fleet, seconds, `afterUs` of a token's life. */
function fleet(name: string, afterUs: number, tokens = 400): readonly number[] {
  const seconds = (_: unknown, at: number) => seeded(name, at).phaseUs(afterUs) / 1e6;
  return Array.from({ length: tokens }, seconds).toSorted((a, b) => a - b);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
}

test("names the ten clocks of the protocol notes, the perfect one, and the demo's", () => {
  expect(CLOCK_NAMES).toEqual([
    "perfect",
    "xtal-token",
    "xtal-token-trimmed",
    "xtal-token-hot-glovebox",
    "tcxo-token",
    "rc-oscillator",
    "mcu-crystal-16mhz",
    "smartphone-ntp",
    "stuck",
    "timezone-misset",
    "battery-dying",
    "drifting",
  ]);
});

test("an unknown clock is refused, and those there are are named", () => {
  expect(() => clockModelOf("sundial")).toThrow(/no clock "sundial".*perfect.*battery-dying/);
  expect(() => createOscillator("sundial")).toThrow(RangeError);
});

test.each(CLOCK_NAMES)(
  "%s: any moment is the same, asked for alone, forward, back or shuffled",
  (name) => {
    const moments = Array.from({ length: 200 }, (_, at) => Math.floor((at * 2 * YEAR_US) / 200));
    const forward = seeded(name, 7);
    const expected = moments.map((us) => forward.phaseUs(us));
    const back = seeded(name, 7);
    expect(
      moments
        .toReversed()
        .map((us) => back.phaseUs(us))
        .toReversed(),
    ).toEqual(expected);
    const stride = moments.map((_, at) => (at * 77) % 200);
    for (const at of stride) {
      expect(forward.phaseUs(moments[at] ?? 0)).toBe(expected[at]);
      expect(seeded(name, 7).phaseUs(moments[at] ?? 0)).toBe(expected[at]);
    }
  },
);

test.each(CLOCK_NAMES.filter((name) => name !== "perfect"))(
  "%s: other random seeds are other tokens",
  (name) => {
    const phases = new Set(
      Array.from({ length: 20 }, (_, at) => seeded(name, at).phaseUs(YEAR_US)),
    );
    expect(phases.size).toBeGreaterThan(10);
  },
);

test("the random stream that is handed in is not used up", () => {
  const random = createRandom(5);
  createOscillator("battery-dying", { random });
  expect(random.uint32()).toBe(createRandom(5).uint32());
});

test.each(CLOCK_NAMES)("%s: token time goes on but for events and syncs", (name) => {
  const { phaseUs } = seeded(name, 11);
  // No clock of these steps within its first hour: a second lasts a second, to 2 %.
  for (let second = 1; second < 3600; second++) {
    const gained = phaseUs(second * 1e6) - phaseUs((second - 1) * 1e6);
    expect(Math.abs(gained)).toBeLessThan(20_000);
  }
});

test("a perfect clock is never wrong", () => {
  expect(fleet("perfect", 10 * YEAR_US, 10)).toEqual(new Array(10).fill(0));
});

test("crystals lose or gain minutes a year, most of them within five", () => {
  const year = fleet("xtal-token", YEAR_US);
  expect(quantile(year, 0.5)).toBeGreaterThan(-40);
  expect(quantile(year, 0.5)).toBeLessThan(10);
  expect(quantile(year, 0.025)).toBeGreaterThan(-300);
  expect(quantile(year, 0.975)).toBeLessThan(300);
  expect(quantile(year, 0.975)).toBeGreaterThan(150);
});

test("trimmed crystals stay within the trim's resolution", () => {
  for (const seconds of fleet("xtal-token-trimmed", YEAR_US)) {
    // 2.17 ppm of trim, half a ppm of temperature, 0.3 of a pocket, 1 ppm of aging on average.
    expect(Math.abs(seconds)).toBeLessThan(4.4 * 31.56);
  }
});

test("a car loses eight minutes a year more than a drawer", () => {
  const difference = quantile(fleet("xtal-token-hot-glovebox", YEAR_US), 0.5);
  expect(difference).toBeGreaterThan(-9 * 60);
  expect(difference).toBeLessThan(-7 * 60);
});

test("temperature-compensated crystals stay within a minute a year", () => {
  const year = fleet("tcxo-token", YEAR_US);
  expect(Math.max(...year.map(Math.abs))).toBeLessThan(63);
});

test("an RC oscillator is up to a percent off, a microcontroller's crystal 30 ppm", () => {
  const rc = fleet("rc-oscillator", DAY_US);
  expect(quantile(rc, 0.9)).toBeGreaterThan(120);
  expect(Math.max(...rc.map(Math.abs))).toBeLessThan(0.0107 * 86_400);
  const mcu = fleet("mcu-crystal-16mhz,stops.perDay=0", YEAR_US);
  expect(quantile(mcu, 0.9)).toBeGreaterThan(300);
  expect(Math.max(...mcu.map(Math.abs))).toBeLessThan(36 * 31.56);
});

test("a microcontroller without power for a while is behind by that, an hour at most each time", () => {
  for (let at = 0; at < 50; at++) {
    const { runUs } = seeded("mcu-crystal-16mhz", at);
    const stood = 10 * YEAR_US - runUs(10 * YEAR_US);
    expect(stood).toBeGreaterThan(0);
    expect(stood).toBeLessThan(8 * 3600e6);
  }
});

test("a phone is within a second or two whenever it is looked at, but for a few", () => {
  const year = fleet("smartphone-ntp", YEAR_US, 1000).map(Math.abs);
  expect(year.filter((seconds) => seconds < 2).length).toBeGreaterThan(980);
  expect(year.filter((seconds) => seconds > 0.05).length).toBeGreaterThan(500);
});

test("a stuck clock stops within its first year, for ever", () => {
  for (let at = 0; at < 50; at++) {
    const { phaseUs, runUs } = seeded("stuck", at);
    const ran = runUs(YEAR_US);
    expect(ran).toBeGreaterThanOrEqual(30 * DAY_US);
    expect(ran).toBeLessThanOrEqual(300 * DAY_US);
    expect(2 * YEAR_US + phaseUs(2 * YEAR_US)).toBe(YEAR_US + phaseUs(YEAR_US));
    expect(runUs(2 * YEAR_US)).toBe(ran);
  }
});

test("a clock of another zone drifts like its twin: exactly 120 steps an hour off (F11)", () => {
  const hoursSeen = new Set<number>();
  for (let at = 0; at < 50; at++) {
    const misset = seeded("timezone-misset", at);
    const twin = seeded("xtal-token", at);
    for (let month = 0; month < 24; month++) {
      const us = (month * YEAR_US) / 12 + 12_345_678;
      const hours = (misset.phaseUs(us) - twin.phaseUs(us)) / 3600e6;
      const quarters = Math.round(hours * 4);
      expect(Math.abs(hours * 4 - quarters)).toBeLessThan(1e-9);
      const steps = (phaseUs: number): number => Math.floor((us + phaseUs) / 30e6);
      expect(steps(misset.phaseUs(us)) - steps(twin.phaseUs(us))).toBe(quarters * 30);
      hoursSeen.add(hours);
    }
  }
  expect(hoursSeen.size).toBeGreaterThan(10);
});

test("a dying battery first stops the clock for a while, then for ever", () => {
  const { runUs } = seeded("battery-dying", 4);
  expect(runUs(200 * DAY_US)).toBe(200 * DAY_US);
  const stood = 260 * DAY_US - runUs(260 * DAY_US);
  expect(stood).toBeGreaterThan(0);
  expect(stood).toBeLessThan(12 * 600e6);
  expect(runUs(400 * DAY_US)).toBe(runUs(270 * DAY_US));
});

test("the drifting clock gains 13 minutes a year", () => {
  for (const seconds of fleet("drifting", YEAR_US, 20)) {
    expect(seconds / 60).toBeGreaterThan(12.8);
    expect(seconds / 60).toBeLessThan(13.5);
  }
});

test("rate and offset are added to any clock, and its description says so", () => {
  const options = { ratePpm: 12.5, offsetSeconds: -3 };
  const plain = createOscillator("xtal-token");
  const changed = createOscillator("xtal-token", options);
  for (const us of [0, 1e6, YEAR_US]) {
    const added = changed.phaseUs(us) - plain.phaseUs(us);
    expect(added).toBeCloseTo(-3e6 + (12.5 * us) / 1e6, 3);
  }
  expect(changed.description).toBe("xtal-token (+12.5 ppm, -3 s at the start)");
  expect(plain.description).toBe("xtal-token");
});

test.each([
  { ratePpm: 100_001 },
  { ratePpm: Number.NaN },
  { offsetSeconds: Infinity },
  { offsetSeconds: -400 * 86_400 - 1 },
])("refuses %o", (options) => {
  expect(() => createOscillator("perfect", options)).toThrow(/^(rate|offset) must be from/);
});

test("the phase is the sum of what each term does alone", () => {
  for (const model of CLOCK_MODELS.filter(({ events }) => events.length === 0)) {
    const whole = oscillatorOf(model);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: YEAR_US }), (us) => {
        const terms = model.terms.map((_, alone) => {
          const others = model.terms.map((term, at) =>
            at === alone ? term : ({ kind: "offset", seconds: 0 } as const),
          );
          return oscillatorOf({ ...model, terms: others }).phaseUs(us);
        });
        expect(whole.phaseUs(us)).toBeCloseTo(
          terms.reduce((sum, phase) => sum + phase, 0),
          3,
        );
      }),
      { numRuns: 20 },
    );
  }
});

test("an RC oscillator whose supply sags by half a volt is 500 ppm off its twin", () => {
  const random = createRandom(4);
  const [sound, sagged] = ["rc-oscillator", "rc-oscillator,supply.dropVolts=0.5"].map((name) =>
    createOscillator(name, { random }),
  );
  const apart = (days: number): number =>
    Math.abs((sagged?.phaseUs(days * DAY_US) ?? 0) - (sound?.phaseUs(days * DAY_US) ?? 0));
  expect(apart(0)).toBe(0);
  expect((apart(500) - apart(400)) / (100 * DAY_US * 1e-6)).toBeCloseTo(500, 3);
});

test("a phone with the satellites' fault is 15 s ahead of its twin, and drifts like it", () => {
  const random = createRandom(4);
  const name = "smartphone-ntp,constant-error.share";
  const [sound, faulty] = [0, 1].map((share) => createOscillator(`${name}=${share}`, { random }));
  for (const days of [0, 3.3, 700]) {
    const at = days * DAY_US;
    expect((faulty?.phaseUs(at) ?? 0) - (sound?.phaseUs(at) ?? 0)).toBeCloseTo(15e6, 3);
  }
});
