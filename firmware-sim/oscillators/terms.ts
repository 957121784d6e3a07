// What a token's clock does wrong, term by term (protocol notes on clock drift, section B), as
// data. Two families: smooth terms add up to a phase; events step the clock or stop it.
//
// Another smooth term is a member of SmoothTerm and a case in phaseOf; another event is one of
// ClockEvent and a case in timeline.ts.

import { logOnePlus } from "./functions.ts";
import { type NoiseStrength, noisePhase } from "./noise.ts";
import { heldCosine, integratedCosine, temperaturePhase } from "./temperature.ts";

const SECONDS_PER_DAY = 86_400;

/** Drawn once for each token, uniformly. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** A term of the smooth phase. Rates in ppm, positive = fast. */
export type SmoothTerm =
  | { readonly kind: "offset"; readonly seconds: number }
  | { readonly kind: "rate"; readonly ppm: number }
  /** Initial tolerance: drawn once a token, normal, redrawn beyond the clip. */
  | { readonly kind: "tolerance"; readonly sigmaPpm: number; readonly clipPpm: number }
  /** The crystal's parabola; where in day and year the token's life begins is drawn. */
  | {
      readonly kind: "temperature";
      readonly meanCelsius: number;
      readonly dailyCelsius: number;
      readonly yearlyCelsius: number;
    }
  /** Part of each day in a warm pocket: another rate for that share, from a drawn hour on. */
  | { readonly kind: "pocket"; readonly ppm: number; readonly share: number }
  /** White, flicker and random-walk frequency noise (noise.ts). */
  | ({ readonly kind: "noise" } & NoiseStrength)
  /**
   * Set at the factory by a clock of that granularity, late by up to it, and by a person, who errs.
   */
  | {
      readonly kind: "set-time";
      readonly granularitySeconds: number;
      readonly sigmaSeconds: number;
    }
  /** A rate that grows evenly from 0 to `ppm` within these days, and stays: a battery that sags. */
  | { readonly kind: "ramp"; readonly ppm: number; readonly days: Span }
  /**
   * A supply that sags evenly by `dropVolts` within these days, times what a volt less does to the
   * rate; `sign` "drawn" takes + or - for each token.
   */
  | {
      readonly kind: "supply";
      readonly ppmPerVolt: number;
      readonly dropVolts: number;
      readonly days: Span;
      readonly sign: "positive" | "drawn";
    }
  /** Some tokens only: off by so much for good, by a fault of their software. */
  | { readonly kind: "constant-error"; readonly share: number; readonly seconds: number }
  /**
   * A rate that swings: ppm·cos(2πt/period), from a drawn phase. With `holdSeconds` it is taken
   * anew so often and held in between, as a compensated crystal does that measures temperature.
   */
  | {
      readonly kind: "cycle";
      readonly ppm: number;
      readonly periodDays: number;
      readonly holdSeconds?: number;
    }
  /** f(t) = A·ln(1 + B·t) (MIL-PRF-55310); `sign` "drawn" takes + or - for each token. */
  | {
      readonly kind: "aging";
      readonly ppm: number;
      readonly perDays: number;
      readonly sign: "positive" | "drawn";
    }
  /**
   * A tolerance that was measured at the factory and trimmed: every period so many pulses are added
   * or dropped at once, in steps of `stepPpm` (RV-8063: 4.34 ppm, every 2 h). A saw-tooth remains.
   */
  | {
      readonly kind: "trimmed-tolerance";
      readonly sigmaPpm: number;
      readonly clipPpm: number;
      readonly stepPpm: number;
      readonly periodSeconds: number;
    }
  /**
   * A clock that is set over the network again and again: a drawn rate between, and after each time
   * a drawn error. Shares add up to 1.
   */
  | {
      readonly kind: "synced";
      readonly ppm: Span;
      readonly everyHours: Span;
      readonly errors: readonly { readonly share: number; readonly sigmaSeconds: number }[];
    };

/** Something that happens to a clock at some time, days since the token was made. */
export type ClockEvent =
  | { readonly kind: "step"; readonly atDays: number; readonly bySeconds: number }
  /** Brown-out: the oscillator stops for a while and goes on. */
  | { readonly kind: "stop"; readonly atDays: number; readonly forSeconds: number }
  /** Many brown-outs at drawn times, of drawn lengths. */
  | {
      readonly kind: "stops";
      readonly days: Span;
      readonly perDay: number;
      readonly forSeconds: Span;
    }
  /** The oscillator stops for ever. */
  | { readonly kind: "stuck"; readonly atDays: Span }
  /** Battery out and in again: token time is what it was when the token was made. */
  | { readonly kind: "reset"; readonly atDays: Span }
  /** Set to another time zone from the start: one of these offsets, drawn. */
  | { readonly kind: "zone"; readonly hours: readonly number[] }
  /**
   * Put forward for seven months of each year, from a drawn day on, and back for the other
   * five.
   */
  | { readonly kind: "summer-time"; readonly bySeconds: number };

/** Phase in microseconds as a function of seconds since the token was made. */
export type Phase = (seconds: number) => number;

/** A token's own numbers, as its terms need them: the same label gives the same one. */
export interface Draw {
  unit(label: string): number;
  normal(label: string): number;
}

