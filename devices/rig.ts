// The hand around the token: what a person or a test stand can do to it that no wire carries.

import type { Clock } from "../core/time/clock.ts";

/** A fault on the line or in the token, made on purpose. Each applies once unless it says more. */
export type Fault =
  | { readonly kind: "drop"; readonly bytes: number } // the next bytes from the token vanish
  | { readonly kind: "corrupt"; readonly bytes: number } // ... arrive with a bit flipped
  | { readonly kind: "garbage"; readonly bytes: number } // noise before the next answer
  | { readonly kind: "delay"; readonly byMs: number } // the next answer comes late, host time
  | { readonly kind: "mute" } // no answers until the next power cycle
  | { readonly kind: "brown-out"; readonly afterWrites: number } // power fails in the n-th next
  // write to non-volatile memory
  | { readonly kind: "wear"; readonly credential: string } // its memory cannot be read any more
  | { readonly kind: "disconnect"; readonly afterBytes: number }; // the port goes away after so
// many more bytes from the token

/** What is seen on the token's display; blank until the button on press-to-show tokens. */
export interface DisplayView {
  readonly text: string;
}

/** What only a simulated token can tell: the truth that measurements are judged by. */
export interface GroundTruth {
  /** Token time minus true time, microseconds. */
  readonly offsetUs: number;
  /** Momentary rate error of the oscillator, parts per million; positive = fast. */
  readonly ratePpm: number;
  /** Whether it has power: a "brown-out" takes it away until the next power cycle. */
  readonly powered: boolean;
}

/**
 * Controls an emulated token. Time moves only by `advance()`, which resolves when the token is
 * idle or waits on an alarm.
 */
export interface Rig extends AsyncDisposable {
  /** True time around the token. Hosts that judge an emulated token read this clock. */
  readonly clock: Clock;
  /** Lets time pass, microseconds. */
  advance(byUs: number): Promise<void>;
  /** Steps the host's wall time and leaves the token alone, microseconds. */
  stepHostTime(byUs: number): Promise<void>;
  /** Power off and on again; the clock goes on if the token has a battery-backed one. */
  powerCycle(offForUs?: number): Promise<void>;
  pressButton(): Promise<void>;
  setTemperature(celsius: number): Promise<void>;
  inject(fault: Fault): Promise<void>;
  /**
   * Makes the token as it came from the factory, without faults. What it held comes back when the
   * rig is disposed of, or its connection ends. Absent: it came fresh, and is nobody's.
   */
  fresh?(): Promise<void>;
  /** The port comes back after a "disconnect" fault; open the device again afterwards. */
  reconnect(): Promise<void>;
  display(): Promise<DisplayView>;
  truth(): Promise<GroundTruth>;
}
