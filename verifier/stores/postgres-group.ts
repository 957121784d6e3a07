// A group of writes as one statement: compare-and-swaps, their audit rows, and the outcome, all or
// none. Rows are locked in the order of their ids, so that groups of two processes do not wait for
// each other in a circle.

import type { QueryConfig } from "pg";
import { encodeRecord } from "../record-codec.ts";
import type { PostgresRow } from "./postgres-connection.ts";
import type { AuditRow, Write } from "./store.ts";

const SWAP = 0;
const BURY = 1;
const AUDIT = 2;

/** Columns of the audit table, but for the token. */
export const AUDIT_COLUMNS = "at_us, act, outcome, reason, factor, offset_steps, asked_by, detail";

/** Columns of auditColumns, as unnest takes them from parameter `first` on. */
export function auditTypes(first: number): string {
  const types = ["float8", "text", "text", "text", "numeric", "float8", "text", "text"];
  return types.map((type, at) => `$${first + at}::${type}[]`).join(", ");
}

/** Audit rows, column by column, without the token. */
export function auditColumns(rows: readonly Omit<AuditRow, "token">[]): unknown[][] {
  return [
    rows.map(({ atUs }) => atUs),
    rows.map(({ act }) => act),
    rows.map(({ outcome }) => outcome),
    rows.map(({ reason }) => reason),
    rows.map(({ movingFactor }) => movingFactor?.toString() ?? null),
    rows.map(({ offsetSteps }) => offsetSteps),
    rows.map(({ by }) => by),
    rows.map(({ detail }) => detail),
  ];
}

/**
 * The statement of a group. It stores, under `nonce`, the numbers (from 1) of the writes that were
 * stored, and gives them.
 */
export function groupStatement(
  schema: string,
  nonce: string,
  writes: readonly Write[],
): QueryConfig {
  const kinds = writes.map(({ kind }) => (kind === "swap" ? SWAP : kind === "bury" ? BURY : AUDIT));
  return {
    name: "oathbed group",
    text: `
WITH input AS MATERIALIZED (
  SELECT * FROM unnest($2::smallint[], $3::bigint[], $4::bigint[], $5::bytea[], ${auditTypes(6)})
    WITH ORDINALITY
    AS i (kind, id, version, record, ${AUDIT_COLUMNS}, n)
), swapped AS (
  UPDATE ${schema}.tokens t SET record = i.record, version = t.version + 1,
    secret = CASE i.kind WHEN ${BURY} THEN ''::bytea ELSE t.secret END,
    label = CASE i.kind WHEN ${BURY} THEN NULL ELSE t.label END
  FROM input i WHERE i.kind <> ${AUDIT} AND t.id = i.id AND t.version = i.version
  RETURNING i.n
), won AS MATERIALIZED (
  SELECT n FROM swapped
  UNION ALL
  SELECT i.n FROM input i JOIN ${schema}.tokens t ON t.id = i.id WHERE i.kind = ${AUDIT}
  UNION ALL
  SELECT i.n FROM input i WHERE i.kind = ${AUDIT} AND i.id = 0
), logged AS (
  INSERT INTO ${schema}.audit (token, ${AUDIT_COLUMNS})
  SELECT id, ${AUDIT_COLUMNS}
  FROM input JOIN won USING (n) ORDER BY n
)
INSERT INTO ${schema}.batches (nonce, won)
SELECT $1::uuid, coalesce(array_agg(n), '{}') FROM won RETURNING won`,
    values: [
      nonce,
      kinds,
      writes.map((write) => (write.kind === "audit" ? write.audit.token : write.id)),
      writes.map((write) => (write.kind === "audit" ? 0 : write.version)),
      writes.map((write) => (write.kind === "audit" ? null : bytesOf(write))),
      ...auditColumns(writes.map(({ audit }) => audit)),
    ],
  };
}

/** What groupStatement gave. */
export function wonOf(rows: readonly PostgresRow[]): readonly number[] {
  const won = rows[0]?.won;
  return Array.isArray(won) ? won.map(Number) : [];
}

function bytesOf(write: Exclude<Write, { readonly kind: "audit" }>): Buffer {
  const bytes = encodeRecord(write.record);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
