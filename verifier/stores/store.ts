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
   * The record to start from. The token is stored only if its peers are still the same then, so
   * that of two tokens that may not both exist one sees the other; else this is called again, with
   * the new peers. It must depend on nothing else. What it throws, `insert` rejects with.
   */
  admit(peers: Peers): TokenRecord;
}

/** A token of an import, and the audit row of its creation. */
export interface ImportedToken {
  readonly token: NewToken;
  readonly audit: Omit<AuditRow, "token">;
}

/** A record in the place of that of `version`, and the audit row of the change. */
export interface RecordWrite {
  readonly id: number;
  readonly version: number;
  readonly record: TokenRecord;
  readonly audit: AuditRow;
}

/** A change of one token, stored or not as a whole. */
export type Write =
  /** `bury` is described at Store.bury, `swap` at Store.swap. */
  | (RecordWrite & { readonly kind: "swap" | "bury" })
  | { readonly kind: "audit"; readonly audit: AuditRow };

/** Admin acts, beside the acts of users. */
export type AdminAct =
  | "create"
  | "deactivate"
  | "delete"
  | "unlock"
  | "replace" // deactivated for a new device
  | "offset" // set or reset by hand
  | "tracking" // switched on or off
  | "raise-watermark" // after a restored backup
  | "export" // its secret was given out in a file
  | "rotate-key" // all secrets sealed anew; of no token
  | "read" // an operator looked; of no token
  | "clock-back"; // no act: the host clock was seen to step back

/**
 * A line of the audit log: every decision and admin act; never a secret or a code. A "diagnosis"
 * follows the line of a refused login when more was found out about it afterwards.
 */
export interface AuditRow {
  /** When the verifier was asked, microseconds since the Unix epoch. */
  readonly atUs: number;
  /** 0: of no token, as codes of one that nobody knows. */
  readonly token: number;
  readonly act: Act | AdminAct | "diagnosis";
  readonly outcome: "accepted" | "refused" | "done";
  readonly reason: RefusalReason | null;
  /** Matched step or counter; null when nothing matched. */
  readonly movingFactor: bigint | null;
  /** Matched offset in steps; null when nothing matched. */
  readonly offsetSteps: number | null;
  /** Who asked: an operator, or the name of a client's bearer token; null: not told. */
  readonly by: string | null;
  /** What else there is to say, for people, at most MAX_AUDIT_TEXT characters. */
  readonly detail: string | null;
}

/** Longest `by` and `detail` of an audit row, characters. */
export const MAX_AUDIT_TEXT = 200;

/** Which audit rows are asked for. */
export interface AuditQuery {
  /** Of this token only; default: all tokens. */
  readonly token?: number;
  /** Most rows given, 1 or more. */
  readonly limit: number;
  /** Where the last page ended: its `next`. */
  readonly before?: string;
}

/** A page of the audit log, newest first. */
export interface AuditPage {
  readonly rows: readonly AuditRow[];
  /** What to ask with as `before` for older rows; null when there are none. */
  readonly next: string | null;
}

/** What a store holds. */
export interface StoreStatistics {
  /** Tokens that are not deleted. */
  readonly tokens: number;
  readonly tombstones: number;
  /** Size of tables and indexes; null where it is not known. */
  readonly bytes: number | null;
  /** Writes this process stored, and in how many transactions. */
  readonly writes: number;
  readonly transactions: number;
}

/** What went wrong with a store; nothing that was recorded is lost by it. */
export type StoreErrorCode =
  | "unreadable" // no such folder, no permission
  | "corrupt" // the file is no store, or it is damaged
  | "version" // written by a newer oathbed
  | "busy" // another process holds it for too long
  | "full" // the disk is full
  | "read-only"
  | "key" // the key file of the secrets is missing, another one, or readable by others
  | "lost" // the database was deleted or replaced while it was open
  | "unreachable" // the database server does not answer
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

/** There is no such token to write of: a caller's mistake. */
export function unknownToken(id: number): RangeError {
  return new RangeError(`there is no token ${id} that an audit row could be of`);
}

/**
 * Every operation rejects with StoreError; after a rejection nothing of it was stored. The one
 * exception is "unreachable", whose message says so when it is not known: then it may have been
 * stored, and a code counts as used.
 *
 * Writes that come at a time share a transaction, and each is answered when that is durable. If it
 * fails, all of them are refused.
 */
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
  /**
   * Adds all of these tokens or none; gives their ids. Tokens of one import are each other's peers,
   * those that come before it with id 0.
   *
   * @throws {StoreError} "duplicate" when a label is taken; and what an `admit` throws
   */
  importMany(tokens: readonly ImportedToken[]): Promise<readonly number[]>;
  /**
   * Adds a token in the place of another one: `retired` is stored as by `swap` and the token as by
   * `insert`, both or neither. Null, and nothing is stored, when another write of the retired one
   * came first.
   *
   * @throws {StoreError} "duplicate" when the label is taken; and what `admit` throws
   */
  replace(
    retired: RecordWrite,
    token: NewToken,
    audit: Omit<AuditRow, "token">,
  ): Promise<number | null>;
  load(id: number): Promise<StoredToken | null>;
  /** As `load`, for each of these ids, in their order. */
  loadMany(ids: readonly number[]): Promise<readonly (StoredToken | null)[]>;
  /** By label; tokens that were deleted have none any more. */
  find(label: string): Promise<StoredToken | null>;
  /** All tokens, deleted ones included, by id. */
  list(): Promise<readonly StoredToken[]>;
  /** As `list`, but only ids above `afterId` (0: from the first), at most `limit` (1 or more). */
  listPage(afterId: number, limit: number): Promise<readonly StoredToken[]>;
  /** All tokens of a user, deleted ones included, by id. */
  listOf(user: string): Promise<readonly StoredToken[]>;
  /**
   * Stores `record` and the audit row if the token is still at `version`; both or none.
   * Resolves with false, and stores nothing, when another write came first.
   */
  swap(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean>;
  /**
   * Adds an audit row alone: the record did not change, or it is of no token (0).
   *
   * @throws {RangeError} for a token that is not there
   */
  audit(row: AuditRow): Promise<void>;
  /**
   * Deletes a token: its secret and label go; its record and a keyed hash of the secret stay as the
   * tombstone. False when another write came first.
   */
  bury(id: number, version: number, record: TokenRecord, audit: AuditRow): Promise<boolean>;
  /**
   * As swap, bury and audit, one for each of these writes: each is stored or not for itself, and
   * true when it was. An audit row of a token that does not exist is not.
   */
  writeMany(writes: readonly Write[]): Promise<readonly boolean[]>;
  /** The latest audit rows of a token, newest first, at most `limit` (1 or more). */
  auditOf(id: number, limit: number): Promise<readonly AuditRow[]>;
  /** @throws {RangeError} when `before` is no `next` of an earlier page */
  auditPage(query: AuditQuery): Promise<AuditPage>;
  statistics(): Promise<StoreStatistics>;
  /**
   * Seals all secrets anew under a new key, which the key file then holds; the old one is gone. All
   * of them and the audit row, or none.
   *
   * @returns id of the new key; null for a store that seals nothing: then nothing is logged
   */
  rotateKey(audit: Omit<AuditRow, "token">): Promise<string | null>;
  /** Waits for what was begun. Afterwards every operation rejects with "closed". */
  close(): Promise<void>;
}
