// The drift of a fleet as a table: what is known of each token's clock, and the day it may leave
// its window. Bounds come from the tracker where it has learned them.

import { driftReport } from "../../verifier/drift-report.ts";
import type { Policy } from "../../verifier/policy.ts";
import type { Store, StoredToken } from "../../verifier/stores/store.ts";
import { csvLine } from "../../verifier/transfer/csv/write.ts";
import { type DriftForm, driftForm } from "./forms.ts";

/** Tokens read from the store at a time. */
const PAGE = 1000;

/** A row of the table. */
export interface DriftTableRow extends DriftForm {
  readonly id: number;
  readonly label: string;
  readonly user: string | null;
}

/** Every time-based token that is in use. @param atUs microseconds since the Unix epoch */
export async function driftTable(
  store: Store,
  policy: Policy,
  atUs: number,
): Promise<readonly DriftTableRow[]> {
  const rows: DriftTableRow[] = [];
  for await (const { id, label, user, record } of tokensOf(store)) {
    if (record.state !== "enabled") continue;
    const form = driftForm(driftReport(record, policy, atUs));
    if (form !== null) rows.push({ id, label, user, ...form });
  }
  return rows;
}

/** All tokens of a store, deleted ones included, by id, without holding them all at a time. */
export async function* tokensOf(store: Store): AsyncGenerator<StoredToken> {
  let after = 0;
  while (true) {
    const page = await store.listPage(after, PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.id;
  }
}

const COLUMNS = [
  "id",
  "token",
  "user",
  "first",
  "last",
  "offset_low_seconds",
  "offset_high_seconds",
  "rate_low_ppm",
  "rate_high_ppm",
  "learned",
  "leaves_window",
] as const;

/** The table as CSV with a header, lines ended by CRLF, numbers rounded to 0.001. */
export function driftTableText(rows: readonly DriftTableRow[]): string {
  const cells = rows.map((row) => [
    row.id,
    row.label,
    row.user,
    row.firstAt,
    row.lastAt,
    rounded(row.offsetSeconds.low),
    rounded(row.offsetSeconds.high),
    rounded(row.ratePpm.low),
    rounded(row.ratePpm.high),
    row.isLearned ? "yes" : "no",
    row.leavesWindowAt?.slice(0, 10) ?? null,
  ]);
  return [[...COLUMNS], ...cells].map((line) => `${csvLine(line)}\r\n`).join("");
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
