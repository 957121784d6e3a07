// Builds an oscillator from a named clock: every draw is made here, once; what is left is a sum of
// closed forms, so reading it changes nothing and any order of reads gives the same.
//
// sin and log are the engine's own: the last bit may differ between JavaScript engines.

import { SECOND_US } from "../../core/time/clock.ts";
import type { Random } from "../../core/time/random.ts";
import type { Oscillator } from "../oscillator.ts";
import { CLOCK_MODELS, type ClockModel } from "./clocks.ts";
import {
  agingTerm,
  dyingTerm,
  offsetTerm,
  type PhaseTerm,
  rateTerm,
  stuckTerm,
  TUNING_FORK,
  temperatureTerm,
} from "./terms.ts";

/** What differs from the named clock. */
export interface OscillatorOptions {
  /** Where tolerances and phases are drawn from. */
  readonly random: Random;
  /** Offset from the start, seconds; positive = ahead. Default 0. */
  readonly offsetSeconds?: number;
  /** Rate error added to the clock's own, parts per million. Default 0. */
  readonly ratePpm?: number;
}

/** Furthest offset taken: a day and a half covers every zone error. */
const MAX_OFFSET_SECONDS = 400 * 86_400;
const MAX_RATE_PPM = 100_000;
const DAY_SECONDS = 86_400;

/** Names of the clocks, for messages and help. */
export const CLOCK_NAMES: readonly string[] = CLOCK_MODELS.map(({ name }) => name);

/** @throws {RangeError} naming an unknown clock, or an offset or rate out of range */
export function createOscillator(name: string, options: OscillatorOptions): Oscillator {
  const model = CLOCK_MODELS.find((candidate) => candidate.name === name);
  if (model === undefined) {
    throw new RangeError(`no clock "${name}"; there are: ${CLOCK_NAMES.join(", ")}`);
  }
  const offsetSeconds = options.offsetSeconds ?? 0;
  const ratePpm = options.ratePpm ?? 0;
  assertWithin("offset", offsetSeconds, MAX_OFFSET_SECONDS, "seconds");
  assertWithin("rate", ratePpm, MAX_RATE_PPM, "ppm");
  const random = options.random.fork(`oscillator ${name}`);
  const ownPpm = clippedNormal(random, model.tolerance) + (model.ratePpm ?? 0) + ratePpm;
  const terms = [
    offsetTerm(offsetSeconds),
    rateTerm(ownPpm),
    ...temperatureTerms(model, random),
    ...agingTerms(model, random),
    ...eventTerms(model, random),
  ];
  return {
    description: describe(model, ownPpm, offsetSeconds),
    phaseUs: (elapsedUs) => {
      const t = elapsedUs / SECOND_US;
      let seconds = 0;
      for (const term of terms) seconds += term(t);
      return seconds * SECOND_US;
    },
  };
}

function temperatureTerms(model: ClockModel, random: Random): readonly PhaseTerm[] {
  if (model.temperature === undefined) return [];
  const turn = 2 * Math.PI;
  const phases = { dailyPhase: random.unit() * turn, yearlyPhase: random.unit() * turn };
  return [temperatureTerm(TUNING_FORK, { ...model.temperature, ...phases })];
}

function agingTerms(model: ClockModel, random: Random): readonly PhaseTerm[] {
  if (model.aging === undefined) return [];
  return [agingTerm(random.normal() * model.aging.sigmaPpm, model.aging.timeConstantDays)];
}

function eventTerms(model: ClockModel, random: Random): readonly PhaseTerm[] {
  const terms: PhaseTerm[] = [];
  if (model.zoneHours !== undefined) {
    const hours = random.integer(1, model.zoneHours) * (random.unit() < 0.5 ? -1 : 1);
    terms.push(offsetTerm(hours * 3600));
  }
  if (model.stuckDays !== undefined) {
    terms.push(stuckTerm(drawDay(model.stuckDays, random)));
  }
  if (model.dyingDays !== undefined) {
    terms.push(dyingTerm(drawDay(model.dyingDays, random), random.uint32()));
  }
  return terms;
}

function drawDay(days: { readonly from: number; readonly to: number }, random: Random): number {
  return (days.from + random.unit() * (days.to - days.from)) * DAY_SECONDS;
}

function clippedNormal(random: Random, tolerance: ClockModel["tolerance"]): number {
  const drawn = random.normal() * tolerance.sigmaPpm;
  return Math.max(-tolerance.clipPpm, Math.min(tolerance.clipPpm, drawn));
}

function describe(model: ClockModel, ratePpm: number, offsetSeconds: number): string {
  const offset = offsetSeconds === 0 ? "" : `, offset ${offsetSeconds} s`;
  return `${model.name} (${ratePpm >= 0 ? "+" : ""}${ratePpm.toFixed(2)} ppm${offset})`;
}

function assertWithin(name: string, value: number, limit: number, unit: string): void {
  if (!Number.isFinite(value) || Math.abs(value) > limit) {
    throw new RangeError(`${name} must be from -${limit} to ${limit} ${unit}, got ${value}`);
  }
}
