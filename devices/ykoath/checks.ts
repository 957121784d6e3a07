// Values that a token would refuse, or worse, take in another sense: refused before they are sent.

import { assertParameters } from "../../core/oath/parameters.ts";
import type { Capabilities, CredentialInput } from "../device.ts";
import { DeviceError } from "../errors.ts";

/** @throws {DeviceError} bad-argument, naming the field and what the token takes */
export function checkCredential(input: CredentialInput, capabilities: Capabilities): void {
  const { secret, parameters, counter = 0n, touch = false } = input;
  const { totp, hotp, provision } = capabilities;
  const kind = parameters.kind === "totp" ? totp : hotp;
  if (kind === undefined || provision === undefined) throw bad("kind", "cannot be written");
  try {
    assertParameters(parameters);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceError("bad-argument", message, { cause });
  }
  if (!kind.algorithms.includes(parameters.algorithm)) {
    throw bad("algorithm", `must be one of ${kind.algorithms.join(", ")}`);
  }
  if (!kind.digits.includes(parameters.digits)) {
    throw bad("digits", `must be one of ${kind.digits.join(", ")}`);
  }
  if (parameters.kind === "totp" && totp !== undefined) {
    const { low, high } = totp.stepSeconds;
    const { stepSeconds, t0 } = parameters;
    if (stepSeconds < low || stepSeconds > high) {
      throw bad("stepSeconds", `must be ${low} to ${high}`);
    }
    if (t0 !== 0) throw bad("t0", "must be 0: the token keeps none");
  }
  const { low, high } = provision.secretBytes;
  if (secret.length < low || secret.length > high) {
    throw bad("secret", `must be ${low} to ${high} bytes long`);
  }
  const highest = hotp?.highestCounter ?? 0n;
  if (counter < 0n || counter > highest) throw bad("counter", `must be 0 to ${highest}`);
  if (touch && provision.touch !== true) throw bad("touch", "must be false: the token has none");
}

/** @throws {RangeError} when it is no time that a token can be asked for */
export function checkTime(atUs: number): void {
  if (Number.isFinite(atUs) && atUs >= 0) return;
  throw new RangeError(`atUs must be microseconds since the Unix epoch, from 0, got ${atUs}`);
}

function bad(field: string, problem: string): DeviceError {
  return new DeviceError("bad-argument", `${field} ${problem}`, {
    hint: "the token's capabilities say what it takes",
  });
}
