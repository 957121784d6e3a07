// The token's clock: true time, plus what the oscillator has walked, plus what it was set to.

import { type Clock, SECOND_US } from "../core/time/clock.ts";
import type { Oscillator } from "./oscillator.ts";
import { TemperatureHistory } from "./temperature-history.ts";

/** @see TokenClock */
export interface TokenClockOptions {
  /** True time. Its wall time counts at the start only: steps of it are the host's affair. */
  readonly world: Clock;
  readonly oscillator: Oscillator;
  /** Whether it goes on while the power is off. */
  readonly survivesPowerOff: boolean;
  /** What it starts from, whole Unix seconds, when it does not survive. */
  readonly resetSeconds: number;
}

/** A point from which time is counted on. */
interface Anchor {
  readonly elapsedUs: number;
  readonly phaseUs: number;
  readonly tokenUs: number;
}

/**
 * A clock on a board. Reading it rounds nothing and changes nothing. It is right when it is made,
 * but for the phase its oscillator has at 0.
 */
export class TokenClock {
  readonly #options: TokenClockOptions;
  readonly #startWallUs: number;
  readonly #startUs: number;
  readonly #temperature = new TemperatureHistory();
  #anchor: Anchor;
  #stopped = false;

  constructor(options: TokenClockOptions) {
    this.#options = options;
    this.#startWallUs = options.world.nowUs();
    this.#startUs = options.world.monotonicUs();
    this.#anchor = { elapsedUs: 0, phaseUs: 0, tokenUs: this.#startWallUs };
  }

  /** Token time, microseconds since the Unix epoch, not rounded. */
  nowUs(): number {
    const { elapsedUs, phaseUs, tokenUs } = this.#anchor;
    if (this.#stopped) return tokenUs;
    const atUs = this.#elapsedUs();
    // In this order a clock that was just set shows exactly what it was set to, however large.
    return tokenUs + (atUs - elapsedUs + (this.#phaseUs(atUs) - phaseUs));
  }

  /** Token time, whole Unix seconds. */
  seconds(): number {
    const us = this.nowUs();
    const seconds = Math.floor(us / SECOND_US);
    // Beyond 2^53 us the quotient may round up to the second to come.
    return seconds * SECOND_US > us ? seconds - 1 : seconds;
  }

  /** Sets the clock to a whole second. */
  set(seconds: number): void {
    this.#anchorAt(seconds * SECOND_US);
  }

  /** Token time minus true time, microseconds. */
  offsetUs(): number {
    const { elapsedUs, phaseUs, tokenUs } = this.#anchor;
    const atUs = this.#elapsedUs();
    if (this.#stopped) return tokenUs - this.#startWallUs - atUs;
    return tokenUs - this.#startWallUs - elapsedUs + (this.#phaseUs(atUs) - phaseUs);
  }

  /** How fast the token's time runs now, against true time: ppm, over the second to come. */
  ratePpm(): number {
    if (this.#stopped) return -SECOND_US;
    const atUs = this.#elapsedUs();
    return this.#phaseUs(atUs + SECOND_US) - this.#phaseUs(atUs);
  }

  /** The temperature around the token from now on, degrees Celsius. @throws {RangeError} */
  setTemperature(celsius: number): void {
    this.#temperature.set(this.#options.oscillator.runUs(this.#elapsedUs()), celsius);
  }

  powerOff(): void {
    if (this.#options.survivesPowerOff) return;
    this.set(this.#options.resetSeconds);
    this.#stopped = true;
  }

  powerOn(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.set(this.#options.resetSeconds);
  }

  #anchorAt(tokenUs: number): void {
    const elapsedUs = this.#elapsedUs();
    this.#anchor = { elapsedUs, phaseUs: this.#phaseUs(elapsedUs), tokenUs };
  }

  #elapsedUs(): number {
    return this.#options.world.monotonicUs() - this.#startUs;
  }

  #phaseUs(elapsedUs: number): number {
    const { oscillator } = this.#options;
    // A clock that stands still stays so, however warm it is.
    const warmthUs = this.#temperature.phaseUs(oscillator.runUs(elapsedUs));
    return oscillator.phaseUs(elapsedUs) + warmthUs;
  }
}
