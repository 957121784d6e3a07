// A token under test: the way to it, and the hand around it when there is one.

import type { Clock } from "../core/time/clock.ts";
import type { Device } from "./device.ts";
import type { WireEntry } from "./driver.ts";
import type { Rig } from "./rig.ts";

/** A token to be judged or measured. Disposing closes devices, port and emulated token. */
export interface Subject extends AsyncDisposable {
  /** `virtual`, `drifting-clock`, `serial:emulated`, `serial:/dev/ttyACM0`, an inventory name. */
  readonly name: string;
  readonly driver: string;
  /** The rig around an emulated token; null for a physical one. */
  readonly rig: Rig | null;
  /** The host's clock: simulated with a rig, else the system's. */
  readonly clock: Clock;
  /** Largest rate error that its data sheet states, parts per million; absent when none does. */
  readonly statedPpm?: number;
  /** Opens the token, or opens it again after a disconnect. Closes the device opened before. */
  connect(): Promise<Device>;
  /** What went over the wire since the subject was opened, oldest first, bounded. */
  wireLog(): readonly WireEntry[];
}

/** Which command line an emulated token on a serial port has. */
export type SerialShell = "complete" | "arduino" | "flipper";

/** How to set up an emulated token. Ignored for physical ones. */
export interface SubjectOptions {
  /** Seed of the token's oscillator, faults and noise; default 0. */
  readonly randomSeed?: number;
  /** True time at the start, microseconds since the Unix epoch; default 2026-01-01T00:00:00Z. */
  readonly startUs?: number;
  /** Name of an oscillator (firmware-sim/oscillators); default `perfect`. */
  readonly clockName?: string;
  /** Fixed offset of the token's clock at the start, seconds; positive = ahead. */
  readonly offsetSeconds?: number;
  /** Rate error in parts per million, added to the oscillator's. */
  readonly ratePpm?: number;
  /** Whether codes show only after a button press; default false. */
  readonly pressToShow?: boolean;
  /** Serial dialect of the emulated token; default the complete one. */
  readonly shell?: SerialShell;
}
