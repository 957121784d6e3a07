// What both dialects keep between commands, and how they read numbers.

import { parseUnsigned } from "../../core/oath/codes.ts";
import type { HashAlgorithm } from "../../core/oath/parameters.ts";
import { assertAcceptableParameters } from "../acceptable.ts";
import { type EmulatedToken, FirmwareError, type StoredCredential } from "../emulated-token.ts";

/** Name of the credential that `key`, `totp` and `hotp` mean when none is named. */
export const DEFAULT_CREDENTIAL = "default";

/** Parameters for the next `key`, and for `hotp` and `totp` of a secret that was set by `key`. */
export interface ShellSettings {
  algorithm: HashAlgorithm;
  digits: number;
  stepSeconds: number;
  t0: number;
}

/** What holds at power-on as long as there is no default credential. */
export const INITIAL_SETTINGS: Readonly<ShellSettings> = {
  algorithm: "SHA1",
  digits: 6,
  stepSeconds: 30,
  t0: 0,
};

/** The default credential; undefined as long as no `key` was given. */
export function defaultCredential(token: EmulatedToken): StoredCredential | undefined {
  return token.list().find(({ name }) => name === DEFAULT_CREDENTIAL);
}

/** What is set: the default credential's own parameters, and what was kept in `memory` (RAM). */
export function currentSettings(token: EmulatedToken, memory: ShellSettings): ShellSettings {
  const parameters = defaultCredential(token)?.parameters;
  if (parameters === undefined) return { ...memory };
  const { kind: _kind, ...own } = parameters;
  return { ...memory, ...own };
}

/**
 * Changes a setting, and the default credential with it: both or, when it is refused, none.
 *
 * @throws {FirmwareError}
 */
export function changeSettings(
  token: EmulatedToken,
  memory: ShellSettings,
  change: Partial<ShellSettings>,
): void {
  const next = { ...currentSettings(token, memory), ...change };
  assertAcceptableParameters(token.profile, { kind: "totp", ...next });
  const stored = defaultCredential(token);
  if (stored !== undefined) {
    const { algorithm, digits } = next;
    const isHotp = stored.parameters.kind === "hotp";
    const parameters = isHotp
      ? ({ kind: "hotp", algorithm, digits } as const)
      : ({ kind: "totp", ...next } as const);
    token.put({ ...stored, parameters });
  }
  Object.assign(memory, next);
}

/** Writes the default credential's secret, with the parameters that are set. */
export function setDefaultSecret(
  token: EmulatedToken,
  memory: ShellSettings,
  secret: Uint8Array,
): void {
  const parameters = { kind: "totp", ...currentSettings(token, memory) } as const;
  token.put({ name: DEFAULT_CREDENTIAL, secret, parameters });
}

/** A decimal number. @throws {FirmwareError} bad-parameters, naming it and its range */
export function readUnsigned(name: string, text: string | undefined, max: bigint): bigint {
  const read = parseUnsigned(text ?? "", max);
  if (read.kind === "number") return read.value;
  throw new FirmwareError("bad-parameters", `${name} must be a whole number from 0 to ${max}`);
}

/** `Date: 2026/1/2 - 3:4:5` and `Timestamp: 1767323045`, as the generic dialect shows the time. */
export function timeLines(token: EmulatedToken): string {
  const seconds = Math.floor(token.nowUs() / 1_000_000);
  const date = new Date(seconds * 1000);
  const day = `${date.getUTCFullYear()}/${date.getUTCMonth() + 1}/${date.getUTCDate()}`;
  const time = `${date.getUTCHours()}:${date.getUTCMinutes()}:${date.getUTCSeconds()}`;
  return `Date: ${day} - ${time}\nTimestamp: ${seconds}\n`;
}
