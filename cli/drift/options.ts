// Options of the drift commands, and how they are read.

import type { AnalyzeOptions } from "../../bench/drift/analyze.ts";
import { UsageError } from "../usage-error.ts";

/** How an analysis is made and printed; defaults are DEFAULT_ANALYSIS. */
export const ANALYSIS_OPTIONS = {
  "prior-ppm": {
    type: "string",
    requiresArg: true,
    default: "200",
    description: "rates believed possible beforehand, parts per million",
  },
  "stray-ms": {
    type: "string",
    requiresArg: true,
    default: "500",
    description: "how far a sound clock may stray from a line before it is called a jump",
  },
  report: {
    type: "string",
    requiresArg: true,
    description: "folder for drift.html, drift.json and drift.csv",
  },
  csv: { type: "boolean", default: false, description: "print CSV on stdout" },
  json: { type: "boolean", default: false, description: "print JSON on stdout" },
} as const;

/** Options that say what is accepted. */
export const ACCEPT_OPTIONS = {
  "spec-ppm": {
    type: "string",
    requiresArg: true,
    default: "5",
    description: "largest rate error of the data sheet; 2 min a year are 3.8 ppm",
  },
  "set-on": {
    type: "string",
    requiresArg: true,
    description: "when the clocks were set at the factory: 2026-01-05 or 2026-01-05T08:00:00Z",
  },
  "set-within-s": {
    type: "string",
    requiresArg: true,
    default: "2",
    description: "how far off they may have been then, seconds",
  },
} as const;

/** @see ANALYSIS_OPTIONS */
export interface AnalysisArguments {
  readonly "prior-ppm": string;
  readonly "stray-ms": string;
  readonly report?: string | undefined;
  readonly csv: boolean;
  readonly json: boolean;
}

/** @throws {UsageError} naming an option that is out of range */
export function analysisOf(args: AnalysisArguments): AnalyzeOptions {
  return {
    priorPpm: positiveOf("prior-ppm", args["prior-ppm"], 100_000, 0.1),
    straySeconds: positiveOf("stray-ms", args["stray-ms"], 60_000) / 1000,
  };
}

/** A number from `least`, 0 unless said, to `most`. @throws {UsageError} naming both */
export function positiveOf(option: string, text: string, most: number, least = 0): number {
  const value = /^\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(
    `--${option} must be a number from ${least} to ${most}, got ${JSON.stringify(text.slice(0, 40))}`,
    `for example --${option} ${Math.max(least, Math.min(most, 5))}`,
  );
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** Seconds of `45s`, `10min`, `1h`, `30d`. @throws {UsageError} naming option and form */
export function durationOf(option: string, text: string, most: number): number {
  const [, count, unit = ""] = /^(\d{1,7}(?:\.\d{1,3})?)(s|min|m|h|d)?$/.exec(text) ?? [];
  const seconds = Number(count) * (UNITS[unit] ?? 1);
  const isPlain = text === "0" || unit !== "";
  if (count !== undefined && isPlain && seconds <= most) return seconds;
  throw new UsageError(
    `--${option} must be a duration up to ${most / 86_400} days, got ${JSON.stringify(text.slice(0, 40))}`,
    `for example --${option} 45s, 10min, 1h or 30d`,
  );
}
