// The temperatures a rig has put a token through, and what they did to its crystal.

import { SECOND_US } from "../core/time/clock.ts";
import { parabolaPpm } from "./oscillators/temperature.ts";

/** Most changes of temperature in a token's life. */
const MAX_CHANGES = 100_000;
/** What a crystal and its glue survive. */
const CELSIUS = { low: -100, high: 200 } as const;

interface Change {
  readonly atUs: number;
  readonly ppm: number;
  /** What all earlier temperatures have done by then. */
  readonly phaseUs: number;
}

/**
 * Adds the crystal's parabola for temperatures set by hand: nothing before the first one, the last
 * one for ever after. The phase is a pure function of the changes and the time asked for.
 */
export class TemperatureHistory {
  readonly #changes: Change[] = [];

  /**
   * From `atUs` (of the oscillator's running time; not before the last change) it is so warm.
   *
   * @throws {RangeError} for temperatures below -100 or above 200 degrees, and for going back
   */
  set(atUs: number, celsius: number): void {
    if (!(celsius >= CELSIUS.low && celsius <= CELSIUS.high)) {
      throw new RangeError(
        `the temperature must be from ${CELSIUS.low} to ${CELSIUS.high} degrees, got ${celsius}`,
      );
    }
    const last = this.#changes.at(-1);
    if (last !== undefined && atUs < last.atUs) {
      throw new RangeError("temperatures must be set in order of time");
    }
    const phaseUs = this.phaseUs(atUs);
    if (last?.atUs === atUs) this.#changes.pop();
    if (this.#changes.length >= MAX_CHANGES) {
      throw new RangeError(`the temperature changed more than ${MAX_CHANGES} times`);
    }
    this.#changes.push({ atUs, ppm: parabolaPpm(celsius), phaseUs });
  }

  /** Microseconds the clock has gained by `atUs`, through temperatures set by hand. */
  phaseUs(atUs: number): number {
    const change = this.#changeAt(atUs);
    return change === undefined
      ? 0
      : change.phaseUs + change.ppm * ((atUs - change.atUs) / SECOND_US);
  }

  /** The last change at or before `atUs`. */
  #changeAt(atUs: number): Change | undefined {
    let low = 0;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const change = this.#changes[middle];
      if (change !== undefined && change.atUs <= atUs) low = middle + 1;
      else high = middle;
    }
    return this.#changes[low - 1];
  }
}
