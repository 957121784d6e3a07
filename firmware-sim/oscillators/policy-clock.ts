// The same clocks, fast: for fleets of a million tokens over years, where a hundredth of a second
// cannot matter. What swings by less is left out or taken as its mean; the rest is summed over
// arrays, and values of the noise's lattice are kept from one moment to the next. A token is
// loaded, asked, and replaced by the next one; it draws the very numbers that createOscillator
// draws, so that the two are the same clock.

import { createRandom, type Random } from "../../core/time/random.ts";
import type { ClockModel } from "./clocks.ts";
import { drawFrom } from "./create.ts";
import { logOnePlus, sineOfTurns } from "./functions.ts";
import { noiseOctaves, normalAt } from "./noise.ts";
import { parabolaSwings, type Swing } from "./temperature.ts";
import { clippedNormal, type Draw, type Phase, phaseOf, type SmoothTerm, signOf } from "./terms.ts";
import { drawTimeline, withEvents } from "./timeline.ts";

const DAY_SECONDS = 86_400;
/** Amplitudes below this are left out, seconds. Eight octaves of a crystal's noise remain. */
export const POLICY_UNSEEN_SECONDS = 0.01;
const MOST_SWINGS = 64;
const MOST_OCTAVES = 64;
const PPM = 1e-6;

/** One token's clock at a time: any moment, or many at once. @see load @see secondsAt @see fill */
export class PolicyClock {
  readonly #model: ClockModel;
  #offset = 0;
  #rate = 0;
  #swings = 0;
  readonly #swingScale = new Float64Array(MOST_SWINGS);
  readonly #swingSpeed = new Float64Array(MOST_SWINGS);
  readonly #swingTurns = new Float64Array(MOST_SWINGS);
  #octaves = 0;
  readonly #speed = new Float64Array(MOST_OCTAVES);
  readonly #shift = new Float64Array(MOST_OCTAVES);
  readonly #amplitude = new Float64Array(MOST_OCTAVES);
  readonly #key = new Int32Array(MOST_OCTAVES);
  readonly #cell = new Float64Array(MOST_OCTAVES);
  /** Three lattice values an octave. */
  readonly #lattice = new Float64Array(3 * MOST_OCTAVES);
  /** Aging: A and 1/B, two numbers a term. */
  #agings: readonly number[] = [];
  /** Terms with no fast form. */
  #others: readonly Phase[] = [];
  #events: ((elapsedUs: number) => number) | undefined;

  constructor(model: ClockModel, random: Random = createRandom(0)) {
    this.#model = model;
    this.load(random);
  }

