// The button of a token: who touches it, and the operations that wait for that.

import type { Alarm, Clock } from "../../core/time/clock.ts";
import type { Eventually } from "./applet.ts";

/** Who touches the button: a touch whenever one is wanted, the rig's `press()`, or nobody. */
export type TouchPolicy = "auto" | "button" | "never";

/** Every touch policy. */
export const TOUCH_POLICIES: readonly TouchPolicy[] = ["auto", "button", "never"];

/** How long a token waits for a touch, milliseconds (YKOATH document, section 4; HID, A4). */
export const TOUCH_TIMEOUT_MS = 15_000;

/** How a wait ended. */
export type TouchOutcome = "touched" | "timed-out" | "cancelled";

/** A wait for a touch. */
export interface TouchWait {
  /** Undefined while it waits. */
  readonly outcome: TouchOutcome | undefined;
  /** Time left, whole seconds rounded up; 0 when it ended. */
  secondsLeft(): number;
  /** Ends it as cancelled; no effect once it ended. */
  cancel(): void;
}

interface Waiting extends TouchWait {
  end(outcome: TouchOutcome): void;
}

/** A button. The longest waiting operation takes a press. */
export class TouchButton {
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiting>();
  policy: TouchPolicy;

  constructor(clock: Clock, policy: TouchPolicy) {
    this.#clock = clock;
    this.policy = policy;
  }

  /** Whether an operation waits. */
  get isAwaited(): boolean {
    return this.#waiting.size > 0;
  }

  /** Presses it. False when nothing waited for it. */
  press(): boolean {
    const [first] = this.#waiting;
    first?.end("touched");
    return first !== undefined;
  }

  /** Begins a wait. `ended` is called once, within this call when the policy is "auto". */
  await(ended: (outcome: TouchOutcome) => void): TouchWait {
    const fromUs = this.#clock.monotonicUs();
    let alarm: Alarm | undefined;
    let outcome: TouchOutcome | undefined;
    const secondsLeft = (): number => {
      if (outcome !== undefined) return 0;
      const leftUs = TOUCH_TIMEOUT_MS * 1000 - (this.#clock.monotonicUs() - fromUs);
      return Math.max(0, Math.ceil(leftUs / 1e6));
    };
    const end = (how: TouchOutcome): void => {
      if (outcome !== undefined) return;
      outcome = how;
      alarm?.cancel();
      this.#waiting.delete(waiting);
      ended(how);
    };
    const waiting: Waiting = {
      get outcome() {
        return outcome;
      },
      secondsLeft,
      cancel: () => end("cancelled"),
      end,
    };
    if (this.policy === "auto") {
      end("touched");
      return waiting;
    }
    this.#waiting.add(waiting);
    alarm = this.#clock.setAlarm(TOUCH_TIMEOUT_MS * 1000, () => end("timed-out"));
    return waiting;
  }

  /**
   * Waits, and then runs `act` with how that ended. The result is there at once when no wait was
   * needed; what `act` throws is thrown, or rejects the promise.
   */
  whenTouched<T>(act: (outcome: TouchOutcome) => T): { wait: TouchWait; result: Eventually<T> } {
    let settle = (outcome: TouchOutcome): void => {
      early = outcome;
    };
    let early: TouchOutcome | undefined;
    const wait = this.await((outcome) => settle(outcome));
    if (early !== undefined) return { wait, result: act(early) };
    const result = new Promise<T>((resolve, reject) => {
      settle = (outcome) => {
        try {
          resolve(act(outcome));
        } catch (error) {
          reject(error);
        }
      };
    });
    return { wait, result };
  }

  /** Ends all waits: power is off. */
  cancelAll(): void {
    for (const waiting of [...this.#waiting]) waiting.cancel();
  }
}
