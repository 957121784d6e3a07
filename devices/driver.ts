// How tokens are found and opened.

import type { Device, DeviceInfo, OperationOptions } from "./device.ts";

/** Something a driver found, reachable or not. */
export interface Found {
  /** What to give to `open`, without the driver's name. */
  readonly address: string;
  /** One line for people: product, serial number. */
  readonly description: string;
  /** Why it cannot be opened and what to do; absent when it can. */
  readonly problem?: string;
}

/** Whether a driver can work on this machine. */
export type DriverHealth =
  | { readonly state: "ready"; readonly detail: string }
  | { readonly state: "unavailable"; readonly detail: string; readonly remedy: string };

/** How to open a token. */
export interface OpenOptions extends OperationOptions {
  /** Receives what goes over the wire; default nobody. */
  readonly log?: WireLog;
  /** Unlocks a token that has a password. Never logged. */
  readonly password?: string;
  /** Whether it is as it came from the factory, its PINs too: emulated ones may be. */
  readonly isFresh?: boolean;
}

/**
 * Finds and opens tokens of one kind. Native packages load inside, when first needed; a driver can
 * always be listed, whether its package is there or not.
 */
export interface Driver {
  readonly name: string;
  /** One line for `devices list --help` and the documentation. */
  readonly summary: string;
  health(): Promise<DriverHealth>;
  list(options?: OperationOptions): Promise<readonly Found[]>;
  /** @throws {DeviceError} not-found, no-access, missing-package, timed-out, protocol */
  open(address: string, options?: OpenOptions): Promise<Device>;
}

/** A device's wire log entry: one message, decoded, secrets replaced by length and fingerprint. */
export interface WireEntry {
  /** Host time since the log began, microseconds. */
  readonly atUs: number;
  readonly direction: "to-token" | "from-token" | "event";
  /** One line; never a secret. */
  readonly text: string;
}

/** Receives wire entries; a driver's open() hands them to the log around it. */
export type WireLog = (entry: Omit<WireEntry, "atUs">) => void;

export type { DeviceInfo };
