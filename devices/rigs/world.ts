// True time around emulated tokens: simulated, or real with jumps.

import type { Alarm, Clock } from "../../core/time/clock.ts";
import { SystemClock } from "../../core/time/system-clock.ts";

/** A clock that a rig can move. SimulatedClock is one. */
export interface World extends Clock {
  /** Lets `byUs` microseconds pass at once. */
  advance(byUs: number): Promise<void>;
  /** Steps the host's wall time; tokens, which live on monotonic time, do not notice. */
  stepWall(byUs: number): void;
}

/** Real time plus the jumps that were asked for. Alarms run on real time: jumps fire none. */
export class RealTimeWorld implements World {
  readonly #system = new SystemClock();
  #shiftUs = 0;
  #wallShiftUs = 0;

  nowUs(): number {
    return this.#system.nowUs() + this.#shiftUs + this.#wallShiftUs;
  }

  monotonicUs(): number {
    return this.#system.monotonicUs() + this.#shiftUs;
  }

  setAlarm(byUs: number, run: () => void): Alarm {
    return this.#system.setAlarm(byUs, run);
  }

  async advance(byUs: number): Promise<void> {
    if (!Number.isInteger(byUs) || byUs < 0) {
      throw new RangeError(`byUs must be a whole number of microseconds from 0, got ${byUs}`);
    }
    this.#shiftUs += byUs;
  }

  stepWall(byUs: number): void {
    this.#wallShiftUs += byUs;
  }
}
