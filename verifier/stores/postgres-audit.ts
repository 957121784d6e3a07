// The audit log of the PostgreSQL store, read.

import type { PostgresConnection, PostgresRow } from "./postgres-connection.ts";
import type { AuditPage, AuditQuery, AuditRow } from "./store.ts";

const CURSOR = /^[1-9]\d{0,15}$/;

/** @see Store.auditPage */
export async function readPostgresAudit(
  connection: PostgresConnection,
  { token, limit, before }: AuditQuery,
): Promise<AuditPage> {
  if (before !== undefined && !CURSOR.test(before)) {
    throw new RangeError(`before must be the "next" of an earlier page`);
  }
  const rows = await connection.read({
    text: `SELECT * FROM ${connection.spec.schema}.audit
      WHERE ($1::bigint IS NULL OR token = $1) AND ($2::bigint IS NULL OR id < $2)
      ORDER BY id DESC LIMIT $3`,
    values: [token ?? null, before ?? null, limit + 1],
  });
  const page = rows.slice(0, limit);
  const next = rows.length > limit ? String(page.at(-1)?.id) : null;
  return { rows: page.map(auditOfPostgres), next };
}

/** A row of the audit table. */
function auditOfPostgres(row: PostgresRow): AuditRow {
  return {
    atUs: Number(row.at_us),
    token: Number(row.token),
    act: row.act as AuditRow["act"],
    outcome: row.outcome as AuditRow["outcome"],
    reason: row.reason as AuditRow["reason"],
    movingFactor: row.factor === null ? null : BigInt(String(row.factor)),
    offsetSteps: row.offset_steps === null ? null : Number(row.offset_steps),
    by: row.asked_by as string | null,
    detail: row.detail as string | null,
  };
}
