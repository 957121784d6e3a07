// Fleet results as tables for people, as CSV, and as JSON.

import { driftRowsOf, type FleetResult, type FleetRow, isComplete, rowsOf } from "./result.ts";
import type { Sweep } from "./sweep.ts";

/** Titles and rows of a table. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** One row a policy and rhythm. */
export function resultTable(result: FleetResult): Table {
  return {
    header: [
      "policy",
      "logins",
      "rejects/1000",
      "codes mean",
      "max",
      "lock-outs/1000 token-years",
      "resyncs",
      "tokens locked out",
      "replaced",
      "guess before a lock",
      "attacker a year",
    ],
    rows: rowsOf(result).map((row) => [
      row.policy,
      row.rhythm,
      fixed(row.rejectsPer1000, 2),
      fixed(row.meanCodes, 2),
      String(row.maxCodes),
      fixed(row.lockOutsPer1000TokenYears, 1),
      fixed(row.resyncsPer1000TokenYears, 1),
      percent(row.lockedOutShare),
      percent(row.replacedShare),
      exponential(row.guessALock),
      percent(row.guessAYear),
    ]),
  };
}

/** Quantiles of drift, seconds. */
export function driftTable(result: FleetResult): Table {
  const rows = driftRowsOf(result);
  const names = Object.keys(rows[0]?.quantiles ?? {});
  return {
    header: ["drift after", ...names],
    rows: rows.map(({ after, quantiles }) => [
      after,
      ...names.map((name) => secondsText(quantiles[name] ?? Number.NaN)),
    ]),
  };
}

/** One row a policy, at its worst rhythm. */
export function sweepTable({ points, cheapest }: Sweep): Table {
  return {
    header: ["policy", "rejects/1000", "guess before a lock", "codes mean", ""],
    rows: points.map((point) => [
      point.policy,
      fixed(point.rejectsPer1000, 3),
      exponential(point.guess),
      fixed(point.codes, 2),
      point.policy === cheapest?.policy
        ? "cheapest within limits"
        : [point.isWithin ? "within limits" : "", point.isOnCurve ? "on the curve" : ""]
            .filter((word) => word !== "")
            .join(", "),
    ]),
  };
}

/** Sentences without which the figures mean less. */
export function resultNotes(result: FleetResult): readonly string[] {
  const { spec, totals } = result;
  const { leastSeconds, meanSeconds } = spec.typing;
  const notEnrolled = totals.cells[0]?.counts.notEnrolled ?? 0;
  return [
    `${count(totals.tokens)} tokens of ${spec.clock.name}, ${yearsText(spec.years)}, up to ` +
      `${spec.shelfDays} days on the shelf; codes arrive ${leastSeconds} s + Exp(${meanSeconds} s) ` +
      `after their display; times between logins ${spec.gaps}; random seed ${spec.randomSeed}`,
    ...(isComplete(result) ? [] : [`only a part: ${count(spec.tokens)} tokens were asked for`]),
    ...(notEnrolled === 0
      ? []
      : [`${count(notEnrolled)} tokens were too far off to be enrolled, and are not counted on`]),
    "a rejected login is one whose first code was refused; after three a user calls for help, " +
      "which is a lock-out and a resync, or a replaced token where that fails",
  ];
}

/** Every figure of a result, one line a policy and rhythm (RFC 4180). */
export function resultCsv(result: FleetResult): string {
  const rows = rowsOf(result);
  const [first] = rows;
  if (first === undefined) return "";
  const figures = Object.keys(first).filter((name) => name !== "counts") as readonly Exclude<
    keyof FleetRow,
    "counts"
  >[];
  const counts = Object.keys(first.counts) as readonly (keyof FleetRow["counts"])[];
  const lines = rows.map((row) => [
    ...figures.map((name) => row[name]),
    ...counts.map((name) => row.counts[name]),
  ]);
  return csvText([[...figures, ...counts], ...lines]);
}

/** Lines of cells as CSV (RFC 4180). */
export function csvText(lines: readonly (readonly (string | number)[])[]): string {
  return lines.map((line) => `${line.map(csvCell).join(",")}\r\n`).join("");
}

function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The result with its tables, as `--json` prints it and `fleet merge` reads it. */
export function resultJson(result: FleetResult, sweep?: Sweep): string {
  const tables = { rows: rowsOf(result), drift: driftRowsOf(result) };
  return `${JSON.stringify({ ...result, ...tables, ...(sweep ? { sweep } : {}) }, null, 1)}\n`;
}

/** Which policy is the cheapest within the limits, in a sentence. */
export function sweepSentence({ cheapest, limits }: Sweep): string {
  const within =
    `at most ${limits.maxRejectsPer1000} rejects in 1,000 and a guess of ` +
    `${limits.maxGuess.toExponential(0)} before a lock`;
  if (cheapest === null) return `no policy that was tried keeps within ${within}`;
  const { policy, codes, rejectsPer1000 } = cheapest;
  return (
    `cheapest within ${within}: ${policy}, ${fixed(codes, 2)} codes on average, ` +
    `${fixed(rejectsPer1000, 2)} rejects in 1,000`
  );
}

/** `1 year`, `5 years`. */
export function yearsText(years: number): string {
  return years === 1 ? "1 year" : `${years} years`;
}

/** Seconds with as many places as tell something; beyond a histogram's ends, that. */
export function secondsText(seconds: number): string {
  if (Number.isNaN(seconds)) return "-";
  if (!Number.isFinite(seconds)) return seconds > 0 ? "more" : "less";
  const places = Math.abs(seconds) < 10 ? 1 : 0;
  return `${seconds.toFixed(places)} s`;
}

function exponential(value: number): string {
  return Number.isFinite(value) ? value.toExponential(1) : "-";
}

function fixed(value: number, places: number): string {
  return Number.isFinite(value) ? value.toFixed(places) : "-";
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(share < 0.1 ? 2 : 1)} %` : "-";
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
