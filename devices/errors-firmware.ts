// What a token's firmware refuses, in the words of a driver.

import { DeviceError, type DeviceErrorCode } from "./errors.ts";

/** Refusals of emulated firmware and of the complete shell dialect, by name. */
const CODES: Readonly<Record<string, DeviceErrorCode>> = {
  "no-credential": "refused",
  "wrong-kind": "refused",
  full: "refused",
  "counter-exhausted": "refused",
  "before-t0": "refused",
  "button-needed": "refused",
  "bad-parameters": "bad-argument",
  "time-out-of-range": "bad-argument",
  line: "bad-argument",
  off: "disconnected",
};

const HINTS: Readonly<Record<string, string>> = {
  "no-credential": "list the credentials of the token",
  full: "remove a credential first",
  "button-needed": "press the button, then read again",
  "time-out-of-range": "see the time range among the token's capabilities",
  off: "switch the token on and open it again",
};

/** The DeviceError for a refusal the token named. */
export function refusalError(refusal: string, message: string, cause?: unknown): DeviceError {
  const code = CODES[refusal] ?? "protocol";
  return new DeviceError(code, message, { cause, hint: HINTS[refusal] ?? "" });
}

/** What a token without the operation answers. */
export function notSupported(operation: string): DeviceError {
  return new DeviceError("not-supported", `this token cannot ${operation}`, {
    hint: "its capabilities say what it can do",
  });
}
