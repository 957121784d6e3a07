// Makes the oscillator of one token: draws what differs from token to token once, and answers any
// moment from then on in closed form.

import { SECOND_US } from "../../core/time/clock.ts";
import { createRandom, type Random } from "../../core/time/random.ts";
import type { Oscillator } from "../oscillator.ts";
import { clockModelFrom } from "./clock-spec.ts";
import type { ClockModel } from "./clocks.ts";
import { type Draw, type Phase, phaseOf } from "./terms.ts";
import { drawTimeline, withEvents } from "./timeline.ts";

export { CLOCK_NAMES } from "./clocks.ts";

const SECONDS_PER_DAY = 86_400;
/** Furthest offset taken: a clock that was reset years ago is set, not described. */
const MAX_OFFSET_SECONDS: number = 400 * SECONDS_PER_DAY;
/** Ten times the worst RC oscillator. */
const MAX_RATE_PPM = 100_000;

/** @see createOscillator */
export interface OscillatorOptions {
  /** Where the token's own numbers come from; default a fixed stream. Forked, never used up. */
  readonly random?: Random;
  /** Added to the rate, ppm; positive = fast. */
  readonly ratePpm?: number;
  /** Added to the offset from the start, seconds; positive = ahead. */
  readonly offsetSeconds?: number;
}

/**
 * The oscillator of a clock: a name or a file, and changed fields (clock-spec.ts).
 *
 * @throws {RangeError} for an unknown clock or field, or a bad number
 */
export function createOscillator(spec: string, options: OscillatorOptions = {}): Oscillator {
  return oscillatorOf(clockModelFrom(spec), options);
}

/** The oscillator of a clock model. @throws {RangeError} for an offset or rate out of range */
export function oscillatorOf(model: ClockModel, options: OscillatorOptions = {}): Oscillator {
  const { random = createRandom(0), ratePpm = 0, offsetSeconds = 0 } = options;
  assertWithin("rate", ratePpm, MAX_RATE_PPM, "ppm");
  assertWithin("offset", offsetSeconds, MAX_OFFSET_SECONDS, "seconds");
  const draw = drawFrom(random.fork("oscillator"));
  const phases = model.terms.map((term, at) => phaseOf(term, draw, `term ${at}`));
  const smooth: Phase = (seconds) => {
    let sumUs = offsetSeconds * SECOND_US + ratePpm * seconds;
    for (const phase of phases) sumUs += phase(seconds);
    return sumUs;
  };
  return {
    description: describe(model, ratePpm, offsetSeconds),
    ...withEvents(smooth, drawTimeline(model.events, draw)),
  };
}

/** A stream of its own for each label: the order of drawing does not matter. */
export function drawFrom(random: Random): Draw {
  return {
    unit: (label) => random.fork(label).unit(),
    normal: (label) => random.fork(label).normal(),
  };
}

function describe(model: ClockModel, ratePpm: number, offsetSeconds: number): string {
  const settings = [
    ...(ratePpm === 0 ? [] : [`${signed(ratePpm)} ppm`]),
    ...(offsetSeconds === 0 ? [] : [`${signed(offsetSeconds)} s at the start`]),
  ];
  return settings.length === 0 ? model.name : `${model.name} (${settings.join(", ")})`;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value);
}

function assertWithin(name: string, value: number, limit: number, unit: string): void {
  if (!(Math.abs(value) <= limit)) {
    throw new RangeError(`${name} must be from -${limit} to ${limit} ${unit}, got ${value}`);
  }
}
