// Acceptance checks of the protocol notes on clock drift, section F, for one clock at a time.

import { expect, test } from "vitest";
import { createRandom, mix } from "../../core/time/random.ts";
import { checkClock, clockModelFrom } from "./clock-spec.ts";
import { CLOCK_MODELS, CLOCK_NAMES } from "./clocks.ts";
import { createOscillator, oscillatorOf } from "./create.ts";

const DAY_US = 86_400e6;
const YEAR_US: number = 365.25 * DAY_US;

/** The same on every engine and worker: only additions, products, quotients, roots and hashes. */
const GOLDEN: Readonly<Record<string, number>> = {
  perfect: 0,
  "xtal-token": 547258967,
  "xtal-token-trimmed": 1059482102,
  "xtal-token-hot-glovebox": 3740085800,
  "tcxo-token": 3961642730,
  "rc-oscillator": 1089657267,
  "mcu-crystal-16mhz": 1433206624,
  "smartphone-ntp": 1523376949,
  stuck: 2511379318,
  "timezone-misset": 3829829609,
  "battery-dying": 2338585672,
  drifting: 1485897870,
};

test.each(CLOCK_NAMES)("%s: gives its golden hash of 1,000 values (F3)", (name) => {
  let hash = 0;
  for (let index = 0; index < 1000; index++) {
    const { phaseUs } = createOscillator(name, { random: createRandom(index % 50) });
    const us = phaseUs(index * 86_461.5e6);
    hash = mix(hash ^ Math.round(us) ^ mix(Math.floor(us / 0x1_0000_0000)));
  }
  expect(hash).toBe(GOLDEN[name]);
});

test("a crystal kept at 60 °C is 41.7 ppm slow, and loses 1.5 s in ten hours (F1)", () => {
  const hot = clockModelFrom("xtal-token-hot-glovebox,temperature.meanCelsius=60");
  const terms = hot.terms
    .filter(({ kind }) => kind === "temperature")
    .map((term) => ({ ...term, dailyCelsius: 0, yearlyCelsius: 0 }));
  const { phaseUs } = oscillatorOf({ ...hot, terms });
  expect(Math.abs(phaseUs(1e12) / 1e6 + 41.7)).toBeLessThan(0.1);
  expect(Math.abs(phaseUs(36_000e6) / 1e6 + 1.5)).toBeLessThan(0.01);
});

test("temperature and aging equal their numeric integral to a microsecond over a year (F4)", () => {
  const aging = { kind: "aging", ppm: 0.4, perDays: 10, sign: "positive" } as const;
  const model = { name: "test", summary: "test", terms: [aging], events: [] };
  const { phaseUs } = oscillatorOf(model);
  const intervals = 100_000;
  const width = 365.25 / intervals;
  let sum = 0;
  for (let at = 0; at <= intervals; at++) {
    const weight = at === 0 || at === intervals ? 1 : at % 2 === 1 ? 4 : 2;
    sum += weight * 0.4 * Math.log1p((at * width) / 10);
  }
  expect(Math.abs(phaseUs(YEAR_US) - (sum * width * 86_400) / 3)).toBeLessThan(1);
});

/** Steps of the synced phone and the trimmed crystal are declared by their model. */
const STEPPING: readonly string[] = ["smartphone-ntp", "xtal-token-trimmed"];

test.each(CLOCK_NAMES.filter((name) => !STEPPING.includes(name)))(
  "%s: token time rises from each millisecond to the next (F5)",
  (name) => {
    const { phaseUs } = createOscillator(name, { random: createRandom(8) });
    // Within the first days no clock of these stops; then at random moments of its second year.
    const starts = name === "stuck" || name === "battery-dying" ? [0, DAY_US] : [0, 1.3 * YEAR_US];
    for (const start of starts) {
      let last = start + phaseUs(start);
      for (let ms = 1; ms <= 20_000; ms++) {
        const at = start + ms * 1000;
        const next = at + phaseUs(at);
        if (next <= last) expect.fail(`${name} goes back at ${at}`);
        last = next;
      }
    }
  },
);

test("a reset takes token time back to when the token was made", () => {
  const model = {
    ...clockModelFrom("xtal-token"),
    events: [
      { kind: "step", atDays: 3, bySeconds: 7 },
      { kind: "reset", atDays: { low: 10, high: 10 } },
      { kind: "step", atDays: 20, bySeconds: -2 },
    ],
  } as const;
  const { phaseUs } = oscillatorOf(model);
  const tokenAt = (days: number): number => days * DAY_US + phaseUs(days * DAY_US);
  expect(Math.abs(tokenAt(10))).toBeLessThan(1);
  expect(Math.abs(tokenAt(11) - DAY_US)).toBeLessThan(30e6);
  expect(Math.abs(tokenAt(21) - 11 * DAY_US + 2e6)).toBeLessThan(30e6);
});

test("clocks are set a second late at most, none early", () => {
  const starts = Array.from({ length: 200 }, (_, seed) =>
    createOscillator("xtal-token", { random: createRandom(seed) }).phaseUs(0),
  );
  expect(Math.max(...starts)).toBeLessThanOrEqual(0);
  expect(Math.min(...starts)).toBeGreaterThan(-1e6);
  expect(Math.min(...starts)).toBeLessThan(-0.9e6);
});

test("summer time is an hour for seven months, and comes again each year", () => {
  const event = { kind: "summer-time", bySeconds: 3600 } as const;
  const model = { name: "test", summary: "test", terms: [], events: [event] };
  const { phaseUs } = oscillatorOf(model, { random: createRandom(2) });
  const days = Array.from({ length: 3653 }, (_, day) => phaseUs((day + 0.5) * DAY_US) / 3600e6);
  expect(new Set(days)).toEqual(new Set([0, 1]));
  const share = days.filter((hours) => hours === 1).length / days.length;
  expect(share).toBeCloseTo(217 / 365.25, 2);
  const flips = days.filter((hours, at) => at > 0 && hours !== days[at - 1]).length;
  expect(flips).toBeGreaterThanOrEqual(19);
  expect(flips).toBeLessThanOrEqual(21);
});

test("a sagging battery slows the clock by its ppm in the end", () => {
  const ramp = { kind: "ramp", ppm: -2, days: { low: 10, high: 20 } } as const;
  const { phaseUs } = oscillatorOf({ name: "t", summary: "t", terms: [ramp], events: [] });
  expect(phaseUs(10 * DAY_US)).toBeCloseTo(0);
  expect(phaseUs(20 * DAY_US)).toBeCloseTo(-1 * 10 * 86_400);
  expect(phaseUs(30 * DAY_US)).toBeCloseTo(-1 * 10 * 86_400 - 2 * 10 * 86_400);
});

test("every named clock fits the schema, and all but the perfect one name their sources", () => {
  for (const model of CLOCK_MODELS) {
    expect(checkClock(structuredClone(model), model.name)).toEqual(model);
    expect(model.sources?.length ?? 0).toBeGreaterThan(model.name === "perfect" ? -1 : 0);
  }
});
