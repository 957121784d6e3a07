// A token's record: all a verifier remembers of it besides the secret. Decisions turn a record into
// the next one and change nothing in place.

import {
  assertParameters,
  MAX_MOVING_FACTOR,
  type OathParameters,
} from "../core/oath/parameters.ts";

/** Where a token stands in its life. A deleted token's record stays as its tombstone. */
export type TokenState = "created" | "enabled" | "deactivated" | "deleted";

/** Consumed moving factors kept, so that their digits stay burned while they are in a window. */
export const MAX_CONSUMED = 16;

/** @see TokenState */
export interface TokenRecord {
  readonly state: TokenState;
  readonly parameters: OathParameters;
  /**
   * Highest moving factor consumed, or skipped over; -1 when none. Never goes down. The next
   * counter of an HOTP token is one more.
   */
  readonly watermark: bigint;
  /** The latest moving factors whose codes were accepted, newest first, at most MAX_CONSUMED. */
  readonly consumed: readonly bigint[];
  /** Recorded offset, token minus verifier, whole steps (RFC 6238 §6); 0 for HOTP. */
  readonly offsetSteps: number;
  /** Offset found by the last pair, and when: what logins may move away from, but slowly. */
  readonly anchor: { readonly offsetSteps: number; readonly atUs: number };
  /** Consecutive failures. */
  readonly failures: number;
  /** When the last failure was received, microseconds since the epoch; 0 when none. */
  readonly lastFailureAtUs: number;
  readonly locked: boolean;
  /** When the last code was accepted, microseconds since the epoch; null before the first. */
  readonly lastAcceptedAtUs: number | null;
}

/** The record of a token that was just created. `counter` is the first one of an HOTP token. */
export function newRecord(
  parameters: OathParameters,
  options: { readonly counter?: bigint; readonly watermark?: bigint } = {},
): TokenRecord {
  assertParameters(parameters);
  const counter = options.counter ?? 0n;
  if (counter < 0n || counter > MAX_MOVING_FACTOR) {
    throw new RangeError(`counter must be from 0 to 2^64 - 1, got ${counter}`);
  }
  if (parameters.kind === "totp" && counter !== 0n) {
    throw new RangeError("counter belongs to HOTP tokens; a TOTP token counts time steps");
  }
  const floor = options.watermark ?? -1n;
  return {
    state: "created",
    parameters,
    watermark: counter - 1n > floor ? counter - 1n : floor,
    consumed: [],
    offsetSteps: 0,
    anchor: { offsetSteps: 0, atUs: 0 },
    failures: 0,
    lastFailureAtUs: 0,
    locked: false,
    lastAcceptedAtUs: null,
  };
}

/** Adds consumed moving factors, newest first, and raises the watermark to the highest of all. */
export function consume(record: TokenRecord, factors: readonly bigint[]): TokenRecord {
  const newest = factors.toSorted((a, b) => (a < b ? 1 : -1));
  const highest = newest[0] ?? -1n;
  return {
    ...record,
    watermark: highest > record.watermark ? highest : record.watermark,
    consumed: [...newest, ...record.consumed].slice(0, MAX_CONSUMED),
  };
}
