// The clock inside a token: true time, plus what its oscillator has walked, plus what it was set to.

import { type Clock, SECOND_US } from "../core/time/clock.ts";
import type { Oscillator } from "./oscillator.ts";
import { parabolaPpm, TUNING_FORK } from "./oscillators/terms.ts";

/** @see TokenClock */
export interface TokenClockOptions {
  /** True time. */
  readonly world: Clock;
  readonly oscillator: Oscillator;
}

/** Reading changes nothing; the answer is not rounded. */
export class TokenClock {
  readonly #world: Clock;
  readonly #oscillator: Oscillator;
  readonly #startUs: number;
  readonly #startMonotonicUs: number;
  /** What setting the clock and power losses have added, microseconds. */
  #shiftUs = 0;
  /** Temperature since the last change, and what the ones before have added. */
  #heat = { ppm: 0, sinceUs: 0, walkedUs: 0 };

  constructor(options: TokenClockOptions) {
    this.#world = options.world;
    this.#oscillator = options.oscillator;
    this.#startUs = options.world.nowUs();
    this.#startMonotonicUs = options.world.monotonicUs();
  }

  /** The token's time, microseconds since the Unix epoch. */
  nowUs(): number {
    return this.#trueUs() + this.offsetUs();
  }

  /** Token time minus true time, microseconds. */
  offsetUs(): number {
    return this.#shiftUs + this.#walkedUs(this.#elapsedUs());
  }

  /** Rate error over the next second, parts per million. */
  ratePpm(): number {
    const elapsed = this.#elapsedUs();
    return this.#walkedUs(elapsed + SECOND_US) - this.#walkedUs(elapsed);
  }

  /** Sets the clock, microseconds since the Unix epoch. */
  set(toUs: number): void {
    this.#shiftUs += toUs - this.nowUs();
  }

  /** From now on the oscillator is at this temperature, on top of what its model says. */
  setTemperature(celsius: number): void {
    const elapsed = this.#elapsedUs();
    this.#heat = {
      ppm: parabolaPpm(TUNING_FORK, celsius),
      sinceUs: elapsed,
      walkedUs: this.#heatedUs(elapsed),
    };
  }

  /** True time, which an administrator's step of the host's wall time does not touch. */
  #trueUs(): number {
    return this.#startUs + this.#elapsedUs();
  }

  #elapsedUs(): number {
    return this.#world.monotonicUs() - this.#startMonotonicUs;
  }

  #walkedUs(elapsedUs: number): number {
    return this.#oscillator.phaseUs(elapsedUs) + this.#heatedUs(elapsedUs);
  }

  #heatedUs(elapsedUs: number): number {
    const { ppm, sinceUs, walkedUs } = this.#heat;
    return walkedUs + (elapsedUs - sinceUs) * ppm * 1e-6;
  }
}