  /** Becomes the token of this random stream: the one of `oscillatorOf(model, { random })`. */
  load(random: Random): void {
    const draw = drawFrom(random.fork("oscillator"));
    this.#offset = 0;
    this.#rate = 0;
    this.#swings = 0;
    this.#octaves = 0;
    this.#agings = [];
    this.#others = [];
    for (const [at, term] of this.#model.terms.entries()) this.#take(term, draw, `term ${at}`);
    this.#events = undefined;
    this.#offset -= this.#sumAt(0);
    if (this.#model.events.length === 0) return;
    const smooth: Phase = (seconds) => this.#smoothAt(seconds) * 1e6;
    this.#events = withEvents(smooth, drawTimeline(this.#model.events, draw)).phaseUs;
  }

  /** x(t): token time minus true time, seconds, `seconds` after the token was made. */
  secondsAt(seconds: number): number {
    return this.#events === undefined ? this.#smoothAt(seconds) : this.#events(seconds * 1e6) / 1e6;
  }

  /**
   * x(t) for the first `count` times: the very numbers of `secondsAt`, at half its cost, for each
   * term runs over all times with what it needs at hand. Quickest where times ascend.
   *
   * @param times seconds after the token was made
   * @param phases is overwritten: seconds
   */
  fill(times: Float64Array, count: number, phases: Float64Array): void {
    if (this.#events !== undefined || this.#others.length > 0) {
      for (let at = 0; at < count; at++) phases[at] = this.secondsAt(times[at] as number);
      return;
    }
    phases.fill(0, 0, count);
    for (let swing = 0; swing < this.#swings; swing++) this.#addSwings(swing, times, count, phases);
    const agings = this.#agings;
    for (let at = 0; at < agings.length; at += 2) {
      addAging(agings[at] as number, agings[at + 1] as number, times, count, phases);
    }
    for (let octave = 0; octave < this.#octaves; octave++) {
      this.#addNoise(octave, times, count, phases);
    }
    const offset = this.#offset;
    const rate = this.#rate;
    for (let at = 0; at < count; at++) {
      phases[at] = offset + rate * (times[at] as number) + (phases[at] as number);
    }
  }

  #addSwings(swing: number, times: Float64Array, count: number, phases: Float64Array): void {
    const scale = this.#swingScale[swing] as number;
    const speed = this.#swingSpeed[swing] as number;
    const turns = this.#swingTurns[swing] as number;
    for (let at = 0; at < count; at++) {
      const sine = sineOfTurns(speed * (times[at] as number) + turns);
      phases[at] = (phases[at] as number) + scale * sine;
    }
  }

  #addNoise(octave: number, times: Float64Array, count: number, phases: Float64Array): void {
    const speed = this.#speed[octave] as number;
    const shift = this.#shift[octave] as number;
    const amplitude = this.#amplitude[octave] as number;
    const key = this.#key[octave] as number;
    let known = Number.NaN;
    let first = 0;
    let second = 0;
    let third = 0;
    for (let at = 0; at < count; at++) {
      const position = (times[at] as number) * speed + shift;
      const cell = Math.floor(position);
      if (cell !== known) {
        const isNext = cell === known + 1;
        first = isNext ? second : normalAt(key, cell);
        second = isNext ? third : normalAt(key, cell + 1);
        third = normalAt(key, cell + 2);
        known = cell;
      }
      const u = position - cell;
      const rest = 1 - u;
      const sum = 0.5 * rest * rest * first + (0.5 + u * rest) * second + 0.5 * u * u * third;
      phases[at] = (phases[at] as number) + amplitude * sum;
    }
  }

  #smoothAt(seconds: number): number {
    let sum = this.#offset + this.#rate * seconds + this.#sumAt(seconds);
    for (const phase of this.#others) sum += phase(seconds) * PPM;
    return sum;
  }

  /** What is 0 at 0 only after its own start is taken off. */
  #sumAt(seconds: number): number {
    let sum = 0;
    for (let at = 0; at < this.#swings; at++) {
      const turns = (this.#swingSpeed[at] as number) * seconds + (this.#swingTurns[at] as number);
      sum += (this.#swingScale[at] as number) * sineOfTurns(turns);
    }
    const agings = this.#agings;
    for (let at = 0; at < agings.length; at += 2) {
      const perSeconds = agings[at + 1] as number;
      const log = logOnePlus(seconds / perSeconds);
      sum += (agings[at] as number) * ((seconds + perSeconds) * log - seconds);
    }
    for (let octave = 0; octave < this.#octaves; octave++) sum += this.#noiseAt(octave, seconds);
    return sum;
  }

  #noiseAt(octave: number, seconds: number): number {
    const position = seconds * (this.#speed[octave] as number) + (this.#shift[octave] as number);
    const cell = Math.floor(position);
    const lattice = this.#lattice;
    const first = 3 * octave;
    if (cell !== this.#cell[octave]) {
      const key = this.#key[octave] as number;
      this.#cell[octave] = cell;
      lattice[first] = normalAt(key, cell);
      lattice[first + 1] = normalAt(key, cell + 1);
      lattice[first + 2] = normalAt(key, cell + 2);
    }
    const u = position - cell;
    const rest = 1 - u;
    const sum =
      0.5 * rest * rest * (lattice[first] as number) +
      (0.5 + u * rest) * (lattice[first + 1] as number) +
      0.5 * u * u * (lattice[first + 2] as number);
    return (this.#amplitude[octave] as number) * sum;
  }

  #take(term: SmoothTerm, draw: Draw, label: string): void {
    switch (term.kind) {
      case "offset":
      case "set-time":
      case "constant-error":
        this.#offset += phaseOf(term, draw, label)(0) * PPM;
        return;
      case "rate":
        this.#rate += term.ppm * PPM;
        return;
      case "tolerance":
        this.#rate += clippedNormal(term.sigmaPpm, term.clipPpm, draw, label) * PPM;
        return;
      case "temperature": {
        const { meanPpm, swings } = parabolaSwings({
          ...term,
          dayPhase: 2 * Math.PI * draw.unit(`${label} day`),
          yearPhase: 2 * Math.PI * draw.unit(`${label} year`),
        });
        this.#rate += meanPpm * PPM;
        for (const swing of swings) this.#addSwing(swing);
        return;
      }
      case "cycle": {
        const { holdSeconds = 0 } = term;
        if (Math.abs(term.ppm) * holdSeconds * PPM >= POLICY_UNSEEN_SECONDS) break;
        const frequency = (2 * Math.PI) / (term.periodDays * DAY_SECONDS);
        this.#addSwing({ ppm: term.ppm, frequency, phase: 2 * Math.PI * draw.unit(label) });
        return;
      }
      case "pocket":
        // Half of what it gains in the day's other part and loses in this one.
        if (halfPocketSeconds(term.ppm, term.share) < POLICY_UNSEEN_SECONDS) {
          this.#rate += term.ppm * term.share * PPM;
          return;
        }
        break;
      case "aging": {
        const ppm = signOf(term, draw, label) * term.ppm;
        this.#agings = [...this.#agings, ppm * PPM, term.perDays * DAY_SECONDS];
        return;
      }
      case "noise": {
        const seed = Math.floor(draw.unit(label) * 0x1_0000_0000);
        for (const octave of noiseOctaves(term, seed, POLICY_UNSEEN_SECONDS)) {
          const at = this.#octaves++;
          this.#speed[at] = octave.perSecond;
          this.#shift[at] = octave.shift;
          this.#amplitude[at] = octave.amplitude;
          this.#key[at] = octave.key;
          this.#cell[at] = Number.NaN;
        }
        return;
      }
      case "ramp":
      case "supply":
      case "trimmed-tolerance":
      case "synced":
        break;
    }
    this.#others = [...this.#others, phaseOf(term, draw, label)];
  }

  #addSwing({ ppm, frequency, phase }: Swing): void {
    const scale = (ppm / frequency) * PPM;
    if (Math.abs(scale) < POLICY_UNSEEN_SECONDS || this.#swings >= MOST_SWINGS) return;
    const at = this.#swings++;
    this.#swingScale[at] = scale;
    this.#swingSpeed[at] = frequency / (2 * Math.PI);
    this.#swingTurns[at] = phase / (2 * Math.PI);
  }
}

/** The same terms in the same order as one at a time: aging, for all times. */
function addAging(
  scale: number,
  perSeconds: number,
  times: Float64Array,
  count: number,
  phases: Float64Array,
): void {
  for (let at = 0; at < count; at++) {
    const seconds = times[at] as number;
    const log = logOnePlus(seconds / perSeconds);
    phases[at] = (phases[at] as number) + scale * ((seconds + perSeconds) * log - seconds);
  }
}

function halfPocketSeconds(ppm: number, share: number): number {
  return (Math.abs(ppm) * share * (1 - share) * DAY_SECONDS * PPM) / 2;
}
