// Pages of lists: MaxItems and an opaque Marker, which only this endpoint can make.

import { type Checks, RULES } from "./checks.ts";
import { invalid } from "./fault.ts";
import type { Sessions } from "./sessions.ts";
import { join, leaf, type Xml } from "./xml.ts";

const DEFAULT_ITEMS = 100;
const MAX_ITEMS = 1000;

/** Which page is asked for. */
export interface PageQuery {
  readonly maxItems: number;
  readonly marker: string | null;
}

/** Reads MaxItems and Marker; `checks.done()` tells what is wrong with them. */
export function pageQuery(checks: Checks): PageQuery {
  const maxItems = checks.number("MaxItems", 1, MAX_ITEMS) ?? DEFAULT_ITEMS;
  return { maxItems, marker: checks.optional("Marker", RULES.marker) };
}

/**
 * A page of rows in the order of their numbers, and IsTruncated and Marker as XML.
 *
 * @param list names the list: a marker of another one is none
 * @throws {IamFault} ValidationError for a marker that was not given for this list
 */
export function pageOf<Row>(
  rows: readonly Row[],
  seqOf: (row: Row, at: number) => number,
  list: string,
  query: PageQuery,
  sessions: Sessions,
): { readonly page: readonly Row[]; readonly end: Xml } {
  let after = -1;
  if (query.marker !== null) {
    const read = sessions.readMarker(list, query.marker);
    if (read === null) throw invalid("Invalid Marker.");
    after = read;
  }
  const left = rows.map((row, at) => ({ row, seq: seqOf(row, at) })).filter((x) => x.seq > after);
  const page = left.slice(0, query.maxItems);
  const last = page.at(-1);
  const isTruncated = left.length > page.length;
  const end = join(
    leaf("IsTruncated", isTruncated),
    isTruncated && last !== undefined ? leaf("Marker", sessions.marker(list, last.seq)) : undefined,
  );
  return { page: page.map(({ row }) => row), end };
}
