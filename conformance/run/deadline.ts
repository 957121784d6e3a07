// A case's time-out: host time, which waits in real time may extend, and the run's Ctrl-C.

import { type Alarm, type Clock, SECOND_US } from "../../core/time/clock.ts";

/** The case was not over in time. */
export class CaseTimedOut extends Error {
  override readonly name = "CaseTimedOut";
}

/** The case has ended; what it left running cannot go on. */
export class CaseOver extends Error {
  override readonly name = "CaseOver";
}

/** The whole run was stopped from outside. */
export class RunInterrupted extends Error {
  override readonly name = "RunInterrupted";
}

/**
 * Aborts its signal when the time is over or the parent aborts. Dispose it when done: that aborts
 * the signal too, so that what a case started and did not wait for ends with it.
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #parent: AbortSignal | undefined;
  readonly #onParent: () => void;
  #allowedUs = 0;
  #dueUs: number;
  #alarm: Alarm | undefined;

  /** @param afterUs host time allowed, microseconds on `clock` */
  constructor(clock: Clock, afterUs: number, parent?: AbortSignal) {
    this.#clock = clock;
    this.#parent = parent;
    this.#dueUs = clock.monotonicUs();
    this.#onParent = () => this.#controller.abort(new RunInterrupted("the run was interrupted"));
    if (parent?.aborted) this.#onParent();
    else parent?.addEventListener("abort", this.#onParent, { once: true });
    this.extend(afterUs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Allows `byUs` more: the case waits in real time. Nothing when it is over. */
  extend(byUs: number): void {
    if (this.signal.aborted) return;
    this.#alarm?.cancel();
    this.#allowedUs += byUs;
    this.#dueUs += byUs;
    const leftUs = Math.max(0, this.#dueUs - this.#clock.monotonicUs());
    this.#alarm = this.#clock.setAlarm(leftUs, () => {
      const text = `not over within ${this.#allowedUs / SECOND_US} s`;
      this.#controller.abort(new CaseTimedOut(text));
    });
  }

  /** What `work` gives, or a rejection with the signal's reason, whichever comes first. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => reject(this.signal.reason);
      if (this.signal.aborted) onAbort();
      else this.signal.addEventListener("abort", onAbort, { once: true });
      // Left behind after a time-out, its late rejection goes nowhere: reject() is spent.
      void work.then(resolve, reject).finally(() => {
        this.signal.removeEventListener("abort", onAbort);
      });
    });
  }

  [Symbol.dispose](): void {
    this.#alarm?.cancel();
    this.#parent?.removeEventListener("abort", this.#onParent);
    this.#controller.abort(new CaseOver("the case is over"));
  }
}
