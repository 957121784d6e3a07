// A conformance case: one requirement, judged the same way on every token or verifier.

import type { OperationAbility } from "./operations.ts";
import type { TokenContext } from "./token-context.ts";
import type { VerifierContext } from "./verifier-context.ts";

/** How binding a requirement is (RFC 2119). */
export type Level = "MUST" | "SHOULD" | "MAY";

/** Where a requirement stands, and what it says. */
export interface Requirement {
  /** The sentence that is judged, as short as it can be. */
  readonly text: string;
  /** `RFC 6238 §5.2`, or the document and section that asks for it. */
  readonly source: string;
}

interface CaseBase {
  /** `suite/section/what`: `rfc6238/5.2/replayed-code`. Never changes once released. */
  readonly id: string;
  /** Other names: row ids of a protocol document (R01). */
  readonly aliases?: readonly string[];
  /** A lower-case sentence that is true of a conforming subject. */
  readonly title: string;
  readonly requirement: Requirement;
  readonly level: Level;
  /** Takes seconds and more: runs only when its suite, section or id is named. Absent: always. */
  readonly isLong?: boolean;
}

/** What a token must be able to do for a case to apply; else the case is skipped, saying so. */
export type TokenNeed =
  | "totp"
  | "hotp"
  | "hotp-at-counter"
  | "hotp-own-counter"
  | "provision"
  | "names"
  | "list"
  | "remove"
  | "set-time"
  | "read-time"
  | "sha256"
  | "sha512"
  | "t0"
  | "own-clock"
  | "forgets-at-set-time" // setting its clock takes its secrets away
  | "apdu" // command APDUs as they are
  | "ccid" // CCID messages as they are
  | "shell-line" // bytes of a line shell as they are
  | "otp-hid" // feature reports of OTP slots as they are
  | "rig"; // only an emulated token: power, faults, time

/** What a verification server must offer for a case to apply. */
export type VerifierNeed =
  | "hotp"
  | "state" // keeps state from one submission to the next
  | "resync"
  | "offset" // tells the drift it recorded
  | "watermark" // tells the highest moving factor consumed
  | "reasons" // tells the operator why
  | "restart" // can be stopped and started again on the same state
  | "parallel"
  | "enrollment" // two codes enable a token; else it is enabled as it is created
  | "users" // devices belong to users
  | "delete"
  | "sha256"
  | "sha512"
  | OperationAbility; // what its operators do and see

/** A case about a token. */
export interface TokenCase extends CaseBase {
  readonly subject: "token";
  readonly needs: readonly TokenNeed[];
  /** Real time it waits for a token without a rig, seconds at most; absent: it does not wait. */
  readonly waitsSeconds?: number;
  run(t: TokenContext): Promise<void>;
}

/** A case about a verification server. */
export interface VerifierCase extends CaseBase {
  readonly subject: "verifier";
  readonly needs: readonly VerifierNeed[];
  run(t: VerifierContext): Promise<void>;
}

/** A case about a token and a verifier together. */
export interface PairCase extends CaseBase {
  readonly subject: "pair";
  readonly needs: readonly (TokenNeed | VerifierNeed)[];
  run(token: TokenContext, verifier: VerifierContext): Promise<void>;
}

/** Any case. */
export type ConformanceCase = TokenCase | VerifierCase | PairCase;

/** Cases of one document or subject; one file a suite, or a file a section. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  readonly cases: readonly ConformanceCase[];
}