/** The phase of a smooth term. `label` tells apart what is drawn for terms of one kind. */
export function phaseOf(term: SmoothTerm, draw: Draw, label: string): Phase {
  switch (term.kind) {
    case "offset":
      return () => term.seconds * 1e6;
    case "rate":
      return (seconds) => term.ppm * seconds;
    case "tolerance": {
      const ppm = clippedNormal(term.sigmaPpm, term.clipPpm, draw, label);
      return (seconds) => ppm * seconds;
    }
    case "temperature":
      return temperaturePhase({
        ...term,
        dayPhase: 2 * Math.PI * draw.unit(`${label} day`),
        yearPhase: 2 * Math.PI * draw.unit(`${label} year`),
      });
    case "pocket":
      return pocketPhase(term.ppm, term.share, draw.unit(label) * SECONDS_PER_DAY);
    case "noise": {
      const phase = noisePhase(term, Math.floor(draw.unit(label) * 0x1_0000_0000));
      return (seconds) => phase(seconds) * 1e6;
    }
    case "set-time": {
      const { granularitySeconds, sigmaSeconds } = term;
      const late = granularitySeconds * draw.unit(`${label} granularity`);
      const us = (sigmaSeconds * draw.normal(`${label} error`) - late) * 1e6;
      return () => us;
    }
    case "ramp":
      return rampPhase(term.ppm, term.days);
    case "supply":
      return rampPhase(signOf(term, draw, label) * term.ppmPerVolt * term.dropVolts, term.days);
    case "constant-error": {
      const us = draw.unit(label) < term.share ? term.seconds * 1e6 : 0;
      return () => us;
    }
    case "cycle": {
      const { ppm, periodDays, holdSeconds } = term;
      const frequency = (2 * Math.PI) / (periodDays * SECONDS_PER_DAY);
      const swing = { ppm, frequency, phase: 2 * Math.PI * draw.unit(label) };
      return holdSeconds === undefined
        ? integratedCosine(ppm, frequency, swing.phase)
        : heldCosine(swing, holdSeconds);
    }
    case "aging":
      return agingPhase(signOf(term, draw, label) * term.ppm, term.perDays);
    case "trimmed-tolerance": {
      const { sigmaPpm, clipPpm, stepPpm, periodSeconds } = term;
      const ppm = clippedNormal(sigmaPpm, clipPpm, draw, label);
      const jumpUs = Math.round(ppm / stepPpm) * stepPpm * periodSeconds;
      return (seconds) => ppm * seconds - jumpUs * Math.floor(seconds / periodSeconds);
    }
    case "synced":
      return syncedPhase(term, draw, label);
  }
}

/** Of a term whose effect goes either way. */
export function signOf(
  { sign }: { readonly sign: "positive" | "drawn" },
  draw: Draw,
  label: string,
): 1 | -1 {
  return sign === "drawn" && draw.unit(label) < 0.5 ? -1 : 1;
}

/** A·[(t + 1/B)·ln(1 + B·t) - t], where 1/B is `perDays`. */
function agingPhase(ppm: number, perDays: number): Phase {
  const perSeconds = perDays * SECONDS_PER_DAY;
  return (seconds) => ppm * ((seconds + perSeconds) * logOnePlus(seconds / perSeconds) - seconds);
}

/** The integral of a rate that is 0 before the days, `ppm` after them, and between in between. */
function rampPhase(ppm: number, { low, high }: Span): Phase {
  const from = low * SECONDS_PER_DAY;
  const length = (high - low) * SECONDS_PER_DAY;
  return (seconds) => {
    const since = Math.max(0, seconds - from);
    const inside = Math.min(since, length);
    return ppm * ((length === 0 ? 0 : (inside * inside) / (2 * length)) + since - inside);
  };
}

/** The integral of a square wave: `ppm` for the first `share` of each day, else 0. */
function pocketPhase(ppm: number, share: number, shiftSeconds: number): Phase {
  const on = share * SECONDS_PER_DAY;
  const inPocket = (seconds: number): number => {
    const days = Math.floor(seconds / SECONDS_PER_DAY);
    return days * on + Math.min(seconds - days * SECONDS_PER_DAY, on);
  };
  const start = inPocket(shiftSeconds);
  return (seconds) => ppm * (inPocket(seconds + shiftSeconds) - start);
}

function syncedPhase(
  { ppm, everyHours, errors }: Extract<SmoothTerm, { kind: "synced" }>,
  draw: Draw,
  label: string,
): Phase {
  const rate = within(ppm, draw.unit(`${label} rate`));
  const period = within(everyHours, draw.unit(`${label} period`)) * 3600;
  return (seconds) => {
    const sync = Math.floor(seconds / period);
    const sigma = pick(errors, draw.unit(`${label} kind ${sync}`));
    const errorUs = sigma * draw.normal(`${label} error ${sync}`) * 1e6;
    return errorUs + rate * (seconds - sync * period);
  };
}

/** The sigma of the share that `unit` falls into. */
function pick(
  errors: readonly { readonly share: number; readonly sigmaSeconds: number }[],
  unit: number,
): number {
  let left = unit;
  for (const { share, sigmaSeconds } of errors) {
    if (left < share) return sigmaSeconds;
    left -= share;
  }
  return errors.at(-1)?.sigmaSeconds ?? 0;
}

/** Where in a span a number from 0 to 1 points. */
export function within({ low, high }: Span, unit: number): number {
  return low + (high - low) * unit;
}

/** Draws until within the clip; a clip below a tenth of sigma is met by cutting. */
export function clippedNormal(sigma: number, clip: number, draw: Draw, label: string): number {
  for (let attempt = 0; attempt < 100; attempt++) {
    const value = sigma * draw.normal(`${label} ${attempt}`);
    if (Math.abs(value) <= clip) return value;
  }
  return clip;
}
