// What callers give the verifier, and its limits.

import { assertSecret, type OathParameters } from "../core/oath/parameters.ts";

import { CLOCK_CLASSES, type ClockClass } from "./record.ts";

/** Longest label and user name, in characters. */
const MAX_NAME = 256;
/** Longest name of who asks, in characters. */
const MAX_BY = 64;
/** Most audit rows given at a time. */
const MAX_HISTORY = 10_000;

/** A token to be created. */
export interface CreateInput {
  /** Its name, unique among tokens that are not deleted. */
  readonly label: string;
  /** Whom it belongs to. */
  readonly user?: string;
  readonly parameters: OathParameters;
  readonly secret: Uint8Array;
  /** First counter, HOTP only; default 0. */
  readonly counter?: bigint;
  /** What keeps its time; default a crystal. */
  readonly clock?: ClockClass;
  /** When its clock was set at the factory, microseconds since the Unix epoch, if known. */
  readonly factorySetAtUs?: number;
  /**
   * When it is created, microseconds since the Unix epoch, for the audit log and the end of a
   * pending enrollment; without it the enrollment does not expire. Default 0.
   */
  readonly atUs?: number;
  /** When its key may be used (RFC 6030 §5), microseconds since the Unix epoch; default always. */
  readonly validFromUs?: number;
  readonly validUntilUs?: number;
}

/** @throws {RangeError} naming a label, user, secret or time that is out of range */
export function assertCreateInput(input: CreateInput): void {
  assertName("label", input.label);
  if (input.user !== undefined) assertName("user", input.user);
  assertSecret(input.secret);
  assertTime("atUs", input.atUs ?? 0);
  assertTime("factorySetAtUs", input.factorySetAtUs ?? 0);
  assertDates(input);
  if (input.clock !== undefined && !CLOCK_CLASSES.includes(input.clock)) {
    throw new RangeError(`clock must be ${CLOCK_CLASSES.join(", ")}; got ${String(input.clock)}`);
  }
}

function assertDates({ validFromUs, validUntilUs }: CreateInput): void {
  assertTime("validFromUs", validFromUs ?? 0);
  assertTime("validUntilUs", validUntilUs ?? 0);
  if (validFromUs !== undefined && validUntilUs !== undefined && validUntilUs < validFromUs) {
    throw new RangeError("validUntilUs lies before validFromUs: the key could never be used");
  }
}

/**
 * Who asks, as the audit log shall name them; null: not told.
 *
 * @throws {RangeError} unless it is 1 to MAX_BY characters without control characters
 */
export function assertBy(by: string | null): void {
  if (by === null || (by.length >= 1 && by.length <= MAX_BY && !/\p{Cc}/u.test(by))) return;
  throw new RangeError(`by must be 1 to ${MAX_BY} characters without control characters`);
}

/** @throws {RangeError} naming the field, when it is no finite number of microseconds */
export function assertTime(field: string, value: number): void {
  if (!Number.isFinite(value)) {
    throw new RangeError(`${field} must be microseconds since the Unix epoch, got ${value}`);
  }
}

/** @throws {RangeError} when it is no whole number from 1 to MAX_HISTORY */
export function assertHistoryLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_HISTORY) {
    throw new RangeError(`limit must be a whole number from 1 to ${MAX_HISTORY}, got ${limit}`);
  }
}

function assertName(field: string, value: string): void {
  // Half a character (a lone surrogate) comes back from a file as another one.
  if (value.length < 1 || value.length > MAX_NAME || /[\p{Cc}\p{Cs}]/u.test(value)) {
    throw new RangeError(`${field} must be 1 to ${MAX_NAME} characters without control characters`);
  }
}
