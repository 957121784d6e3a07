// Simulated time: one counter and one ordered queue of alarms; years pass in milliseconds.

import type { Alarm, Clock } from "./clock.ts";

interface QueuedAlarm extends Alarm {
  readonly dueUs: number;
  readonly order: number;
  readonly run: () => void;
}

/** No single `advance` may fire more alarms than this: an alarm that re-arms itself at once. */
const MAX_ALARMS_PER_ADVANCE = 10_000_000;

/**
 * A clock that moves only when told to. Alarms due on the way fire in order, each at its own time,
 * and `advance` lets the work they start settle before it goes on.
 */
export class SimulatedClock implements Clock {
  #elapsedUs = 0;
  #wallOffsetUs: number;
  #order = 0;
  #queue: QueuedAlarm[] = [];

  /** @param startUs wall time at the start, whole microseconds since the Unix epoch */
  constructor(startUs = 0) {
    assertWholeUs("startUs", startUs);
    this.#wallOffsetUs = startUs;
  }

  nowUs(): number {
    return this.#wallOffsetUs + this.#elapsedUs;
  }

  monotonicUs(): number {
    return this.#elapsedUs;
  }

  /** Alarms that have not fired yet. */
  get pendingAlarms(): number {
    return this.#queue.length;
  }

  setAlarm(byUs: number, run: () => void): Alarm {
    if (!Number.isFinite(byUs) || byUs < 0) {
      throw new RangeError(`byUs must be a finite number of at least 0, got ${byUs}`);
    }
    const dueUs = this.#elapsedUs + Math.ceil(byUs);
    const alarm: QueuedAlarm = {
      dueUs,
      atUs: this.#wallOffsetUs + dueUs,
      order: this.#order++,
      run,
      cancel: () => {
        const at = this.#queue.indexOf(alarm);
        if (at >= 0) this.#queue.splice(at, 1);
      },
    };
    this.#queue.splice(this.#positionOf(alarm), 0, alarm);
    return alarm;
  }

  /**
   * Lets `byUs` microseconds pass. Resolves when every alarm due by then has fired and the promise
   * jobs it started have run.
   */
  async advance(byUs: number): Promise<void> {
    assertWholeUs("byUs", byUs);
    if (byUs < 0) throw new RangeError("byUs must not be negative; use stepWall to set wall time");
    const untilUs = this.#elapsedUs + byUs;
    for (let fired = 0; ; fired++) {
      const next = this.#queue[0];
      if (next === undefined || next.dueUs > untilUs) break;
      if (fired >= MAX_ALARMS_PER_ADVANCE) throw new Error("an alarm re-arms itself without end");
      this.#queue.shift();
      this.#elapsedUs = Math.max(this.#elapsedUs, next.dueUs);
      next.run();
      await settle();
    }
    this.#elapsedUs = untilUs;
    await settle();
  }

  /** Sets wall time forward or back by `byUs` (an administrator, NTP); monotonic time goes on. */
  stepWall(byUs: number): void {
    assertWholeUs("byUs", byUs);
    this.#wallOffsetUs += byUs;
  }

  #positionOf(alarm: QueuedAlarm): number {
    let low = 0;
    let high = this.#queue.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#queue[middle] as QueuedAlarm;
      if (other.dueUs <= alarm.dueUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Lets pending promise jobs run; a few rounds reach the continuations of continuations. */
async function settle(): Promise<void> {
  for (let round = 0; round < 4; round++) await Promise.resolve();
}

function assertWholeUs(name: string, value: number): void {
  if (!Number.isInteger(value)) {
    throw new RangeError(`${name} must be a whole number of microseconds, got ${value}`);
  }
}
