// The clock of test mode: frozen, stepped or running at another rate than the computer's, as
// clients of the API say.

import { type Clock, SECOND_US } from "../core/time/clock.ts";

/** What a service needs of a clock. */
export type ServiceClock = Pick<Clock, "nowUs" | "monotonicUs">;

/** How a settable clock goes. */
export type ClockSetting =
  | { readonly mode: "real" }
  /** It stands still. */
  | { readonly mode: "frozen"; readonly nowUs: number }
  /** From `nowUs` on it runs, `ratePpm` faster than the computer's. */
  | { readonly mode: "running"; readonly nowUs: number; readonly ratePpm: number };

/** Latest time either side of 1970, microseconds: what Date knows. */
const MAX_US = 8.64e18;
/** Fastest: a million seconds a second. */
const MAX_PPM = 1e12;

/** @see ClockSetting */
export class SettableClock implements ServiceClock {
  readonly #base: ServiceClock;
  #setting: ClockSetting = { mode: "real" };
  #sinceUs = 0;

  constructor(base: ServiceClock) {
    this.#base = base;
  }

  get setting(): ClockSetting {
    return this.#setting;
  }

  /** @throws {RangeError} naming nowUs or ratePpm */
  set(setting: ClockSetting): void {
    if (setting.mode !== "real" && !(Math.abs(setting.nowUs) <= MAX_US)) {
      throw new RangeError(`nowUs must be microseconds since 1970, at most ${MAX_US}`);
    }
    if (setting.mode === "running" && !(Math.abs(setting.ratePpm) <= MAX_PPM)) {
      throw new RangeError(`ratePpm must be from -${MAX_PPM} to ${MAX_PPM}`);
    }
    this.#sinceUs = this.#base.monotonicUs();
    this.#setting = setting;
  }

  nowUs(): number {
    const setting = this.#setting;
    switch (setting.mode) {
      case "real":
        return this.#base.nowUs();
      case "frozen":
        return setting.nowUs;
      case "running": {
        const passedUs = this.#base.monotonicUs() - this.#sinceUs;
        return Math.round(setting.nowUs + passedUs * (1 + setting.ratePpm / SECOND_US));
      }
    }
  }

  monotonicUs(): number {
    return this.#base.monotonicUs();
  }
}
