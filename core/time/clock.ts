// Clocks. Times are whole microseconds in a number; whole seconds stay exact until the year 20000.

/** One second in microseconds. */
export const SECOND_US = 1_000_000;
/** One day in microseconds. */
export const DAY_US: number = 86_400 * SECOND_US;

/** Runs once when its clock reaches a point in time. */
export interface Alarm {
  /** When it fires: wall time, microseconds since the Unix epoch. */
  readonly atUs: number;
  /** Takes it off the queue; no effect once it has fired. */
  cancel(): void;
}

/**
 * What a component may know of time. Two readings in one interface: wall time can be stepped,
 * monotonic time never goes back. A component gets a clock handed in and asks no other.
 */
export interface Clock {
  /** Wall time: whole microseconds since the Unix epoch. May step in both directions. */
  nowUs(): number;
  /** Whole microseconds since some fixed start. Never goes back. */
  monotonicUs(): number;
  /**
   * Calls `run` once when `byUs` microseconds have passed, in the order of due times (first set
   * first on a tie).
   *
   * @throws {RangeError} when `byUs` is negative or not finite
   */
  setAlarm(byUs: number, run: () => void): Alarm;
}

/** Waits on `clock` for `byUs` microseconds; rejects with the signal's reason when aborted. */
export function wait(clock: Clock, byUs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      alarm.cancel();
      reject(signal?.reason);
    };
    const alarm = clock.setAlarm(byUs, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
