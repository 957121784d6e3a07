// Named clocks as data. Scales are those of the protocol notes on clock drift, section B; the
// sources stand beside each. The form is that of clock.schema.json, so that a file can hold one
// more; clock-spec.ts overrides them field by field.

import { parabolaPpm } from "./temperature.ts";
import type { ClockEvent, SmoothTerm } from "./terms.ts";

/** A kind of clock. */
export interface ClockModel {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** Where its scales come from: data sheets, vendors' words, measurements. */
  readonly sources?: readonly string[];
  readonly terms: readonly SmoothTerm[];
  readonly events: readonly ClockEvent[];
}

/** 32.768 kHz tuning fork in a drawer: Token2, Eutron and Feitian c200 give 2 to 5 ppm. */
const XTAL: readonly SmoothTerm[] = [
  { kind: "tolerance", sigmaPpm: 4, clipPpm: 20 },
  { kind: "temperature", meanCelsius: 23, dailyCelsius: 3, yearlyCelsius: 3 },
  // A quarter of the day at 31 °C: 1.1 ppm slower than at 23 °C.
  { kind: "pocket", ppm: parabolaPpm(31) - parabolaPpm(23), share: 0.25 },
  { kind: "aging", ppm: 0.4, perDays: 10, sign: "drawn" },
  { kind: "noise", white: 5e-8, flicker: 1e-8, walk: 2e-11 },
  { kind: "set-time", granularitySeconds: 1, sigmaSeconds: 0 },
];

const XTAL_SOURCES: readonly string[] = [
  "Token2: Time drift, a major downside of TOTP hardware tokens (2 minutes a year)",
  "Feitian c200: 3 periods of 30 s a year; US8443432: 5 ppm",
  "Eutron AAJ manual, page 25: calibrated below 2 ppm, error parabola",
  "Maxim AN58 and Epson RTC-9701: tolerance, k = -0.034 ppm per square degree, 25 °C",
  "MIL-PRF-55310: logarithmic aging",
];

/** RV-8063: 4.34 ppm a step, pulses every two hours; up to 144 ms at once at 20 ppm. */
const TRIMMED: SmoothTerm = {
  kind: "trimmed-tolerance",
  sigmaPpm: 4,
  clipPpm: 20,
  stepPpm: 4.34,
  periodSeconds: 7200,
};

