// The frames below a token's operations: for conformance cases, which judge frames, and for
// benches. Nothing is put right here: what goes out is what was given, also when it is wrong.
//
// Frames change what the token holds and where its session stands, behind the back of the device.
// Open it anew before its operations are used again.

import type { OperationOptions } from "./device.ts";

/** What can be sent as it is. */
export const RAW_CHANNELS = ["apdu", "ccid", "otp-hid", "shell-line"] as const;

/** A kind of frames. */
export type RawChannel = (typeof RAW_CHANNELS)[number];

/** Frames as they are; a channel that is not there is not claimed in `capabilities.raw`. */
export interface RawAccess {
  /** "apdu" */
  readonly apdu?: RawApdus;
  /** "ccid" */
  readonly ccid?: RawCcid;
  /** "otp-hid" */
  readonly otpHid?: RawReports;
  /** "shell-line" */
  readonly shellLine?: RawLine;
}

/** The card behind whatever carries its APDUs. */
export interface RawApdus {
  /** Most bytes of a command that the way to the card takes; above 261, extended ones. */
  readonly maxCommandBytes: number;
  /**
   * Sends one command APDU, and resolves with its response: data and the two bytes of its status
   * word. Parts are not joined. Operations in line, as those of Device.
   *
   * @throws {DeviceError} as every operation
   */
  transmit(command: Uint8Array, options?: OperationOptions): Promise<Uint8Array>;
}

/** The bulk endpoints of a CCID interface. Not in line with operations: use one or the other. */
export interface RawCcid {
  /** dwMaxCCIDMessageLength: longest message, header included. */
  readonly maxMessageBytes: number;
  /** One transfer on bulk-OUT, a message or a piece of one. */
  send(bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /** The next message of bulk-IN, header included; waits for it. */
  receive(signal: AbortSignal): Promise<Uint8Array>;
  /** ABORT on the control pipe. Resolves false when the reader stalls it. */
  abort(slot: number, sequence: number, signal: AbortSignal): Promise<boolean>;
}

/** Feature reports of a HID interface, without a report id. */
export interface RawReports {
  /** SET_REPORT. Operations in line, as those of Device. */
  set(report: Uint8Array, options?: OperationOptions): Promise<void>;
  /** GET_REPORT: what is there now. */
  get(options?: OperationOptions): Promise<Uint8Array>;
}

/** The line under a serial shell. Not in line with operations: use one or the other. */
export interface RawLine {
  /** Bytes to the token, as they are. */
  send(bytes: Uint8Array): void;
  /**
   * What comes from the token, up to and with the next prompt; waits for it.
   *
   * @throws {DeviceError} timed-out, cancelled, disconnected; what came before stays for the next
   */
  untilPrompt(options?: OperationOptions): Promise<string>;
}
