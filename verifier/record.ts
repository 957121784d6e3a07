// A token's record: all a verifier remembers of it besides the secret. Decisions turn a record into
// the next one and change nothing in place.

import {
  assertParameters,
  MAX_MOVING_FACTOR,
  type OathParameters,
} from "../core/oath/parameters.ts";

/** Where a token stands in its life. A deleted token's record stays as its tombstone. */
export type TokenState = "created" | "enabled" | "deactivated" | "deleted";

/** @see TokenState */
export interface TokenRecord {
  readonly state: TokenState;
  readonly parameters: OathParameters;
  /**
   * Highest moving factor consumed, or skipped over; -1 when none. Never goes down. The next
   * counter of an HOTP token is one more.
   */
  readonly watermark: bigint;
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

/**
 * The record of a token that was just created.
 *
 * @param options `counter`: the first one of an HOTP token; `watermark`: what its secret has
 *   consumed in an earlier life
 * @throws {RangeError} naming a parameter or a counter that is out of range
 */
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
    offsetSteps: 0,
    anchor: { offsetSteps: 0, atUs: 0 },
    failures: 0,
    lastFailureAtUs: 0,
    locked: false,
    lastAcceptedAtUs: null,
  };
}

/**
 * The record after codes were accepted, `movingFactor` the highest of them: everything up to it is
 * spent, failures are forgotten.
 */
export function consume(
  record: TokenRecord,
  movingFactor: bigint,
  receivedAtUs: number,
): TokenRecord {
  return {
    ...record,
    watermark: movingFactor > record.watermark ? movingFactor : record.watermark,
    failures: 0,
    lastFailureAtUs: 0,
    lastAcceptedAtUs: receivedAtUs,
  };
}
