// What the answers of both dialects have in common.

import type { CodeReading } from "../device.ts";
import { DeviceError } from "../errors.ts";

/** `Timestamp: 59`, as `time` and `totp` answer. */
const TIMESTAMP = /(?:^|\n)Timestamp: (\d{1,12})(?:\n|$)/;
const TOTP = /^Timestamp: (\d{1,12})\nCounter: (\d{1,20})\n(\d{6,10})\n?$/;

/** A code with its time and time step. @throws {DeviceError} protocol */
export function parseTotpAnswer(body: string): CodeReading {
  const [, seconds, step, code] = TOTP.exec(body) ?? [];
  if (seconds === undefined || step === undefined || code === undefined) {
    throw notAnAnswer("a time-based code");
  }
  return { code, tokenSeconds: Number(seconds), movingFactor: BigInt(step) };
}

/** The token's time, Unix seconds. @throws {DeviceError} protocol */
export function parseTimeAnswer(body: string): number {
  const seconds = TIMESTAMP.exec(body)?.[1];
  if (seconds === undefined) throw notAnAnswer("the token's time");
  return Number(seconds);
}

/** The answer is not what the command gives. It is not shown: it may hold a secret. */
export function notAnAnswer(what: string): DeviceError {
  return new DeviceError("protocol", `the answer is not ${what}`, {
    hint: "check the cable and the baud rate; the wire log shows what came",
  });
}

/** A value this token cannot take; found before anything was sent. */
export function badArgument(message: string): DeviceError {
  return new DeviceError("bad-argument", message, {
    hint: "see the token's capabilities: oathbed devices list",
  });
}

/** Whole seconds within the range. @throws {DeviceError} bad-argument */
export function assertTokenTime(
  seconds: number,
  range: { readonly fromSeconds: number; readonly toSeconds: number },
): void {
  if (Number.isInteger(seconds) && seconds >= range.fromSeconds && seconds <= range.toSeconds) {
    return;
  }
  throw badArgument(
    `the clock holds whole seconds from ${range.fromSeconds} to ${range.toSeconds}, not ${seconds}`,
  );
}
