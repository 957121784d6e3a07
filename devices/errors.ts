// What can go wrong between host and token.

/** The ways a token fails its host; a named union, so that callers can switch over it. */
export type DeviceErrorCode =
  | "not-found" // no such port, reader or token
  | "no-access" // it is there, the operating system refuses (permissions, busy)
  | "missing-package" // the native package of this driver is not installed or does not load
  | "unsupported-platform" // this operating system has no such thing
  | "disconnected" // it was there and has gone; open it again
  | "timed-out" // no answer within the time-out
  | "cancelled" // the caller's AbortSignal
  | "protocol" // the answer does not follow the token's protocol
  | "refused" // the token said no: wrong state, wrong password, button not pressed
  | "not-supported" // this token cannot do that; its capabilities say so beforehand
  | "bad-argument" // the token rejected a value of ours
  | "closed"; // the device was closed by us

/** A token, or the way to it, failed. `hint` says what to do about it. */
export class DeviceError extends Error {
  /** A driver outside this package may bring its own copy of the class: either copy's counts. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "DeviceError" && "code" in value;
  }

  override readonly name = "DeviceError";
  readonly code: DeviceErrorCode;
  /** What the person at the bench can do, one sentence; empty when there is nothing. */
  readonly hint: string;

  constructor(code: DeviceErrorCode, message: string, options: DeviceErrorOptions = {}) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.hint = options.hint ?? "";
  }
}

/** @see DeviceError */
export interface DeviceErrorOptions {
  readonly cause?: unknown;
  readonly hint?: string;
}
