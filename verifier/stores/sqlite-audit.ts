// The audit log of the SQLite store, read back from its packed groups.

import { AuditGroup } from "./audit-codec.ts";
import type { SqliteStatements } from "./sqlite-statements.ts";
import type { AuditPage, AuditQuery, AuditRow } from "./store.ts";

/** A place in the log: rows of `group` before index `before`, then older groups. */
interface Place {
  readonly group: number;
  readonly before: number;
}

/** Above every index of a group. */
const MAX_INDEX = 2 ** 31;
const CURSOR = /^([1-9]\d{0,15})\.(\d{1,10})$/;

/** @see Store.auditPage */
export function readAuditPage(statements: SqliteStatements, query: AuditQuery): AuditPage {
  const { token, limit, before } = query;
  const rows: AuditRow[] = [];
  let place = before === undefined ? firstPlace(statements, token) : placeOf(before);
  while (place !== null && rows.length < limit) {
    place = takeFrom(statements, place, token, limit, rows);
  }
  return { rows, next: place === null ? null : `${place.group}.${place.before}` };
}

/** Adds the rows of one group, newest first; where to go on, null at the end of the log. */
function takeFrom(
  statements: SqliteStatements,
  place: Place,
  token: number | undefined,
  limit: number,
  rows: AuditRow[],
): Place | null {
  const stored = statements.get("SELECT rows FROM audit_groups WHERE id = ?", place.group)?.rows;
  if (!(stored instanceof Uint8Array)) return null;
  const group = new AuditGroup(stored);
  let previous = place.group - 1;
  for (let at = Math.min(place.before, group.length) - 1; at >= 0; at--) {
    if (token !== undefined && group.tokenAt(at) !== token) continue;
    if (rows.length >= limit) return { group: place.group, before: at + 1 };
    const entry = group.entryAt(at);
    rows.push(entry.row);
    if (token !== undefined) previous = entry.previous;
  }
  return placeAtEnd(previous === place.group ? 0 : previous);
}

function firstPlace(statements: SqliteStatements, token: number | undefined): Place | null {
  const head =
    token === undefined
      ? statements.get("SELECT max(id) AS head FROM audit_groups")?.head
      : statements.get("SELECT audit_head AS head FROM tokens WHERE id = ?", token)?.head;
  return placeAtEnd(Number(head ?? 0));
}

function placeAtEnd(group: number): Place | null {
  return group < 1 ? null : { group, before: MAX_INDEX };
}

function placeOf(cursor: string): Place {
  const [, group, before] = CURSOR.exec(cursor) ?? [];
  if (group === undefined || before === undefined) {
    throw new RangeError(
      `before must be the "next" of an earlier page, got ${JSON.stringify(cursor.slice(0, 40))}`,
    );
  }
  return { group: Number(group), before: Number(before) };
}
