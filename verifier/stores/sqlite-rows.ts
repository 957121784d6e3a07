// Rows of the SQLite store, read and written.

import type { SQLOutputValue } from "node:sqlite";
import { decodeRecord } from "../record-codec.ts";
import type { AuditRow, StoredToken } from "./store.ts";

/** A row as node:sqlite gives it. */
export type Row = Record<string, SQLOutputValue>;
/** A value as node:sqlite takes it. */
export type SqlValue = string | number | null | Uint8Array;

/** The columns tokenOfRow reads. */
export const SELECT_TOKEN = "SELECT id, label, user, secret, record, version FROM tokens";

/** @throws {RecordFormatError} when the record is damaged */
export function tokenOfRow(row: Row): StoredToken {
  return {
    id: Number(row.id),
    label: row.label === null ? "" : String(row.label),
    user: row.user === null ? null : String(row.user),
    secret: row.secret as Uint8Array,
    record: decodeRecord(row.record as Uint8Array),
    version: Number(row.version),
  };
}

/** Takes the values of auditValues, in this order. */
export const INSERT_AUDIT: string =
  "INSERT INTO audit (at_us, token, act, outcome, reason, factor, offset_steps) " +
  "VALUES (?, ?, ?, ?, ?, ?, ?)";

/** @see INSERT_AUDIT */
export function auditValues(row: AuditRow): SqlValue[] {
  const factor = row.movingFactor === null ? null : factorBytes(row.movingFactor);
  return [row.atUs, row.token, row.act, row.outcome, row.reason, factor, row.offsetSteps];
}

/** A row of the audit table, all columns. */
export function auditOfRow(row: Row): AuditRow {
  const factor = row.factor as Uint8Array | null;
  return {
    atUs: Number(row.at_us),
    token: Number(row.token),
    act: row.act as AuditRow["act"],
    outcome: row.outcome as AuditRow["outcome"],
    reason: row.reason as AuditRow["reason"],
    movingFactor:
      factor === null ? null : new DataView(factor.buffer, factor.byteOffset).getBigUint64(0),
    offsetSteps: row.offset_steps === null ? null : Number(row.offset_steps),
  };
}

/** SQLite's integers are signed: a moving factor of 2^63 and more is kept as eight bytes. */
function factorBytes(factor: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, factor);
  return bytes;
}
