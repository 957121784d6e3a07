// A verification server under test: the library here, or anybody's, as a black box.

import type { OathParameters } from "../core/oath/parameters.ts";
import type { OperationAbility, OperationsPolicy, TargetOperations } from "./operations.ts";

/** What a case asks of the target's policy. A target that cannot set a field skips the case. */
export interface TargetPolicy extends OperationsPolicy {
  /** Which preset the rest overrides: rfc6238 unless a case says otherwise. */
  readonly preset: "rfc6238" | "aws" | "default";
  /** Steps accepted before and after the expected one at login. */
  readonly window?: { readonly past: number; readonly future: number };
  /** Steps searched to each side at enrollment. */
  readonly enrollSteps?: number;
  /** Steps searched to each side by resync; counters ahead for HOTP. */
  readonly resyncSteps?: number;
  /** Counters searched ahead at login, HOTP (s of RFC 4226 §7.4). */
  readonly lookAheadWindow?: number;
  /** Consecutive failures before the token is locked (T of RFC 4226 §7.3). */
  readonly throttleLimit?: number;
  /** Delay scheme: after A failures wait A times this, seconds; 0 = none. */
  readonly delaySeconds?: number;
  /** Furthest the recorded drift may go from 0, seconds. */
  readonly driftCapSeconds?: number;
  /** Whether the recorded drift follows logins. */
  readonly trackDrift?: boolean;
  /** Devices one user may have. */
  readonly devicesPerUser?: number;
}

/** A token as the target is to know it. */
export interface TargetToken {
  readonly secret: Uint8Array;
  readonly parameters: OathParameters;
  /** First counter, HOTP; default 0. */
  readonly counter?: bigint;
  /** Whom it belongs to, where the target has users. */
  readonly user?: string;
}

/** Why a target refused, for the operator; "refused" when it does not tell. */
export type TargetReason =
  | "refused"
  | "malformed"
  | "no-match"
  | "replayed"
  | "out-of-sync"
  | "throttled"
  | "locked"
  | "not-enrolled"
  | "wrong-state"
  | "limit"
  | "unavailable"; // it could not be stored; nothing was accepted

/** A target's answer to codes. */
export type TargetAnswer =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly reason: TargetReason };

/** What a target tells of a token; a field it does not know is absent. */
export interface TargetState {
  readonly enabled: boolean;
  /** Recorded drift, token minus server, in steps (fractions allowed). */
  readonly offsetSteps?: number;
  /** Highest moving factor consumed. */
  readonly watermark?: bigint;
  readonly consecutiveFailures?: number;
}

/** A handle for a token inside the target. */
export type TargetTokenId = string;

/** What a target can do; a case whose need is not among them is skipped with that reason. */
export type TargetAbility =
  | "hotp"
  | "state"
  | "resync"
  | "offset"
  | "watermark"
  | "reasons"
  | "restart"
  | "parallel"
  | "enrollment"
  | "users"
  | "delete"
  | "sha256"
  | "sha512"
  | OperationAbility;

/**
 * One run of a server under test. Times are host time, microseconds since the Unix epoch; a target
 * without a settable clock runs in real time and is given times near its own.
 */
export interface Target extends AsyncDisposable, TargetOperations {
  /** Registers a token, not enabled yet. Rejects when refused (one device a user). */
  create(token: TargetToken): Promise<TargetTokenId>;
  /** Two consecutive codes make the token usable. */
  enroll(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer>;
  /** One code, as at a login. */
  submit(id: TargetTokenId, code: string, atUs: number): Promise<TargetAnswer>;
  /** Two consecutive codes repair a token that is out of sync. */
  resync(id: TargetTokenId, codes: readonly string[], atUs: number): Promise<TargetAnswer>;
  state?(id: TargetTokenId): Promise<TargetState>;
  deactivate?(id: TargetTokenId): Promise<void>;
  delete?(id: TargetTokenId): Promise<void>;
  /** Stops and starts the server on the same state. */
  restart?(): Promise<void>;
}

/** A kind of target: makes fresh ones, one a case. */
export interface TargetFactory {
  readonly name: string;
  /** What it is and its version, one line. */
  readonly description: string;
  readonly abilities: ReadonlySet<TargetAbility>;
  /**
   * @throws {TargetCannot} when a field of the policy cannot be set: the case is skipped
   * @throws {TargetRefusal} "limit" when the server refuses a value of the policy
   */
  open(policy: TargetPolicy): Promise<Target>;
}

/** The target refused a token, an admin act or a policy; not an error of the harness. */
export class TargetRefusal extends Error {
  /** A target outside this package may bring its own copy of the class: either copy's counts. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "TargetRefusal" && "reason" in value;
  }

  override readonly name = "TargetRefusal";
  readonly reason: TargetReason;
  constructor(reason: TargetReason, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** The target cannot be set up as a case asks (a policy field it does not have): a skip. */
export class TargetCannot extends Error {
  /** @see TargetRefusal */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "TargetCannot";
  }

  override readonly name = "TargetCannot";
}
