// Where records are kept. Nothing but a store writes, and it writes by compare-and-swap: of any
// number of parallel submissions of one code exactly one finds the version it read.

import type { TokenRecord } from "../record.ts";
import type { Act, RefusalReason } from "../verdict.ts";

/** A token as stored. `secret` leaves the store only towards an engine. */
export interface StoredToken {
  /** Row key, counted from 1. */
  readonly id: number;
  readonly label: string;
  /** Whom it belongs to; null for nobody. */
  readonly user: string | null;
  readonly secret: Uint8Array;
  readonly record: TokenRecord;
  /** Counts the writes of the record. */
  readonly version: number;
}

/** What is stored already and bears on a new token. */
export interface Peers {
  /** Tokens and tombstones that have, or had, the new one's secret. */
  readonly sameSecret: readonly StoredToken[];
  /** Tokens and tombstones of the new one's user; none for nobody. */
  readonly sameUser: readonly StoredToken[];
}

/** A token to be stored. */
export interface NewToken {
  readonly label: string;
  readonly user: string | null;
  readonly secret: Uint8Array;
  /**
   * The record to start from. Called once, inside the transaction that inserts it, so that of two
   * tokens that may not both exist one sees the other. What it throws, `insert` rejects with.
   */
  admit(peers: Peers): TokenRecord;
}

/** Admin acts, beside the acts of users. */
export type AdminAct = "create" | "deactivate" | "delete" | "unlock";

/**
 * A line of the audit log: every decision and admin act; never a secret or a code. A "diagnosis"
 * follows the line of a refused login when more was found out about it afterwards.
 */
export interface AuditRow {
  /** When the verifier was asked, microseconds since the Unix epoch. */
  readonly atUs: number;
  readonly token: number;
  readonly act: Act | AdminAct | "diagnosis";
  readonly outcome: "accepted" | "refused" | "done";
  readonly reason: RefusalReason | null;
  /** Matched step or counter; null when nothing matched. */
  readonly movingFactor: bigint | null;
  /** Matched offset in steps; null when nothing matched. */
  readonly offsetSteps: number | null;
}

/** What went wrong with a store; nothing that was recorded is lost by it. */
export type StoreErrorCode =
  | "unreadable" // no such folder, no permission
  | "corrupt" // the file is no store, or it is damaged
  | "version" // written by a newer oathbed
  | "busy" // another process holds it for too long
  | "full" // the disk is full
  | "read-only"
  | "closed"
  | "duplicate"; // a label is taken

/** @see StoreErrorCode */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;
  /** What to do about it, one sentence. */
  readonly hint: string;
  constructor(code: StoreErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }
}

/** The store was closed by us. */
export function closedError(): StoreError {
  return new StoreError("closed", "the store is closed", "open it again");
}

/** A label is taken. */
export function duplicateLabel(label: string): StoreError {
  return new StoreError(
    "duplicate",
    `there is a token "${label}" already`,
    "choose another label, or delete that token first",
  );
}

/** Every operation rejects with StoreError; after a rejection nothing of it was stored. */
export interface Store extends AsyncDisposable {
  readonly name: string;
  /** How a write is made durable, one line; printed beside every figure. */
  readonly durability: string;
  /**
   * Adds a token and its audit row. The secret is copied.
   *
   * @throws {StoreError} "duplicate" when the label is taken; and what `admit` throws
   */
  insert(token: NewToken, audit: Omit<AuditRow, "token">): Promise<number>;
  load(id: number): Promise<StoredToken | null>;
  /** By label; tokens that were deleted have none any more. */
  find(label: string): Promise<StoredToken | null>;
  /** All tokens, deleted ones included, by id. */
  list(): Promise<readonly StoredToken[]>;
  /**
   * Stores `record` and the audit row if the token is still at `version`; both or none.
   * Resolves with false, and stores nothing, when another write came first.
   */
  swap(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean>;
  /** Adds an audit row alone: the record did not change. */
  audit(row: AuditRow): Promise<void>;
  /**
   * Deletes a token: its secret and label go; its record and a keyed hash of the secret stay as the
   * tombstone. False when another write came first.
   */
  bury(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean>;
  /** The latest audit rows of a token, newest first, at most `limit` (1 or more). */
  auditOf(id: number, limit: number): Promise<readonly AuditRow[]>;
  /** Afterwards every operation rejects with "closed". May be called twice. */
  close(): Promise<void>;
}