const WHOLE_HOURS: readonly number[] = [-8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Every named clock. */
export const CLOCK_MODELS: readonly ClockModel[] = [
  { name: "perfect", summary: "never wrong", sources: [], terms: [], events: [] },
  {
    name: "xtal-token",
    summary: "tuning-fork crystal at room temperature",
    sources: XTAL_SOURCES,
    terms: XTAL,
    events: [],
  },
  {
    name: "xtal-token-trimmed",
    summary: "tuning-fork crystal, digitally trimmed: 2 ppm at most, in jumps every two hours",
    sources: [...XTAL_SOURCES, "Micro Crystal RV-8063: 4.34 ppm a step, every two hours"],
    terms: XTAL.map((term) => (term.kind === "tolerance" ? TRIMMED : term)),
    events: [],
  },
  {
    name: "xtal-token-hot-glovebox",
    summary: "tuning-fork crystal in a car: 35 °C, ±25 a day, ±10 a year; loses 8 minutes a year",
    sources: XTAL_SOURCES,
    terms: XTAL.filter(({ kind }) => kind !== "pocket").map((term) =>
      term.kind === "temperature"
        ? { kind: "temperature", meanCelsius: 35, dailyCelsius: 25, yearlyCelsius: 10 }
        : term,
    ),
    events: [],
  },
  {
    // DS3231: ±2 ppm; ten of them in the field after five months -3.1 to +0.3 ppm.
    name: "tcxo-token",
    summary: "temperature-compensated crystal: a minute a year at most",
    sources: [
      "Maxim DS3231: 2 ppm",
      "heypete: DS3231 drift results after 5 months",
      "temperature taken every 64 s: not verified",
    ],
    terms: [
      { kind: "tolerance", sigmaPpm: 0.4, clipPpm: 2 },
      { kind: "cycle", ppm: 0.25, periodDays: 1, holdSeconds: 64 },
      { kind: "cycle", ppm: 0.25, periodDays: 365.25, holdSeconds: 64 },
      { kind: "aging", ppm: 0.2, perDays: 30, sign: "drawn" },
      { kind: "noise", white: 1e-8, flicker: 2e-9, walk: 0 },
    ],
    events: [],
  },
  {
    // ATmega328P calibrated: 1 %, 100 to 300 ppm a degree.
    name: "rc-oscillator",
    summary: "no crystal: up to 1 % off, minutes a day",
    sources: [
      "ATmega328P: 1 % calibrated, 1000 ppm a volt",
      "TAG T1 logger: 100 to 300 ppm a degree",
      "how far its supply sags, and to which side that goes: not known, hence 0 V",
    ],
    terms: [
      { kind: "tolerance", sigmaPpm: 3000, clipPpm: 10_000 },
      { kind: "cycle", ppm: 600, periodDays: 1 },
      { kind: "cycle", ppm: 600, periodDays: 365.25 },
      { kind: "noise", white: 0, flicker: 1e-5, walk: 1e-7 },
      {
        kind: "supply",
        ppmPerVolt: 1000,
        dropVolts: 0,
        days: { low: 0, high: 365.25 },
        sign: "drawn",
      },
    ],
    events: [],
  },
  {
    name: "mcu-crystal-16mhz",
    summary: "microcontroller's own crystal, up to 30 ppm off; loses up to an hour with its power",
    sources: ["Movement Ecology 2024: bio-loggers, table 1 (10 to 30 ppm)", "stops: our choice"],
    terms: [
      { kind: "tolerance", sigmaPpm: 15, clipPpm: 30 },
      { kind: "cycle", ppm: 1, periodDays: 1 },
      { kind: "cycle", ppm: 1, periodDays: 365.25 },
      { kind: "aging", ppm: 1, perDays: 10, sign: "drawn" },
      { kind: "noise", white: 0, flicker: 3e-9, walk: 0 },
    ],
    // Without power it stands still; the time it knew comes back from its flash memory.
    events: [
      {
        kind: "stops",
        days: { low: 0, high: 3652.5 },
        perDay: 0.002,
        forSeconds: { low: 0, high: 3600 },
      },
    ],
  },
  {
    // MNTP paper and OpenSignal: tenths of a second after a sync, seldom seconds, and minutes where
    // somebody set it by hand; one in 1,000 sets it by satellite and forgets 15 leap seconds.
    name: "smartphone-ntp",
    summary: "phone set over the network every 1 to 24 hours, up to 10 ppm off between",
    sources: [
      "MNTP: a mobile network time protocol",
      "OpenSignal: errors in Android clocks (15 s where they are set by GPS)",
      "ZDNet: the time displayed on most Android phones is wrong (15 s ahead)",
    ],
    terms: [
      {
        kind: "synced",
        ppm: { low: -10, high: 10 },
        everyHours: { low: 1, high: 24 },
        errors: [
          { share: 0.988, sigmaSeconds: 0.1 },
          { share: 0.01, sigmaSeconds: 2 },
          { share: 0.002, sigmaSeconds: 120 },
        ],
      },
      { kind: "constant-error", share: 0.001, seconds: 15 },
    ],
    events: [],
  },
  {
    name: "stuck",
    summary: "crystal whose clock stops for ever in its first year: the same code again and again",
    sources: XTAL_SOURCES,
    terms: XTAL,
    events: [{ kind: "stuck", atDays: { low: 30, high: 300 } }],
  },
  {
    // Nine of ten by whole hours, the rest by three quarters or a half (Nepal, Newfoundland).
    name: "timezone-misset",
    summary: "crystal set to the time of another zone: hours off, the drift of any other",
    sources: [...XTAL_SOURCES, "OneSpan: discrete time window (zones)", "OpenSignal: zone errors"],
    terms: XTAL,
    events: [
      { kind: "zone", hours: [...WHOLE_HOURS, 5.75, -3.5] },
      { kind: "summer-time", bySeconds: 3600 },
    ],
  },
  {
    name: "battery-dying",
    summary: "crystal on an empty battery: stops for seconds to minutes, at last for ever",
    sources: [...XTAL_SOURCES, "Epson RTC-9701: -2 ppm a volt; the volt, the stops: our choice"],
    terms: [
      ...XTAL,
      {
        kind: "supply",
        ppmPerVolt: -2,
        dropVolts: 1,
        days: { low: 200, high: 260 },
        sign: "positive",
      },
    ],
    events: [
      {
        kind: "stops",
        days: { low: 200, high: 260 },
        perDay: 0.2,
        forSeconds: { low: 1, high: 600 },
      },
      { kind: "stuck", atDays: { low: 260, high: 270 } },
    ],
  },
  {
    // Within what untrimmed crystals do (±20 ppm and load capacitance), beyond what windows bear.
    name: "drifting",
    summary: "badly trimmed crystal, 25 ppm fast: gains 13 minutes a year",
    sources: ["Maxim AN58: untrimmed, with load capacitance error"],
    terms: [
      { kind: "rate", ppm: 25.5 },
      { kind: "temperature", meanCelsius: 23, dailyCelsius: 3, yearlyCelsius: 3 },
    ],
    events: [],
  },
];

/** Names for --clock, in the order of their documentation. */
export const CLOCK_NAMES: readonly string[] = CLOCK_MODELS.map((clock) => clock.name);

/** A clock by its name. @throws {RangeError} naming the clocks there are */
export function clockModelOf(name: string): ClockModel {
  const model = CLOCK_MODELS.find((clock) => clock.name === name);
  if (model === undefined) {
    throw new RangeError(`there is no clock "${name}"; there are ${CLOCK_NAMES.join(", ")}`);
  }
  return model;
}
