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
import { clippedNormal, type Draw, type Phase, phaseOf, type SmoothTerm } from "./terms.ts";
import { drawTimeline, withEvents } from "./timeline.ts";

const DAY_SECONDS = 86_400;
/** Amplitudes below this are left out, seconds. Eight octaves of a crystal's noise remain. */
export const POLICY_UNSEEN_SECONDS = 0.01;
const MOST_SWINGS = 64;
const MOST_OCTAVES = 64;
const PPM = 1e-6;

/** One token's clock at a time, evaluated 5 million times a second. @see load */
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
        const sign = term.sign === "drawn" && draw.unit(label) < 0.5 ? -1 : 1;
        this.#agings = [...this.#agings, sign * term.ppm * PPM, term.perDays * DAY_SECONDS];
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

function halfPocketSeconds(ppm: number, share: number): number {
  return (Math.abs(ppm) * share * (1 - share) * DAY_SECONDS * PPM) / 2;
}
