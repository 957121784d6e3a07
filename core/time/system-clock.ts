// The operating system's clock. The only file that reads it (device deadlines and bench timers
// excepted).

import { AlarmQueue } from "./alarm-queue.ts";
import type { Alarm, Clock } from "./clock.ts";

/** setTimeout fires at once for longer delays than this. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/**
 * Wall time and monotonic time of this computer. One timer serves all alarms: timers of their own
 * would fire in the order of their rounded delays, not of their due times.
 */
export class SystemClock implements Clock {
  readonly #queue = new AlarmQueue();
  #disarm: () => void = () => {};

  nowUs(): number {
    return Date.now() * 1000;
  }

  monotonicUs(): number {
    return Math.floor(performance.now() * 1000);
  }

  setAlarm(byUs: number, run: () => void): Alarm {
    if (!Number.isFinite(byUs) || byUs < 0) {
      throw new RangeError(`byUs must be a finite number of at least 0, got ${byUs}`);
    }
    const entry = this.#queue.add(this.monotonicUs() + Math.ceil(byUs), run);
    if (this.#queue.first === entry) this.#arm();
    return {
      atUs: this.nowUs() + Math.ceil(byUs),
      cancel: () => {
        this.#queue.remove(entry);
        if (this.#queue.size === 0) this.#arm();
      },
    };
  }

  /** Sets the timer for the alarm due first; without alarms no timer keeps the process alive. */
  #arm(): void {
    this.#disarm();
    const first = this.#queue.first;
    if (first === undefined) return;
    const leftUs = first.dueUs - this.monotonicUs();
    const fire = (): void => this.#fire();
    if (leftUs <= 0) {
      // A time-out of 0 would take 1 ms.
      const immediate = setImmediate(fire);
      this.#disarm = () => clearImmediate(immediate);
      return;
    }
    const timer = setTimeout(fire, Math.min(Math.ceil(leftUs / 1000), MAX_TIMEOUT_MS));
    this.#disarm = () => clearTimeout(timer);
  }

  /**
   * Fires one alarm if it is due. What it starts runs before the next one, as on simulated time,
   * and what it throws does not stop the next one.
   */
  #fire(): void {
    const first = this.#queue.first;
    const isDue = first !== undefined && first.dueUs <= this.monotonicUs();
    if (isDue) this.#queue.remove(first);
    this.#arm();
    if (isDue) first.run();
  }
}
