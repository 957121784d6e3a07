// Oscillator noise with random access (protocol notes on clock drift, section B): the phase is a
// sum of octaves of smooth value noise over hashed lattices, so that any moment costs the same and
// nothing is stepped through. The amplitudes are calibrated so that the Allan deviation follows the
// three laws of frequency noise: white (falls with the root of the averaging time), flicker (flat)
// and random walk (rises with the root). Not exactly Gaussian (no value beyond 3.5 sigma),
// stationary below the longest octave of 4.3 years.

import { mix } from "../../core/time/random.ts";

/** Strengths as Allan deviations: dimensionless, at one second for white and random walk. */
export interface NoiseStrength {
  /** sigma_W: white frequency noise at 1 s. */
  readonly white: number;
  /** sigma_F: the flicker floor. */
  readonly flicker: number;
  /** sigma_R: random walk of frequency at 1 s. */
  readonly walk: number;
}

/** Octave j has a lattice of 2^j seconds; the last one is 4.3 years. */
export const LAST_OCTAVE = 27;
/** Octaves weaker than this are left out, seconds: a thousandth of what a reading can tell. */
const UNSEEN_SECONDS = 1e-5;

/** Sum of four bytes: mean 510, variance 4·(256² - 1)/12. */
const BYTE_SUM_MEAN = 510;
const BYTE_SUM_SIGMA: number = Math.sqrt((4 * (256 ** 2 - 1)) / 12);

/** One octave of a token's noise. */
export interface Octave {
  readonly perSecond: number;
  readonly amplitude: number;
  readonly shift: number;
  readonly key: number;
}

/**
 * The noise of one oscillator: phase in seconds as a function of seconds, 0 at 0.
 *
 * @param seed a whole number from 0 to 2^32 - 1: the oscillator's own
 * @param unseenSeconds octaves weaker than this are left out; simulations of fleets take 0.1 s
 */
export function noisePhase(
  strength: NoiseStrength,
  seed: number,
  unseenSeconds: number = UNSEEN_SECONDS,
): (seconds: number) => number {
  const octaves = noiseOctaves(strength, seed, unseenSeconds);
  const sumAt = (seconds: number): number => {
    let sum = 0;
    for (const octave of octaves) sum += octave.amplitude * latticeNoise(octave, seconds);
    return sum;
  };
  const start = sumAt(0);
  return (seconds) => sumAt(seconds) - start;
}

/** The octaves that are not too weak to be seen. @see noisePhase */
export function noiseOctaves(
  strength: NoiseStrength,
  seed: number,
  unseenSeconds: number,
): readonly Octave[] {
  const octaves: Octave[] = [];
  for (let octave = 0; octave <= LAST_OCTAVE; octave++) {
    const amplitude = octaveAmplitude(strength, octave);
    if (amplitude < unseenSeconds) continue;
    const key = mix((seed + Math.imul(octave + 1, 0x9e37_79b1)) | 0);
    octaves.push({ perSecond: 2 ** -octave, amplitude, shift: key / 0x1_0000_0000, key });
  }
  return octaves;
}

/** a_j of the protocol notes: its square is 0.372 W² 2^j + 0.497 F² 4^j + 0.305 R² 8^j. */
export function octaveAmplitude({ white, flicker, walk }: NoiseStrength, octave: number): number {
  const scale = 2 ** octave;
  return Math.sqrt(
    0.372 * white ** 2 * scale + 0.497 * flicker ** 2 * scale ** 2 + 0.305 * walk ** 2 * scale ** 3,
  );
}

/** A quadratic B-spline over three neighbouring lattice values. */
function latticeNoise({ perSecond, shift, key }: Octave, seconds: number): number {
  const position = seconds * perSecond + shift;
  const cell = Math.floor(position);
  const u = position - cell;
  const rest = 1 - u;
  return (
    0.5 * rest * rest * normalAt(key, cell) +
    (0.5 + u * rest) * normalAt(key, cell + 1) +
    0.5 * u * u * normalAt(key, cell + 2)
  );
}

/** About normal: the sum of the four bytes of a hash. */
export function normalAt(key: number, cell: number): number {
  const hash = mix((key + Math.imul(cell, 0x85eb_ca6b)) | 0);
  const sum = (hash & 255) + ((hash >>> 8) & 255) + ((hash >>> 16) & 255) + (hash >>> 24);
  return (sum - BYTE_SUM_MEAN) / BYTE_SUM_SIGMA;
}
