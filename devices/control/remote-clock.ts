// The clock of a rig in another process. Simulated time is what the rig said last; real time goes
// on from there by this computer's own clock.

import { AlarmQueue } from "../../core/time/alarm-queue.ts";
import type { Alarm, Clock } from "../../core/time/clock.ts";
import { SystemClock } from "../../core/time/system-clock.ts";
import type { ClockReading } from "./protocol.ts";

/** An alarm that sets itself again for now gets no more turns until the next reading. */
const MAX_ALARMS_AT_ONCE = 10_000;

/** @see Clock */
export class RemoteClock implements Clock {
  readonly #system = new SystemClock();
  readonly #queue = new AlarmQueue();
  #reading: ClockReading;
  /** This computer's monotonic time at the reading. */
  #readAtUs: number;

  constructor(reading: ClockReading) {
    this.#reading = reading;
    this.#readAtUs = this.#system.monotonicUs();
  }

  nowUs(): number {
    return this.#reading.nowUs + this.#sinceUs();
  }

  monotonicUs(): number {
    return this.#reading.monotonicUs + this.#sinceUs();
  }

  setAlarm(byUs: number, run: () => void): Alarm {
    if (this.#reading.time === "real") return this.#system.setAlarm(byUs, run);
    if (!Number.isFinite(byUs) || byUs < 0) {
      throw new RangeError(`byUs must be a finite number of at least 0, got ${byUs}`);
    }
    const entry = this.#queue.add(this.monotonicUs() + Math.ceil(byUs), run);
    return {
      atUs: this.nowUs() + Math.ceil(byUs),
      cancel: () => this.#queue.remove(entry),
    };
  }

  /** How long until the first alarm on simulated time; undefined when there is none. */
  get nextAlarmByUs(): number | undefined {
    const due = this.#queue.first?.dueUs;
    return due === undefined ? undefined : Math.max(0, due - this.monotonicUs());
  }

  /** Takes what the rig says, unless it is older than what it said before; fires alarms. */
  update(reading: ClockReading): void {
    if (reading.monotonicUs < this.#reading.monotonicUs) return;
    this.#reading = reading;
    this.#readAtUs = this.#system.monotonicUs();
    for (let fired = 0; fired < MAX_ALARMS_AT_ONCE; fired++) {
      const first = this.#queue.first;
      if (first === undefined || first.dueUs > reading.monotonicUs) return;
      this.#queue.remove(first);
      first.run();
    }
  }

  #sinceUs(): number {
    return this.#reading.time === "real" ? this.#system.monotonicUs() - this.#readAtUs : 0;
  }
}
