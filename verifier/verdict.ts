// What the verifier answers. Expected outcomes are values; the reason is for the operator only.

import type { ClockFault } from "../core/drift/classify.ts";
import type { OathParameters } from "../core/oath/parameters.ts";
import type { HostClockFault } from "./monitor.ts";

/** What the codes were given for. */
export type Act = "enroll" | "verify" | "resync";

/** Why codes were refused. For the operator: the public answer is the same for all of them. */
export type RefusalReason =
  | "malformed" // not the right number of ASCII digits; spaces and other digits are not taken
  | "no-match" // none in the window; a pair not consecutive, or in two places; now is before T0
  | "replayed" // the code, or a digit twin of it, of a step or counter that is spent
  | "out-of-sync" // matches outside the login window: ask for a resync
  | "throttled" // too soon after failures; nothing was evaluated
  | "locked" // the limit of failures is reached; nothing was evaluated
  | "not-enrolled" // no such token, not enabled yet, deactivated or deleted
  | "expired" // a pending enrollment was not completed in time
  | "not-yet-valid" // before the date from which its key may be used; nothing was evaluated
  | "no-longer-valid" // after the last date of its key; nothing was evaluated
  | "wrong-parameters" // an enrollment's pair fits other parameters than the token was created with
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
   * True when an enrollment's pair lies before the login window: it was given late, or the token's
   * clock is that slow. If it was late, the device is associated but out of sync: its next code is
   * refused as such, and a resync repairs it.
   */
  readonly outOfSync: boolean;
  /** After a resync, by hand or at a login: what seems to have happened to the clock. */
  readonly fault?: ClockFault | HostClockFault;
}

/** The codes were not taken. */
export interface Refused {
  readonly outcome: "refused";
  readonly act: Act;
  readonly reason: RefusalReason;
  /** When throttled or locked for a time: when a try is evaluated again, microseconds. */
  readonly retryAtUs?: number;
  /** When out of sync: the step or counter the code seems to be of. */
  readonly movingFactor?: bigint;
  /** When out of sync: that step minus the step of `receivedAt`; absent for HOTP. */
  readonly offsetSteps?: number;
  /** When out of sync or replayed: what seems to have happened to the clock. */
  readonly fault?: ClockFault | HostClockFault;
  /** For wrong parameters: those that fit. */
  readonly fits?: OathParameters;
}

/** @see Accepted, Refused */
export type Verdict = Accepted | Refused;

/** What a user may be told: whether it worked, and nothing else. */
export type PublicAnswer = { readonly accepted: boolean };

/** What a user may be told: the same for every reason. */
export function publicAnswer(verdict: Verdict): PublicAnswer {
  return { accepted: verdict.outcome === "accepted" };
}
