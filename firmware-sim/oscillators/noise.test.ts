import { expect, test } from "vitest";
import { createRandom, mix } from "../../core/time/random.ts";
import { cosineOfTurns, logOnePlus, sineOfTurns } from "./functions.ts";
import { type NoiseStrength, noisePhase } from "./noise.ts";

const DAY = 86_400;

/** Allan deviation from second differences at random times of many oscillators. */
function allanDeviation(strength: NoiseStrength, tau: number, samples: number): number {
  const random = createRandom(7);
  let sum = 0;
  let phase = noisePhase(strength, 0, 0);
  for (let sample = 0; sample < samples; sample++) {
    if (sample % 10 === 0) phase = noisePhase(strength, random.uint32(), 0);
    const at = random.unit() * 3 * 365 * DAY;
    sum += (phase(at + 2 * tau) - 2 * phase(at + tau) + phase(at)) ** 2;
  }
  return Math.sqrt(sum / samples / 2) / tau;
}

const WHITE = { white: 5e-8, flicker: 0, walk: 0 };
const FLICKER = { white: 0, flicker: 1e-8, walk: 0 };
const WALK = { white: 0, flicker: 0, walk: 2e-11 };
const MIX = { white: 5e-8, flicker: 1e-8, walk: 2e-11 };

test.each([60, 3600, DAY, 30 * DAY])(
  "follows the three laws of frequency noise and their sum at %i s (F2)",
  (tau) => {
    const theory = ({ white, flicker, walk }: NoiseStrength): number =>
      Math.sqrt(white ** 2 / tau + flicker ** 2 + walk ** 2 * tau);
    for (const strength of [WHITE, FLICKER, WALK, MIX]) {
      const ratio = allanDeviation(strength, tau, 6000) / theory(strength);
      expect(ratio).toBeGreaterThan(0.95);
      expect(ratio).toBeLessThan(1.05);
    }
  },
);

test("is the same in any order of asking, and another for another seed", () => {
  const times = Array.from({ length: 200 }, (_, at) => at * 7919.25);
  const forward = times.map(noisePhase(MIX, 5));
  const again = noisePhase(MIX, 5);
  const backward = times.toReversed().map(again).toReversed();
  expect(backward).toEqual(forward);
  expect(times.map(noisePhase(MIX, 6))).not.toEqual(forward);
});

test("begins at 0, and is as smooth as a clock", () => {
  const phase = noisePhase(MIX, 9);
  expect(phase(0)).toBe(0);
  for (let at = 0; at < 1000; at++) {
    expect(Math.abs(phase(at + 0.001) - phase(at))).toBeLessThan(1e-6);
  }
});

test("gives the golden hash of 1,000 values: the same on every engine", () => {
  let hash = 0;
  for (let index = 0; index < 1000; index++) {
    const phase = noisePhase(MIX, index);
    hash = mix(hash ^ Math.round(phase(index * 86_461.5) * 1e9));
  }
  expect(hash).toBe(2_038_748_441);
});

test("sine and logarithm agree with the engine's to its last digits", () => {
  const random = createRandom(3);
  for (let round = 0; round < 5000; round++) {
    const turns = (random.unit() - 0.5) * 2000;
    const part = turns - Math.round(turns);
    expect(Math.abs(sineOfTurns(turns) - Math.sin(2 * Math.PI * part))).toBeLessThan(1e-15);
    expect(Math.abs(cosineOfTurns(turns) - Math.cos(2 * Math.PI * part))).toBeLessThan(1e-15);
    const x = 10 ** (30 * random.unit() - 15);
    expect(Math.abs(logOnePlus(x) / Math.log1p(x) - 1)).toBeLessThan(1e-15);
  }
  expect([0, 0.25, 0.5, 0.75, 1].map(sineOfTurns)).toEqual([0, 1, 0, -1, 0]);
  expect(logOnePlus(0)).toBe(0);
});

test("a logarithm outside its range is refused", () => {
  expect(() => logOnePlus(-0.1)).toThrow(RangeError);
  expect(() => logOnePlus(Number.NaN)).toThrow(RangeError);
});
