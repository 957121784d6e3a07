// A token as files of secrets carry it, whatever the format (RFC 6030, CSV, otpauth URIs).

import {
  assertParameters,
  assertSecret,
  MAX_MOVING_FACTOR,
  type OathParameters,
} from "../../core/oath/parameters.ts";
import { wipe } from "../../core/oath/secret.ts";
import type { StoredToken } from "../stores/store.ts";

/** Formats that are read. */
export type TransferFormat = "pskc" | "csv" | "otpauth" | "migration";

/** Every format, in the order they are looked for. */
export const TRANSFER_FORMATS: readonly TransferFormat[] = ["pskc", "migration", "otpauth", "csv"];

/** Most tokens of one file. */
export const MAX_TRANSFER_TOKENS = 100_000;
/** Longest label, serial, user, issuer, manufacturer or model, in characters. */
export const MAX_TRANSFER_NAME = 256;

/** What a file says of a token. Names are without control characters and never empty. */
export interface TransferToken {
  /** Unique in its file: the serial number, or what else the format names a token by. */
  readonly label: string;
  readonly serial: string | null;
  readonly user: string | null;
  readonly issuer: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly secret: Uint8Array;
  readonly parameters: OathParameters;
  /** Next counter, HOTP; 0 for TOTP. */
  readonly counter: bigint;
  /** Offset of the token's clock, token minus host, whole steps; 0 for HOTP. */
  readonly driftSteps: number;
  /** When its key may be used, microseconds since the Unix epoch; null where no limit is given. */
  readonly validFromUs: number | null;
  readonly validUntilUs: number | null;
}

/** What must be given of a token; the rest is unknown, zero or without limit. */
export type TransferTokenInput = Pick<TransferToken, "label" | "secret" | "parameters"> &
  Partial<TransferToken>;

/** A token with the rest filled in. @throws {RangeError} naming a field that is out of range */
export function transferToken(given: TransferTokenInput): TransferToken {
  const token: TransferToken = {
    serial: null,
    user: null,
    issuer: null,
    manufacturer: null,
    model: null,
    counter: 0n,
    driftSteps: 0,
    validFromUs: null,
    validUntilUs: null,
    ...given,
  };
  assertTransferToken(token);
  return token;
}

/** @throws {RangeError} naming the field that is out of range; the secret is not shown */
export function assertTransferToken(token: TransferToken): void {
  assertSecret(token.secret);
  assertParameters(token.parameters);
  const { counter, driftSteps } = token;
  if (counter < 0n || counter > MAX_MOVING_FACTOR) {
    throw new RangeError(`counter must be from 0 to 2^64 - 1, got ${counter}`);
  }
  if (!Number.isInteger(driftSteps) || Math.abs(driftSteps) > MAX_DRIFT_STEPS) {
    throw new RangeError(`driftSteps must be within ±${MAX_DRIFT_STEPS}, got ${driftSteps}`);
  }
  assertName("label", token.label);
  for (const field of ["serial", "user", "issuer", "manufacturer", "model"] as const) {
    const name = token[field];
    if (name !== null) assertName(field, name);
  }
}

/** Furthest drift taken, in steps: a year of 30 s. */
export const MAX_DRIFT_STEPS = 1_051_200;

/** Whether `text` can be a name: 1 to MAX_TRANSFER_NAME characters, no controls or outer spaces. */
export function isTransferName(text: string): boolean {
  if (text.length < 1 || text.length > MAX_TRANSFER_NAME || text !== text.trim()) return false;
  return !/\p{Cc}/u.test(text) && text.isWellFormed();
}

/**
 * A stored token as it is written to files. What it consumed goes along only for HOTP, as the next
 * counter; no format carries the last time step of a TOTP token.
 *
 * @throws {RangeError} when it was deleted, or its counter has no next one
 */
export function transferTokenOf(stored: StoredToken): TransferToken {
  const { label, user, secret, record } = stored;
  if (record.state === "deleted") {
    throw new RangeError(`token ${stored.id} is deleted; its secret is gone`);
  }
  const { parameters, validFromUs, validUntilUs } = record;
  const common = { label, user, secret, parameters, validFromUs, validUntilUs };
  if (parameters.kind === "totp") {
    return transferToken({ ...common, driftSteps: record.offsetSteps });
  }
  if (record.watermark >= MAX_MOVING_FACTOR) {
    throw new RangeError(`token "${label}" has used its last counter; give it a new secret`);
  }
  return transferToken({ ...common, counter: record.watermark + 1n });
}

/** Overwrites the secrets of `tokens`. */
export function wipeTokens(tokens: readonly Pick<TransferToken, "secret">[]): void {
  for (const { secret } of tokens) wipe(secret);
}

function assertName(field: string, name: string): void {
  if (isTransferName(name)) return;
  throw new RangeError(
    `${field} must be 1 to ${MAX_TRANSFER_NAME} characters without control characters`,
  );
}
