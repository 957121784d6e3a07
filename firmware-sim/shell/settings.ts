// What both dialects keep between commands, and how they read numbers.

import { parseUnsigned } from "../../core/oath/codes.ts";
import type { HashAlgorithm } from "../../core/oath/parameters.ts";
import { FirmwareError } from "../emulated-token.ts";

/** Name of the credential that `key`, `totp` and `hotp` mean when none is named. */
export const DEFAULT_CREDENTIAL = "default";

/** Parameters for the next `key`, and for `hotp` and `totp` of a secret that was set by `key`. */
export interface ShellSettings {
  algorithm: HashAlgorithm;
  digits: number;
  stepSeconds: number;
  t0: number;
}

/** A decimal number. @throws {FirmwareError} bad-parameters, naming it and its range */
export function readUnsigned(name: string, text: string | undefined, max: bigint): bigint {
  const read = parseUnsigned(text ?? "", max);
  if (read.kind === "number") return read.value;
  throw new FirmwareError("bad-parameters", `${name} must be a whole number from 0 to ${max}`);
}

/** `Date: 2026/1/2 - 3:4:5` and `Timestamp: 1767323045`, as the generic dialect shows the time. */
export function timeLines(seconds: number): string {
  const date = new Date(seconds * 1000);
  const day = `${date.getUTCFullYear()}/${date.getUTCMonth() + 1}/${date.getUTCDate()}`;
  const time = `${date.getUTCHours()}:${date.getUTCMinutes()}:${date.getUTCSeconds()}`;
  return `Date: ${day} - ${time}\nTimestamp: ${seconds}\n`;
}
