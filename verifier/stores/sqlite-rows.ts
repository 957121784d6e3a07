// Rows of the SQLite store, read.

import type { SQLOutputValue } from "node:sqlite";
import { decodeRecord } from "../record-codec.ts";
import type { KeyRing } from "./key-ring.ts";
import type { AuditRow, StoredToken } from "./store.ts";

/** A row as node:sqlite gives it. */
export type Row = Record<string, SQLOutputValue>;
/** A value as node:sqlite takes it. */
export type SqlValue = string | number | null | Uint8Array;

/** The columns tokenOfRow reads. */
export const SELECT_TOKEN = "SELECT id, label, user, secret, record, version FROM tokens";

/**
 * The token of a row. Its secret is unsealed when it is first read: engines do so once, and keep a
 * key made of it.
 *
 * @throws {RecordFormatError} when the record is damaged
 */
export function tokenOfRow(row: Readonly<Record<string, unknown>>, ring: KeyRing): StoredToken {
  return tokenOfValues([row.id, row.label, row.user, row.secret, row.record, row.version], ring);
}

/** As tokenOfRow, of the columns of SELECT_TOKEN in their order. */
export function tokenOfValues(values: readonly unknown[], ring: KeyRing): StoredToken {
  const [rowId, label, user, sealed, record, version] = values;
  const id = Number(rowId);
  let secret: Uint8Array | undefined;
  return {
    id,
    label: label === null ? "" : String(label),
    user: user === null ? null : String(user),
    get secret(): Uint8Array {
      secret ??= ring.secretOf(id, sealed as Uint8Array);
      return secret;
    },
    record: decodeRecord(record as Uint8Array),
    version: Number(version),
  };
}

/** A row of version 1's audit table, all columns. */
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
    by: null,
    detail: null,
  };
}
