// The operating system's clock. The only file that reads it (device deadlines and bench timers
// excepted).

import type { Alarm, Clock } from "./clock.ts";

/** setTimeout fires at once for longer delays than this. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** Wall time and monotonic time of this computer. */
export class SystemClock implements Clock {
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
    const dueUs = this.monotonicUs() + byUs;
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const leftMs = (dueUs - this.monotonicUs()) / 1000;
      timer =
        leftMs > MAX_TIMEOUT_MS
          ? setTimeout(arm, MAX_TIMEOUT_MS)
          : setTimeout(run, Math.max(0, Math.ceil(leftMs)));
    };
    arm();
    return { atUs: this.nowUs() + byUs, cancel: () => clearTimeout(timer) };
  }
}
