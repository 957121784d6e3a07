// Temperature and the tuning-fork crystal: it is slow on both sides of its turnover temperature,
// by a parabola (protocol notes on clock drift, A1 and B; Epson and Maxim data sheets give
// k = -0.034 to -0.035 ppm/°C²; with -0.034 ten hours at 60 °C cost the 1.5 s that the Eutron
// manual tells). Closed form, so that any moment costs the same.

import { cosineOfTurns, sineOfTurns } from "./functions.ts";

/** k: parts per million for each square degree off the turnover temperature. */
export const PARABOLA_PPM_PER_DEGREE2 = -0.034;
/** T0: where the crystal is fastest, degrees Celsius. */
export const TURNOVER_CELSIUS = 25;

const TURN: number = 2 * Math.PI;
const DAY_SECONDS = 86_400;
/** The Julian year of 365.25 days. */
const YEAR_SECONDS: number = 365.25 * DAY_SECONDS;

/** Rate error of a crystal at a steady temperature, ppm. */
export function parabolaPpm(celsius: number): number {
  const degrees = celsius - TURNOVER_CELSIUS;
  return PARABOLA_PPM_PER_DEGREE2 * degrees * degrees;
}

/** Where a token lives: T(t) = mean + daily·cos(day) + yearly·cos(year), degrees Celsius. */
export interface TemperatureCycles {
  readonly meanCelsius: number;
  /** Amplitudes: half of the span between the extremes. */
  readonly dailyCelsius: number;
  readonly yearlyCelsius: number;
  /** Where in the cycles the token's life begins, radians; 0 = at the warmest. */
  readonly dayPhase: number;
  readonly yearPhase: number;
}

/** The temperature `seconds` after the token was made, degrees Celsius. */
export function temperatureAt(cycles: TemperatureCycles, seconds: number): number {
  const day = (2 * Math.PI * seconds) / DAY_SECONDS + cycles.dayPhase;
  const year = (2 * Math.PI * seconds) / YEAR_SECONDS + cycles.yearPhase;
  const { meanCelsius, dailyCelsius, yearlyCelsius } = cycles;
  return (
    meanCelsius +
    dailyCelsius * cosineOfTurns(day / TURN) +
    yearlyCelsius * cosineOfTurns(year / TURN)
  );
}

/** A rate that swings: ppm·cos(frequency·t + phase), radians a second and radians. */
export interface Swing {
  readonly ppm: number;
  readonly frequency: number;
  readonly phase: number;
}

/**
 * The rate of a crystal in these temperatures, k·u² where u = T - T0, expanded into its mean and
 * swings at the frequencies of day, year, twice each, and their sum and difference.
 */
export function parabolaSwings(cycles: TemperatureCycles): {
  readonly meanPpm: number;
  readonly swings: readonly Swing[];
} {
  const { dailyCelsius: daily, yearlyCelsius: yearly, dayPhase, yearPhase } = cycles;
  const mean = cycles.meanCelsius - TURNOVER_CELSIUS;
  const day = (2 * Math.PI) / DAY_SECONDS;
  const year = (2 * Math.PI) / YEAR_SECONDS;
  const swing = (square: number, frequency: number, phase: number): Swing => ({
    ppm: PARABOLA_PPM_PER_DEGREE2 * square,
    frequency,
    phase,
  });
  return {
    meanPpm: PARABOLA_PPM_PER_DEGREE2 * (mean ** 2 + (daily ** 2 + yearly ** 2) / 2),
    swings: [
      swing(2 * mean * daily, day, dayPhase),
      swing(2 * mean * yearly, year, yearPhase),
      swing(daily ** 2 / 2, 2 * day, 2 * dayPhase),
      swing(yearly ** 2 / 2, 2 * year, 2 * yearPhase),
      swing(daily * yearly, day + year, dayPhase + yearPhase),
      swing(daily * yearly, day - year, dayPhase - yearPhase),
    ],
  };
}

/**
 * The phase a crystal gains in these temperatures.
 *
 * @returns microseconds as a function of seconds since the token was made; 0 at 0
 */
export function temperaturePhase(cycles: TemperatureCycles): (seconds: number) => number {
  const { meanPpm, swings } = parabolaSwings(cycles);
  const cosines = swings.map(({ ppm, frequency, phase }) =>
    integratedCosine(ppm, frequency, phase),
  );
  return (seconds) => {
    let phaseUs = meanPpm * seconds;
    for (const cosine of cosines) phaseUs += cosine(seconds);
    return phaseUs;
  };
}

/** The integral of amplitude·cos(frequency·t + phase) from 0 to t. */
export function integratedCosine(
  amplitude: number,
  frequency: number,
  phase: number,
): (seconds: number) => number {
  const scale = amplitude / frequency;
  const turnsPerSecond = frequency / TURN;
  const turns = phase / TURN;
  const start = sineOfTurns(turns);
  return (seconds) => scale * (sineOfTurns(turnsPerSecond * seconds + turns) - start);
}

/**
 * The integral of a swing that is looked at every `holdSeconds` from 0 on and held until the next
 * time: n whole ones add up to h/(2 sin(fh/2))·[sin(f(n - ½)h + phase) - sin(phase - fh/2)].
 */
export function heldCosine(
  { ppm, frequency, phase }: Swing,
  holdSeconds: number,
): (seconds: number) => number {
  const turnsPerHold = (frequency * holdSeconds) / TURN;
  const turns = phase / TURN;
  const half = sineOfTurns(turnsPerHold / 2);
  // Looked at once a turn, or so: it seems to stand still.
  if (half === 0) return (seconds) => ppm * cosineOfTurns(turns) * seconds;
  const scale = (ppm * holdSeconds) / (2 * half);
  const start = sineOfTurns(turns - turnsPerHold / 2);
  return (seconds) => {
    const holds = Math.floor(seconds / holdSeconds);
    const whole = scale * (sineOfTurns(turnsPerHold * (holds - 0.5) + turns) - start);
    const held = ppm * cosineOfTurns(turnsPerHold * holds + turns);
    return whole + held * (seconds - holds * holdSeconds);
  };
}
