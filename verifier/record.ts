// A token's record: all a verifier remembers of it besides the secret. Decisions turn a record into
// the next one and change nothing in place.

import type { ClockFault } from "../core/drift/classify.ts";
import {
  assertParameters,
  MAX_MOVING_FACTOR,
  type OathParameters,
} from "../core/oath/parameters.ts";

import type { TrackedClock } from "./tracked-clock.ts";

/** Where a token stands in its life. A deleted token's record stays as its tombstone. */
export type TokenState = "created" | "enabled" | "deactivated" | "deleted";

/** What keeps a token's time: how far its rate can be off is the policy's (POLICY_FIELDS). */
export type ClockClass =
  | "crystal" // a watch crystal without compensation
  | "tcxo" // temperature-compensated
  | "network"; // set by network time, as phones are

/** Every clock class, in the order of the binary form. */
export const CLOCK_CLASSES: readonly ClockClass[] = ["crystal", "tcxo", "network"];

/** A time that a pair found the clock elsewhere than it can have drifted to (RFC 6238 §6). */
export interface ClockJump {
  /** When it was found, microseconds since the Unix epoch. */
  readonly atUs: number;
  /** How far, token minus where it was expected. */
  readonly seconds: number;
  readonly kind: JumpKind;
}

/** What happened, most likely (core/drift/classify.ts). */
export type JumpKind = Extract<ClockFault["kind"], "zone" | "reset" | "battery" | "step">;

/** Every kind, in the order of the binary form. */
export const JUMP_KINDS: readonly JumpKind[] = ["zone", "reset", "battery", "step"];

/** Jumps that a record remembers; older ones are in the audit log. */
export const MAX_JUMPS = 4;

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
  /** When the lock ends by itself, microseconds since the epoch; null: an operator lifts it. */
  readonly lockedUntilUs: number | null;
  /** Failures of the day that began at `sinceUs`; codes accepted meanwhile do not forget them. */
  readonly guesses: { readonly count: number; readonly sinceUs: number };
  /** When the last code was accepted, microseconds since the epoch; null before the first. */
  readonly lastAcceptedAtUs: number | null;
  readonly clock: ClockClass;
  /** Whether logins may move the recorded offset, where the policy lets them. */
  readonly isTracked: boolean;
  /** What is known of the token's clock; null where the policy keeps no tracker. */
  readonly trackedClock: TrackedClock | null;
  /** A created token must be enrolled by then, microseconds since the epoch; null: no limit. */
  readonly pendingUntilUs: number | null;
  /** When its clock was set at the factory, microseconds since the epoch; null: not known. */
  readonly factorySetAtUs: number | null;
  /**
   * The fresh step or counter of a code that was refused because it lay outside the login window;
   * the next one's code may then repair the token. Any other code forgets it.
   */
  readonly remembered: { readonly movingFactor: bigint; readonly atUs: number } | null;
  /** When its key may be used (RFC 6030 §5), microseconds since the epoch; null: no limit. */
  readonly validFromUs: number | null;
  readonly validUntilUs: number | null;
  /** The last jumps of its clock, oldest first, at most MAX_JUMPS. */
  readonly jumps: readonly ClockJump[];
}

/** What may be known of a new token besides its parameters. */
export interface NewRecordOptions {
  /** The first one of an HOTP token. */
  readonly counter?: bigint;
  /** What its secret has consumed in an earlier life. */
  readonly watermark?: bigint;
  /** Default crystal. */
  readonly clock?: ClockClass;
  readonly factorySetAtUs?: number | null;
  readonly pendingUntilUs?: number | null;
  readonly validFromUs?: number | null;
  readonly validUntilUs?: number | null;
}

/**
 * The record of a token that was just created.
 *
 * @throws {RangeError} naming a parameter or a counter that is out of range
 */
export function newRecord(parameters: OathParameters, options: NewRecordOptions = {}): TokenRecord {
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
    lockedUntilUs: null,
    guesses: { count: 0, sinceUs: 0 },
    lastAcceptedAtUs: null,
    clock: options.clock ?? "crystal",
    isTracked: true,
    trackedClock: null,
    pendingUntilUs: options.pendingUntilUs ?? null,
    factorySetAtUs: options.factorySetAtUs ?? null,
    remembered: null,
    validFromUs: options.validFromUs ?? null,
    validUntilUs: options.validUntilUs ?? null,
    jumps: [],
  };
}

/**
 * The record after codes were accepted, `movingFactor` the highest of them: everything up to it is
 * spent, failures and a lock that ended are forgotten.
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
    locked: false,
    lockedUntilUs: null,
    lastAcceptedAtUs: receivedAtUs,
    remembered: null,
  };
}
