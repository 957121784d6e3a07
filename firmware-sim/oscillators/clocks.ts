// The named clocks, as data. Figures: datasheets and what vendors and fleets report (Maxim AN58,
// Token2, Feitian, DS3231); each is a default that `createOscillator` can be told to change.

/** What a clock's error is made of. Times in days since the token was made. */
export interface ClockModel {
  readonly name: string;
  readonly summary: string;
  /** Tolerance: normally distributed with this spread, clipped, ppm. */
  readonly tolerance: { readonly sigmaPpm: number; readonly clipPpm: number };
  /** Added to the drawn tolerance, ppm. */
  readonly ratePpm?: number;
  /** Temperature, if the oscillator minds it; swing to each side, degrees Celsius. */
  readonly temperature?: {
    readonly meanCelsius: number;
    readonly dailyCelsius: number;
    readonly yearlyCelsius: number;
  };
  /** Aging: A of the logarithmic law, normally distributed, ppm; time constant in days. */
  readonly aging?: { readonly sigmaPpm: number; readonly timeConstantDays: number };
  /** Zone error: a whole number of hours from -limit to limit, never 0. */
  readonly zoneHours?: number;
  /** Stands still from a day drawn between these two on. */
  readonly stuckDays?: { readonly from: number; readonly to: number };
  /** Stops now and then from a day drawn between these two on. */
  readonly dyingDays?: { readonly from: number; readonly to: number };
}

const OFFICE = { meanCelsius: 23, dailyCelsius: 3, yearlyCelsius: 3 } as const;
const CRYSTAL = {
  tolerance: { sigmaPpm: 4, clipPpm: 20 },
  temperature: OFFICE,
  aging: { sigmaPpm: 0.4, timeConstantDays: 10 },
} as const;

/** Every named clock. */
export const CLOCK_MODELS: readonly ClockModel[] = [
  {
    name: "perfect",
    summary: "true time",
    tolerance: { sigmaPpm: 0, clipPpm: 0 },
  },
  {
    name: "xtal-token",
    summary: "display token with a 32.768 kHz crystal, at an office's temperature",
    ...CRYSTAL,
  },
  {
    name: "xtal-token-hot-glovebox",
    summary: "the same token in a car: 10 to 60 °C, about 8 minutes slow a year",
    ...CRYSTAL,
    temperature: { meanCelsius: 35, dailyCelsius: 25, yearlyCelsius: 10 },
  },
  {
    name: "tcxo-token",
    summary: "temperature-compensated oscillator, ±2 ppm",
    tolerance: { sigmaPpm: 0.4, clipPpm: 2 },
    aging: { sigmaPpm: 0.2, timeConstantDays: 10 },
  },
  {
    name: "rc-oscillator",
    summary: "microcontroller without a crystal, up to 1 %",
    tolerance: { sigmaPpm: 3000, clipPpm: 10_000 },
  },
  {
    name: "mcu-crystal-16mhz",
    summary: "microcontroller's own crystal, ±30 ppm",
    tolerance: { sigmaPpm: 15, clipPpm: 30 },
    aging: { sigmaPpm: 1, timeConstantDays: 10 },
  },
  {
    name: "drifting",
    summary: "a bad crystal, about 25 ppm fast: leaves a login window within weeks",
    tolerance: { sigmaPpm: 1, clipPpm: 3 },
    ratePpm: 25,
    temperature: OFFICE,
  },
  {
    name: "stuck",
    summary: "stands still from a day in the first year on",
    ...CRYSTAL,
    stuckDays: { from: 30, to: 300 },
  },
  {
    name: "timezone-misset",
    summary: "set to another time zone's hour",
    ...CRYSTAL,
    zoneHours: 12,
  },
  {
    name: "battery-dying",
    summary: "stops now and then from a day in the first year on",
    ...CRYSTAL,
    dyingDays: { from: 60, to: 300 },
  },
];
