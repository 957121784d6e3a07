// The parts that a clock's error is summed from. Each is a pure function x(t) of the true time since
// the token was made: seconds in, seconds out, in closed form. Positive = the token is ahead.
// Physics: 32.768 kHz tuning forks (Maxim AN58, Micro Crystal RV-8063; MIL-PRF-55310 for aging).

import { mix } from "../../core/time/random.ts";

/** x(t), seconds; t in seconds since the token was made. */
export type PhaseTerm = (elapsedSeconds: number) => number;

const DAY = 86_400;
const YEAR = 365.25 * DAY;
const PPM = 1e-6;

/** A constant offset. */
export function offsetTerm(seconds: number): PhaseTerm {
  return () => seconds;
}

/** A constant rate error: 1 ppm is 31.56 s a year. */
export function rateTerm(ppm: number): PhaseTerm {
  return (t) => ppm * PPM * t;
}

/** Temperature around the token: a mean, a daily and a yearly cycle, degrees Celsius. */
export interface TemperatureCycle {
  readonly meanCelsius: number;
  readonly dailyCelsius: number;
  readonly yearlyCelsius: number;
  /** Phases of the cycles, radians. */
  readonly dailyPhase: number;
  readonly yearlyPhase: number;
}

/** The parabola of a tuning fork: rate = coefficient × (T - turnover)², ppm. Hot and cold slow it. */
export interface Parabola {
  /** ppm per °C², negative. */
  readonly coefficient: number;
  readonly turnoverCelsius: number;
}

/** The usual part. */
export const TUNING_FORK: Parabola = { coefficient: -0.035, turnoverCelsius: 25 };

/** Rate error at a temperature, ppm. */
export function parabolaPpm(parabola: Parabola, celsius: number): number {
  return parabola.coefficient * (celsius - parabola.turnoverCelsius) ** 2;
}

/**
 * The parabola under a temperature cycle, integrated in closed form:
 * (m + d·cos a + y·cos b)² = m² + d²/2 + y²/2 + 2md·cos a + 2my·cos b + d²/2·cos 2a + y²/2·cos 2b
 * + dy·cos(a+b) + dy·cos(a−b), each cosine becoming a sine over its own angular rate.
 */
export function temperatureTerm(parabola: Parabola, cycle: TemperatureCycle): PhaseTerm {
  const m = cycle.meanCelsius - parabola.turnoverCelsius;
  const d = cycle.dailyCelsius;
  const y = cycle.yearlyCelsius;
  const wd = (2 * Math.PI) / DAY;
  const wy = (2 * Math.PI) / YEAR;
  const { dailyPhase: pd, yearlyPhase: py } = cycle;
  const waves: readonly (readonly [number, number, number])[] = [
    [2 * m * d, wd, pd],
    [2 * m * y, wy, py],
    [(d * d) / 2, 2 * wd, 2 * pd],
    [(y * y) / 2, 2 * wy, 2 * py],
    [d * y, wd + wy, pd + py],
    [d * y, wd - wy, pd - py],
  ];
  const mean = m * m + (d * d) / 2 + (y * y) / 2;
  return (t) => {
    let integral = mean * t;
    for (const [size, rate, phase] of waves) {
      integral += (size / rate) * (Math.sin(rate * t + phase) - Math.sin(phase));
    }
    return parabola.coefficient * PPM * integral;
  };
}

/** Aging by the logarithmic law: rate A·ln(1 + t/τ) ppm, τ in days. */
export function agingTerm(ppm: number, timeConstantDays: number): PhaseTerm {
  const tau = timeConstantDays * DAY;
  return (t) => ppm * PPM * ((t + tau) * Math.log1p(t / tau) - t);
}

/** A jump at a time: set by hand, or a register that was hit. */
export function stepTerm(atSeconds: number, bySeconds: number): PhaseTerm {
  return (t) => (t >= atSeconds ? bySeconds : 0);
}

/** The clock stands still from a time on. */
export function stuckTerm(fromSeconds: number): PhaseTerm {
  return (t) => (t > fromSeconds ? fromSeconds - t : 0);
}

/** The clock stops for a while and then goes on. */
export function brownOutTerm(atSeconds: number, forSeconds: number): PhaseTerm {
  return (t) => -Math.min(Math.max(0, t - atSeconds), forSeconds);
}

/** A battery at its end: stops of some seconds, more and more often, from `fromSeconds` on. */
export function dyingTerm(fromSeconds: number, hash: number): PhaseTerm {
  const stops = Array.from({ length: 60 }, (_, at) => {
    const share = mix(hash + at) / 2 ** 32;
    return brownOutTerm(fromSeconds + Math.sqrt(at + share) * 8 * DAY, 1 + share * 120);
  });
  return (t) => (t < fromSeconds ? 0 : stops.reduce((sum, stop) => sum + stop(t), 0));
}
