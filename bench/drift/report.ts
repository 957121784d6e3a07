// An analysis as JSON, CSV and lines for people. Each is a function of the analysis alone.

import { csvLine } from "../../verifier/transfer/csv/write.ts";
import type { DriftAnalysis } from "./analyze.ts";

/** What `--json` prints; times in ISO 8601, spans in seconds, rates in ppm. */
export interface DriftReport {
  readonly format: "oathbed-drift";
  readonly version: 1;
  readonly device: string;
  readonly reads: number;
  readonly sessions: number;
  readonly startedAt: string;
  readonly spanSeconds: number;
  readonly ratePpm: DriftAnalysis["ratePpm"];
  readonly trueRatePpm: DriftAnalysis["trueRatePpm"];
  readonly offsetSeconds: DriftAnalysis["offsetSeconds"];
  readonly straySeconds: number;
  readonly robustPpm: number | null;
  readonly detectableSeconds: number;
  readonly host: DriftAnalysis["start"]["host"];
  readonly faults: DriftAnalysis["faults"];
  readonly allan: DriftAnalysis["allan"];
  readonly forecasts: readonly {
    readonly preset: string;
    readonly earliest: string | null;
    readonly latest: string | null;
  }[];
  readonly notes: readonly string[];
}

/** The report of an analysis: plain data. */
export function driftReportOf(analysis: DriftAnalysis): DriftReport {
  const { start, readings, from, to, faults, forecasts, ...rest } = analysis;
  const { ratePpm, trueRatePpm, offsetSeconds, straySeconds, robustPpm } = rest;
  return {
    format: "oathbed-drift",
    version: 1,
    device: start.device,
    reads: readings.length,
    sessions: rest.sessions,
    startedAt: isoOf(start.wallUs),
    spanSeconds: to - from,
    ratePpm,
    trueRatePpm,
    offsetSeconds,
    straySeconds,
    robustPpm,
    detectableSeconds: rest.detectableSeconds,
    host: start.host,
    faults,
    allan: rest.allan,
    forecasts: forecasts.map(({ preset, earliestUs, latestUs }) => ({
      preset,
      earliest: earliestUs === null ? null : isoOf(earliestUs),
      latest: latestUs === null ? null : isoOf(latestUs),
    })),
    notes: rest.notes,
  };
}

/** Rates known better than this are told to four digits. */
export const NARROW_PPM = 0.1;
const COLUMNS: readonly string[] = [
  "device",
  "started_at",
  "span_seconds",
  "reads",
  "rate_low_ppm",
  "rate_high_ppm",
  "rate_estimate_ppm",
  "true_rate_low_ppm",
  "true_rate_high_ppm",
  "offset_low_seconds",
  "offset_high_seconds",
  "stray_seconds",
  "faults",
];

/** One line a measurement, a header before them; ended by CRLF (RFC 4180). */
export function driftCsv(reports: readonly DriftReport[]): string {
  const rows = reports.map((report) => [
    report.device,
    report.startedAt,
    rounded(report.spanSeconds, 3),
    report.reads,
    rounded(report.ratePpm?.low, 4),
    rounded(report.ratePpm?.high, 4),
    rounded(report.ratePpm?.estimate, 4),
    rounded(report.trueRatePpm?.low, 4),
    rounded(report.trueRatePpm?.high, 4),
    rounded(report.offsetSeconds?.low, 6),
    rounded(report.offsetSeconds?.high, 6),
    rounded(report.straySeconds, 6),
    report.faults.map(({ kind }) => kind).join(" "),
  ]);
  return [COLUMNS, ...rows].map((cells) => `${csvLine([...cells])}\r\n`).join("");
}

/** Names and values for a table on a terminal, and for the page's head. */
export function driftFacts(report: DriftReport): readonly (readonly [string, string])[] {
  const { ratePpm: rate, trueRatePpm: real, offsetSeconds: offset } = report;
  // A month bounds a rate to thousandths.
  const digits = rate !== null && rate.high - rate.low < NARROW_PPM ? 4 : 2;
  return [
    ["token", report.device],
    ["measured", `${report.startedAt}, ${spanText(report.spanSeconds)}, ${report.reads} reads`],
    [
      "rate",
      rate === null
        ? "unknown: nothing was read"
        : `${signed(rate.estimate, digits)} ppm, surely ${signed(rate.low, digits)} to ` +
          `${signed(rate.high, digits)} against this host's clock`,
    ],
    ...(real === null
      ? []
      : [
          [
            "in true time",
            `${signed(real.low, digits)} to ${signed(real.high, digits)} ppm`,
          ] as const,
        ]),
    ...(rate === null
      ? []
      : [
          [
            "a year",
            `${signed(rate.estimate * 31.5576, 0)} s, ${signed(rate.low * 31.5576, 0)} to ` +
              `${signed(rate.high * 31.5576, 0)} s`,
          ] as const,
        ]),
    ...(offset === null
      ? []
      : [
          [
            "offset now",
            `${signed(offset.estimate, 3)} s, surely ${signed(offset.low, 3)} to ${signed(offset.high, 3)}`,
          ] as const,
        ]),
    ...(report.reads > 1
      ? [
          [
            "straightness",
            report.straySeconds === 0
              ? "a clock of one steady rate fits every reading"
              : `strays ${(report.straySeconds * 1000).toFixed(1)} ms from a line at least`,
          ] as const,
        ]
      : []),
    ...(report.robustPpm === null
      ? []
      : [["robust estimate", `${signed(report.robustPpm, 2)} ppm (Huber)`] as const]),
    ["host clock", report.host.text],
  ];
}

/** `1 h 5 min`, `3 d 2 h`, `40 s`. */
export function spanText(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 86_400), "d"],
    [Math.floor((whole % 86_400) / 3600), "h"],
    [Math.floor((whole % 3600) / 60), "min"],
    [whole % 60, "s"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  if (first < 0) return "0 s";
  const shown = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return shown.map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** With its sign: `+40.02`, `-3.10`. */
export function signed(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return value >= 0 ? `+${text}` : text;
}

function isoOf(us: number): string {
  return `${new Date(us / 1000).toISOString().slice(0, 19)}Z`;
}

function rounded(value: number | undefined, digits: number): number | null {
  return value === undefined ? null : Number(value.toFixed(digits));
}
