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
  #timer: NodeJS.Timeout | undefined;

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
    clearTimeout(this.#timer);
    const first = this.#queue.first;
    if (first === undefined) return;
    const leftMs = Math.ceil((first.dueUs - this.monotonicUs()) / 1000);
    this.#timer = setTimeout(() => this.#fire(), Math.min(Math.max(leftMs, 0), MAX_TIMEOUT_MS));
  }

  /** Fires one alarm if it is due: what it throws, and what it awaits, is its own affair. */
  #fire(): void {
    const first = this.#queue.first;
    const isDue = first !== undefined && first.dueUs <= this.monotonicUs();
    if (isDue) this.#queue.remove(first);
    this.#arm();
    if (isDue) first.run();
  }
}
