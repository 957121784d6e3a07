// What operators of a verification server do and see, beside the codes: settings of policies,
// backups, crashes, files, logs, reports. A target offers what it has; each is an ability of its
// own, and a case that needs one is skipped on others.

import type { Target, TargetTokenId } from "./target.ts";

/** What else a case asks of the target's policy. @see TargetPolicy */
export interface OperationsPolicy {
  /** Steps around now in which a login's code is remembered, so that the next one's repairs. */
  readonly autoResyncSteps?: number;
  /** How long it is remembered, steps. */
  readonly autoResyncWait?: number;
  /** How long a lock lasts, seconds; 0: until an operator lifts it. */
  readonly lockSeconds?: number;
  /** Most failures in a day. */
  readonly guessesPerDay?: number;
  /** The login window as a tolerance in seconds, edges included, where the target has that. */
  readonly windowSeconds?: number;
}

/** Abilities that this file adds, and what a target that lacks one does not offer. */
export const OPERATION_OFFERS = {
  "secret-texts": "secrets as the text an operator types",
  "set-offset": "setting the recorded drift",
  "drift-report": "a report of a token's clock",
  export: "a file of its tokens",
  import: "taking in files of tokens",
  "public-answers": "what the user's side is told",
  audit: "its audit log",
  "host-fault": "a report of its own clock's faults",
  crash: "being killed",
  twin: "a second server on the same state",
  backup: "backups",
  "failing-store": "a store that fails",
  timing: "the time that its answers take",
} as const;

/** @see OPERATION_OFFERS */
export type OperationAbility = keyof typeof OPERATION_OFFERS;

/** What a target tells of a token's clock. */
export interface TargetDrift {
  /** Of the first and the last code it knows of, microseconds since the Unix epoch. */
  readonly firstAtUs: number;
  readonly lastAtUs: number;
  /** Token minus server, and the rate in parts per million: bounds. */
  readonly offsetSeconds: { readonly low: number; readonly high: number };
  readonly ratePpm: { readonly low: number; readonly high: number };
}

/** A line of the audit log. */
export interface TargetAuditLine {
  readonly act: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly movingFactor: bigint | null;
  readonly offsetSteps: number | null;
  /** All of the line, as the target gives it. */
  readonly text: string;
}

/** Files that are taken in. */
export type ImportFormat = "pskc" | "csv" | "otpauth" | "migration";

/** @see OPERATION_OFFERS */
export interface TargetOperations {
  /** Registers a time-based default token by its Base32 text. @throws {TargetRefusal} */
  createFromText?(text: string): Promise<TargetTokenId>;
  /** @throws {TargetRefusal} for an offset that it does not take */
  setOffset?(id: TargetTokenId, steps: number, atUs: number): Promise<void>;
  driftReport?(id: TargetTokenId, atUs: number): Promise<TargetDrift>;
  /** The token with its secret in PSKC, in clear. */
  exportPskc?(id: TargetTokenId): Promise<string>;
  /** All tokens of a file, or none. @throws {TargetRefusal} its message names each place */
  importFile?(text: string, format: ImportFormat): Promise<readonly TargetTokenId[]>;
  /** A login, and everything that its user's side sees of the answer. */
  publicAnswer?(id: TargetTokenId, code: string, atUs: number): Promise<string>;
  /** Newest first. */
  audit?(id: TargetTokenId): Promise<readonly TargetAuditLine[]>;
  /** By how much its own clock was found to have jumped, seconds; 0: it was not. */
  hostFault?(): Promise<number>;
  /** Ends without a chance to tidy up, and starts on the same state. */
  crash?(): Promise<void>;
  /** A second server on the same state. Whoever asks closes it. */
  twin?(): Promise<Target>;
  /** Takes a backup; the function restores it as the target's handbook says, at that time. */
  backup?(): Promise<(atUs: number) => Promise<void>>;
  /** From now on nothing can be stored, or it can again. */
  failStore?(isFailing: boolean): Promise<void>;
  /** As logins one after the other: how long each answer took, microseconds. */
  timeLogins?(
    id: TargetTokenId,
    codes: readonly string[],
    atUs: number,
  ): Promise<readonly number[]>;
}
