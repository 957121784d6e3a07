// What the verifier answers. Expected outcomes are values; the reason is for the operator only.

/** What the codes were given for. */
export type Act = "enroll" | "verify" | "resync";

/** Why codes were refused. For the operator: the public answer is the same for all of them. */
export type RefusalReason =
  | "malformed" // not the right number of ASCII digits
  | "no-match" // no candidate in the window (or a pair that is not consecutive)
  | "replayed" // at or below the watermark, or digits of a consumed step
  | "out-of-sync" // matches outside the login window: ask for a resync
  | "throttled" // too soon after failures; nothing was evaluated
  | "locked" // the limit of failures is reached; nothing was evaluated
  | "not-enrolled" // no such token, not enabled yet, deactivated or deleted
  | "wrong-state"; // the act does not fit the token's state (enroll on an enabled one)

/** The codes were right. */
export interface Accepted {
  readonly outcome: "accepted";
  readonly act: Act;
  /** Time step or counter of the (last) code. */
  readonly movingFactor: bigint;
  /** Matched step minus the step of `receivedAt`, whole steps; 0 for HOTP. */
  readonly offsetSteps: number;
  /**
   * True when the token is usable but its recorded offset is outside the login window of an
   * untracked token: an `aws` enrollment with a late pair. A resync repairs it.
   */
  readonly outOfSync: boolean;
}

/** The codes were not taken. */
export interface Refused {
  readonly outcome: "refused";
  readonly act: Act;
  readonly reason: RefusalReason;
  /** When throttled: earliest time another try is evaluated, microseconds since the epoch. */
  readonly retryAtUs?: number;
}

/** @see Accepted, Refused */
export type Verdict = Accepted | Refused;

/** What a user may be told: whether it worked, and nothing else. */
export type PublicAnswer = { readonly accepted: boolean };
