// The drift table: what is known of each token's clock, and the day it leaves its window. Offsets
// are token minus host, positive when the token is ahead; bounds are guaranteed ones where the
// drift tracker gives them.

import type { DriftTracker } from "../../core/drift/tracker.ts";
import { csvLine } from "./csv/write.ts";

const US = 1_000_000;
/** Forecasts beyond this many days say nothing: no token lasts that long. */
const MAX_FORECAST_DAYS = 36_525;
const DAY_SECONDS = 86_400;

/** Lowest and highest value that fits. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** What is known of a token's clock. */
export interface DriftRow {
  readonly token: string;
  readonly user: string | null;
  /** First and last code that tells of the clock, microseconds since the Unix epoch. */
  readonly firstAtUs: number | null;
  readonly lastAtUs: number | null;
  /** When the offset below holds, microseconds since the Unix epoch. */
  readonly atUs: number;
  /** Token minus host; null when nothing is known. */
  readonly offsetSeconds: Bounds | null;
  /** Parts per million; null when nothing is known. */
  readonly ratePpm: Bounds | null;
  /** Offsets at which the verifier finds the token's codes. */
  readonly windowSeconds: Bounds;
}

/** When a token's codes are no longer found if it goes on as it does; microseconds, or never. */
export interface DriftForecast {
  /** Before this it is surely in its window. Null: within a century it cannot leave. */
  readonly earliestUs: number | null;
  /** After this it is surely out of it. Null: nobody can tell. */
  readonly latestUs: number | null;
}

/** Offset and rate of a tracked clock, at `at` seconds since the tracker's reference. */
export function driftFigures(
  tracker: DriftTracker,
  at: number,
): Pick<DriftRow, "offsetSeconds" | "ratePpm"> {
  const { clocks } = tracker;
  if (clocks.isEmpty || !clocks.isFeasible) return { offsetSeconds: null, ratePpm: null };
  const { low, high } = clocks.rates;
  return { offsetSeconds: clocks.offsetAt(at), ratePpm: { low: low * 1e6, high: high * 1e6 } };
}

/**
 * The forecast of a row. A clock that may have any offset and any rate within the bounds leaves
 * earliest by the worst pair of them and is surely gone when no pair is left inside.
 */
export function forecastOf(row: DriftRow): DriftForecast {
  const { offsetSeconds: offset, ratePpm: rate, windowSeconds: window, atUs } = row;
  if (offset === null || rate === null) return { earliestUs: null, latestUs: null };
  const at = (seconds: number): number | null =>
    seconds <= MAX_FORECAST_DAYS * DAY_SECONDS ? atUs + seconds * US : null;
  const earliest = Math.min(
    secondsUntil(window.high - offset.high, rate.high),
    secondsUntil(offset.low - window.low, -rate.low),
  );
  const latest = Math.min(
    secondsUntil(window.high - offset.low, rate.low),
    secondsUntil(offset.high - window.low, -rate.high),
  );
  return { earliestUs: at(earliest), latestUs: at(latest) };
}

/** Seconds until `room` seconds are used up at `ppm`; infinity when they never are. */
function secondsUntil(room: number, ppm: number): number {
  if (room < 0) return 0;
  return ppm > 0 ? room / (ppm * 1e-6) : Number.POSITIVE_INFINITY;
}

const COLUMNS = [
  "token",
  "user",
  "first",
  "last",
  "at",
  "offset_low_seconds",
  "offset_high_seconds",
  "rate_low_ppm",
  "rate_high_ppm",
  "window_low_seconds",
  "window_high_seconds",
  "leaves_window_earliest",
  "leaves_window_latest",
] as const;

/** A row of the written table: numbers rounded to 0.001, times in UTC, null for unknown. */
type WrittenRow = Readonly<Record<(typeof COLUMNS)[number], string | number | null>>;

/** The table as CSV with a header, lines ended by CRLF. Days of the forecast are UTC. */
export function driftTableCsv(rows: readonly DriftRow[]): string {
  const lines = rows.map(written).map((row) => COLUMNS.map((column) => row[column]));
  return [[...COLUMNS], ...lines].map((cells) => `${csvLine(cells)}\r\n`).join("");
}

/** The table as JSON: `{"format":"oathbed-drift-table","version":1,"tokens":[…]}`. */
export function driftTableJson(rows: readonly DriftRow[]): string {
  const tokens = rows.map(written);
  return `${JSON.stringify({ format: "oathbed-drift-table", version: 1, tokens }, null, 2)}\n`;
}

function written(row: DriftRow): WrittenRow {
  const { earliestUs, latestUs } = forecastOf(row);
  return {
    token: row.token,
    user: row.user,
    first: timeOf(row.firstAtUs),
    last: timeOf(row.lastAtUs),
    at: timeOf(row.atUs),
    offset_low_seconds: rounded(row.offsetSeconds?.low),
    offset_high_seconds: rounded(row.offsetSeconds?.high),
    rate_low_ppm: rounded(row.ratePpm?.low),
    rate_high_ppm: rounded(row.ratePpm?.high),
    window_low_seconds: rounded(row.windowSeconds.low),
    window_high_seconds: rounded(row.windowSeconds.high),
    leaves_window_earliest: timeOf(earliestUs)?.slice(0, 10) ?? null,
    leaves_window_latest: timeOf(latestUs)?.slice(0, 10) ?? null,
  };
}

function timeOf(us: number | null): string | null {
  return us === null ? null : `${new Date(us / 1000).toISOString().slice(0, 19)}Z`;
}

function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value * 1000) / 1000;
}
