// The logins of one token's life: when they arrive, and which step their code is of. Every policy
// is tried on the same ones.

import { createRandom, mix, type Random } from "../../core/time/random.ts";
import { logOnePlus } from "../../firmware-sim/oscillators/functions.ts";
import { PolicyClock } from "../../firmware-sim/oscillators/policy-clock.ts";
import { DAY_SECONDS, type FleetSpec, type Rhythm, STEP_SECONDS, YEAR_SECONDS } from "./spec.ts";

const UNITS = 0x1_0000_0000;
/** Room for as many logins as chance may give: half as many again, and for few of them 200. */
const ROOM = 1.5;
const LEAST_ROOM = 200;

/** One token at a time, for one rhythm at a time. @see load @see follow */
export class TokenHistory {
  /** Arrival of each login's code, seconds since enrollment. */
  times: Float64Array = new Float64Array(0);
  /** Step of each login's code. */
  steps: Float64Array = new Float64Array(0);
  count = 0;
  /** The second code of enrollment: its arrival and step. */
  enrolledAt = 0;
  enrolledStep = 0;
  readonly clock: PolicyClock;
  /** When each code is shown, seconds since the token was made; and the clock's offset then. */
  #shown: Float64Array = new Float64Array(0);
  #offsets: Float64Array = new Float64Array(0);
  readonly #spec: FleetSpec;
  readonly #random: Random;
  #shelfSeconds = 0;
  #key = 0;
  #start = 0;
  #rhythmKey = 0;

  constructor(spec: FleetSpec) {
    this.#spec = spec;
    this.#random = createRandom(spec.randomSeed);
    this.clock = new PolicyClock(spec.clock);
  }

  /** Becomes token `index` of the fleet. */
  load(index: number): void {
    const random = this.#random.fork(String(index));
    this.clock.load(random);
    this.#shelfSeconds = random.unit() * this.#spec.shelfDays * DAY_SECONDS;
    this.#key = random.uint32();
  }

  /** How far the clock has walked since enrollment, seconds. */
  driftAfter(seconds: number): number {
    return this.#offsetAt(seconds) - this.#offsetAt(0);
  }

  /** Lays out the logins of this token at a rhythm. */
  follow({ everySeconds }: Rhythm): void {
    const { years } = this.#spec;
    const end = years * YEAR_SECONDS;
    const most = Math.ceil(ROOM * (end / everySeconds)) + LEAST_ROOM;
    if (this.times.length < most) this.#makeRoom(most);
    const { times, steps } = this;
    const shown = this.#shown;
    const key = mix((this.#key + everySeconds) | 0);
    // The time of day at which it is enrolled.
    const start = DAY_SECONDS * unitAt(key, -1);
    const shelf = this.#shelfSeconds;
    let draw = 0;
    let at = start;
    let count = 0;
    for (;;) {
      at += everySeconds * this.#gap(unitAt(key, draw++));
      if (at - start >= end || count === most) break;
      times[count] = at;
      shown[count++] = shelf + (at - start);
      draw++;
    }
    const offsets = this.#offsets;
    this.clock.fill(shown, count, offsets);
    for (let login = 0; login < count; login++) {
      const shownAt = times[login] as number;
      steps[login] = stepOf(shownAt + (offsets[login] as number));
      times[login] = shownAt + this.#delay(unitAt(key, 2 * login + 1));
    }
    this.count = count;
    this.enrolledAt = start + this.#delay(unitAt(key, -2));
    this.enrolledStep = stepOf(start + this.#offsetAt(0));
    this.#start = start;
    this.#rhythmKey = key;
  }

  #makeRoom(logins: number): void {
    this.times = new Float64Array(logins);
    this.steps = new Float64Array(logins);
    this.#shown = new Float64Array(logins);
    this.#offsets = new Float64Array(logins);
  }

  /** Seconds since enrollment of login `index`. */
  sinceEnrollment(index: number): number {
    return (this.times[index] as number) - this.#start;
  }

  /**
   * When the code arrives that the user types after `attempt` refused ones: the next code each
   * time, shown a step later. Its step is that of the login plus `attempt`.
   */
  retryAt(index: number, attempt: number): number {
    const shown = (this.times[index] as number) + attempt * STEP_SECONDS;
    const u = unitAt(mix((this.#rhythmKey + index) | 0), attempt);
    const first = unitAt(this.#rhythmKey, 2 * index + 1);
    return shown - this.#delay(first) + this.#delay(u);
  }

  /** Time from one login to the next, of a mean of 1. */
  #gap(unit: number): number {
    return this.#spec.gaps === "even" ? 2 * unit : logOnePlus(1 / unit - 1);
  }

  #offsetAt(sinceEnrollment: number): number {
    return this.clock.secondsAt(this.#shelfSeconds + sinceEnrollment);
  }

  /** From display to arrival: exponential above its least. */
  #delay(unit: number): number {
    const { leastSeconds, meanSeconds } = this.#spec.typing;
    return leastSeconds + meanSeconds * logOnePlus(1 / unit - 1);
  }
}

/** The step a token shows whose clock reads so many seconds. */
function stepOf(tokenSeconds: number): number {
  return Math.floor(tokenSeconds / STEP_SECONDS);
}

/** Above 0, at most 1: number `index` of the stream of `key`. */
function unitAt(key: number, index: number): number {
  return (mix((key + Math.imul(index + 1, 0x9e37_79b1)) | 0) + 1) / UNITS;
}
