// Makes a report fit to be written: wire logs within their size, and no number that JSON lacks.

import type { CaseResult, Figure, OffsetPoint, Report } from "../report.ts";
import { costOf, excerptWire, MAX_WIRE_BYTES } from "../run/wire-excerpt.ts";
import { asksForWork } from "./verdict.ts";

/** Most bytes of wire log in one written report. */
export const MAX_REPORT_WIRE_BYTES: number = 10 * 1024 * 1024;

/** A report that fits, and what it lost. */
export interface Fitted {
  readonly report: Report;
  /** The results whose wire log was cut, with the whole log. */
  readonly cut: readonly CaseResult[];
}

/** How much wire log a report may hold, bytes. */
export interface FitLimits {
  readonly cellBytes: number;
  readonly reportBytes: number;
}

/**
 * `report` with at most 64 KiB of wire log a result and 10 MiB in all; where that is not enough
 * for all, results that hold give way to those that ask for work. Figures that are no numbers are
 * left out, which a notice says. Fitting what fits changes nothing.
 */
export function fitReport(
  report: Report,
  limits: FitLimits = { cellBytes: MAX_WIRE_BYTES, reportBytes: MAX_REPORT_WIRE_BYTES },
): Fitted {
  const limitOf = limitsFor(report.results, limits);
  const cut: CaseResult[] = [];
  const results = report.results.map((result) => {
    const excerpt = excerptWire(result.wire, limitOf(result));
    if (excerpt.cut === 0) return result;
    cut.push(result);
    const wireLinesCut = result.wireLinesCut + excerpt.cut;
    return { ...result, wire: excerpt.lines, wireLinesCut };
  });
  const figures = report.figures.filter(isFigure);
  const timelines = report.timelines.map((timeline) => ({
    ...timeline,
    points: timeline.points.map(finitePoint),
  }));
  const lost = report.figures.filter((figure) => !isFigure(figure));
  const notices = [
    ...report.notices,
    ...lost.map(({ subject, name }) => `the figure "${name}" of ${subject} is no number: left out`),
  ];
  return { report: { ...report, results, figures, timelines, notices }, cut };
}

/** Bytes each result may have: the share of those that hold is halved until all fit. */
function limitsFor(
  results: readonly CaseResult[],
  { cellBytes, reportBytes }: FitLimits,
): (result: CaseResult) => number {
  const costs = results.map((result) => ({
    asks: asksForWork(result),
    bytes: result.wire.reduce((sum, line) => sum + costOf(line), 0),
  }));
  let holding = cellBytes;
  let asking = cellBytes;
  const total = (): number =>
    costs.reduce((sum, { asks, bytes }) => sum + Math.min(bytes, asks ? asking : holding), 0);
  while (total() > reportBytes && asking >= 1) {
    if (holding >= 512) holding /= 2;
    else if (holding > 0) holding = 0;
    else asking /= 2;
  }
  return (result) => Math.floor(asksForWork(result) ? asking : holding);
}

function isFigure({ median, low, high }: Figure): boolean {
  return [median, low, high].every(Number.isFinite);
}

function finitePoint(point: OffsetPoint): OffsetPoint {
  const { trueSeconds, recordedSeconds } = point;
  const orNull = (value: number | null): number | null =>
    value !== null && Number.isFinite(value) ? value : null;
  return {
    ...point,
    trueSeconds: orNull(trueSeconds),
    recordedSeconds: orNull(recordedSeconds),
  };
}
