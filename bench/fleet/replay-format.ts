// A replay as a table for people, its notes, and CSV.

import { csvText, type Table } from "./format.ts";
import type { Replay } from "./replay.ts";

/** One row a policy. */
export function replayTable({ rows }: Replay): Table {
  return {
    header: [
      "policy",
      "tokens",
      "logins",
      "rejects/1000",
      "codes mean",
      "max",
      "repaired",
      "lock-outs",
      "newly refused",
      "newly accepted",
      "first lines newly refused",
    ],
    rows: rows.map((row) => [
      row.policy,
      String(row.tokens),
      String(row.logins),
      row.rejectsPer1000.toFixed(2),
      row.meanCodes.toFixed(2),
      String(row.maxCodes),
      String(row.repaired),
      String(row.lockedOut),
      String(row.newlyRefused),
      String(row.newlyAccepted),
      row.newlyRefusedLines.join(", "),
    ]),
  };
}

/** Sentences without which the figures mean less. */
export function replayNotes(result: Replay): readonly string[] {
  const { rows, withoutStep, duplicates, neverAccepted, firstAt, lastAt } = result;
  const isJudged = rows.some(({ logins }) => logins > 0);
  const counted: readonly (readonly [number, string])[] = [
    [withoutStep, "logins have no step that is known (codes need --secrets): not judged"],
    [duplicates, "logins are there twice, with the same token, time and step: judged once"],
    [neverAccepted, "tokens were never accepted: nothing tells where their clock was"],
  ];
  return [
    `logins from ${dayOf(firstAt)} to ${dayOf(lastAt)}; the first accepted one of each token ` +
      "stands for its enrollment, and three refusals in a row for a lock-out and a resync",
    ...counted.filter(([count]) => count > 0).map(([count, text]) => `${count} ${text}`),
    ...(isJudged ? [] : ["no login was judged: each token needs a second one, with its step"]),
  ];
}

/** One line a policy (RFC 4180). */
export function replayCsv({ rows }: Replay): string {
  const [first] = rows;
  if (first === undefined) return "";
  const names = Object.keys(first).filter(
    (name) => name !== "newlyRefusedLines",
  ) as readonly Exclude<keyof typeof first, "newlyRefusedLines">[];
  const lines = rows.map((row) => [
    ...names.map((name) => row[name]),
    row.newlyRefusedLines.join(" "),
  ]);
  return csvText([[...names, "newlyRefusedLines"], ...lines]);
}

function dayOf(at: number): string {
  return Number.isFinite(at) ? new Date(at * 1000).toISOString().slice(0, 10) : "-";
}
