// From a log to what is known of a token's clock: guaranteed bounds, an estimate, how straight the
// clock is, its jumps and other faults, how good the host's clock was, and when the token leaves
// each policy's window. Pure: the same log gives the same answer.

import { type AllanPoint, overlappingAllan } from "../../core/drift/allan.ts";
import type { ClockFault } from "../../core/drift/classify.ts";
import { readingConstraint } from "../../core/drift/constraints.ts";
import { FeasibleClocks, type Interval } from "../../core/drift/feasible.ts";
import { type ClockLine, centroidOf } from "../../core/drift/polygon.ts";
import { huberLine } from "../../core/drift/robust-line.ts";
import { leastDetectable, SegmentedClocks } from "../../core/drift/segments.ts";
import { leastStray, withStray } from "../../core/drift/stray.ts";
import { type Edge, edgesOf, evenOffsets } from "./edges.ts";
import { endReadings, hullOf, ratesOr } from "./ends.ts";
import { hostFaults, stuckFault } from "./faults.ts";
import { type PolicyForecast, policyForecasts } from "./forecast.ts";
import { jumpFaults } from "./jump-faults.ts";
import type { DriftRecord, StartRecord } from "./log.ts";
import { type HostReading, hostReadings } from "./readings.ts";

/** @see analyzeDrift */
export interface AnalyzeOptions {
  /** How far a sound clock may stray from a line before it is called a jump, seconds. */
  readonly straySeconds: number;
  /** Rates possible beforehand, ppm. */
  readonly priorPpm: number;
}

/** Defaults of `drift measure` and `drift analyze`. */
export const DEFAULT_ANALYSIS: AnalyzeOptions = { straySeconds: 0.5, priorPpm: 200 };

/** Something that happened to a clock, the token's or the host's. */
export interface DriftFault {
  readonly kind: ClockFault["kind"] | "host-step" | "host-suspended" | "two-tokens" | "outlier";
  /** Seconds since the measurement began: not before, not after. */
  readonly after: number;
  readonly before: number;
  /** How far it jumped, seconds; null where that has no meaning. */
  readonly seconds: Interval | null;
  /** A sentence. */
  readonly text: string;
}

/** What is known of the clock; times are seconds since the measurement began. */
export interface DriftAnalysis {
  readonly start: StartRecord;
  readonly readings: readonly HostReading[];
  readonly sessions: number;
  /** The stretch since the last jump: what the figures below speak of. */
  readonly from: number;
  readonly to: number;
  /** Clocks that fit both ends; those that stray from a line no more than need be, if none does. */
  readonly clocks: FeasibleClocks;
  /** Mean over the stretch, guaranteed, relative to the host's clock; ppm. Null: no readings. */
  readonly ratePpm: (Interval & { readonly estimate: number }) | null;
  /** The same against true time: widened by the host's own rate error. */
  readonly trueRatePpm: Interval | null;
  /** Token minus host's wall time at `to`; seconds. */
  readonly offsetSeconds: (Interval & { readonly estimate: number }) | null;
  /** Least stray from a line that explains the readings; 0: a straight clock fits. */
  readonly straySeconds: number;
  /** Huber's line through the edges of long runs, ppm; null below 10 edges. */
  readonly robustPpm: number | null;
  readonly line: ClockLine | null;
  readonly edges: readonly Edge[];
  readonly allan: readonly AllanPoint[];
  /** Jumps above this are sure to have been seen, seconds. */
  readonly detectableSeconds: number;
  readonly faults: readonly DriftFault[];
  readonly forecasts: readonly PolicyForecast[];
  /** Sentences: what was odd in the log, and what the figures do not say. */
  readonly notes: readonly string[];
}

const LEAST_EDGES = 10;
/** Wall time comes in whole milliseconds, the rest cut off. */
const WALL_GRAIN = 0.001;
const TRIM_SECONDS = 4 * 7200;

/** Analyzes the records of a log. */
export function analyzeDrift(
  records: readonly DriftRecord[],
  options: AnalyzeOptions = DEFAULT_ANALYSIS,
): DriftAnalysis {
  const {
    first: start,
    readings: all,
    notes: happened,
    sessions,
    problems,
  } = hostReadings(records);
  const stuck = stuckFault(all, start.stepSeconds);
  const readings = stuck?.sound ?? all;
  const followed = follow(readings, start, options);
  const { segments } = followed;
  const segment = segments.current;
  const inSegment = followed.sound;
  const strict = clocksOf(inSegment, start, options, followed.base);
  const to = segment?.to ?? 0;
  const { straySeconds } = inSegment.length > 0 ? leastStray(strict, to) : { straySeconds: 0 };
  const rateHigh = options.priorPpm * 1e-6;
  const atEnds = clocksOf(
    endReadings(inSegment, segment?.from ?? 0, to),
    start,
    options,
    followed.base,
  );
  const clocks =
    straySeconds > 0
      ? withStray(strict, 2 * straySeconds, { rateLow: -rateHigh, rateHigh })
      : atEnds;
  const edges = edgesOf(inSegment, start.stepSeconds, followed.base);
  const figures = figuresOf({ clocks, atEnds }, to, wallOffset(start, followed.base), start);
  const width = edges.reduce(
    (least, { low, high }) => Math.min(least, high - low),
    start.stepSeconds,
  );
  const even = evenOffsets(edges);
  const sharp = edges.filter(({ low, high }) => high - low <= 4 * width);
  const robust = sharp.length >= LEAST_EDGES ? huberLine(sharp) : null;
  const analysis = {
    start,
    readings,
    sessions,
    from: segment?.from ?? 0,
    to,
    clocks,
    ...figures,
    straySeconds,
    robustPpm: robust === null ? null : robust.rate * 1e6,
    edges,
    allan: even === null ? [] : overlappingAllan(even.offsets, even.spacingSeconds),
    detectableSeconds: leastDetectable(options.straySeconds, width),
    faults: [
      ...(stuck === undefined ? [] : [stuck.fault]),
      ...jumpFaults(segments, start, options),
      ...hostFaults(readings, segments.jumps),
    ].sort((a, b) => a.before - b.before),
    forecasts: policyForecasts(figures.trueRatePpm, figures.offsetSeconds, to, start),
  };
  const said = happened.map(({ at, text }) => `${at.toFixed(0)} s: ${text}`).slice(0, 50);
  return { ...analysis, notes: [...problems, ...said, ...caveats(analysis, segments)] };
}

interface Followed {
  readonly segments: SegmentedClocks;
  /** Readings since the last jump, without those that fit nothing. */
  readonly sound: readonly HostReading[];
  /** The step that others are counted from. */
  readonly base: number;
}

function follow(
  readings: readonly HostReading[],
  start: StartRecord,
  options: AnalyzeOptions,
): Followed {
  const segments = new SegmentedClocks(options);
  const base = readings[0]?.step ?? 0;
  let sound: HostReading[] = [];
  let waiting: { readonly reading: HostReading; readonly at: number }[] = [];
  for (const reading of readings) {
    const constraint = constraintOf(reading, start, base);
    const event = segments.take(constraint);
    if (event.kind === "waiting") {
      waiting.push({ reading, at: constraint.lowerAt });
      continue;
    }
    if (event.kind === "jump") {
      const agreeing = waiting.filter(({ at }) => at === event.jump.before);
      sound = agreeing.map((one) => one.reading);
    }
    sound.push(reading);
    waiting = [];
  }
  return { segments, sound, base };
}

function constraintOf({ from, to, step }: HostReading, start: StartRecord, base: number) {
  return readingConstraint({ from, to, step: step - base }, start);
}

function clocksOf(
  readings: readonly HostReading[],
  start: StartRecord,
  { priorPpm }: AnalyzeOptions,
  base: number,
): FeasibleClocks {
  const rateHigh = priorPpm * 1e-6;
  const clocks = new FeasibleClocks({ rateLow: -rateHigh, rateHigh });
  for (const reading of readings) clocks.add(constraintOf(reading, start, base));
  return clocks;
}

/** Start of the base step less the wall time of the first session's start, seconds. */
function wallOffset({ t0, stepSeconds, wallUs }: StartRecord, base: number): number {
  return t0 + base * stepSeconds - wallUs / 1e6;
}

function figuresOf(
  { clocks, atEnds }: { readonly clocks: FeasibleClocks; readonly atEnds: FeasibleClocks },
  to: number,
  shift: number,
  { host }: StartRecord,
) {
  const line = centroidOf(clocks, to);
  if (line === null) {
    return { ratePpm: null, trueRatePpm: null, offsetSeconds: null, line: null };
  }
  const { low, high } = hullOf(clocks.rates, ratesOr(atEnds, clocks.rates));
  const offset = clocks.offsetAt(to);
  const inPpm = (rate: number): number => rate * 1e6;
  return {
    ratePpm: { low: inPpm(low), high: inPpm(high), estimate: inPpm(line.rate) },
    trueRatePpm: { low: inPpm(low) - host.ratePpm, high: inPpm(high) + host.ratePpm },
    offsetSeconds: {
      low: offset.low + shift - (host.state === "simulated" ? 0 : WALL_GRAIN),
      high: offset.high + shift,
      estimate: line.offset + shift,
    },
    line,
  };
}

function caveats(
  { readings, straySeconds, from, to, start, detectableSeconds }: Omit<DriftAnalysis, "notes">,
  { waiting }: SegmentedClocks,
): readonly string[] {
  const span = to - from;
  if (readings.length < 2) {
    return [
      `${readings.length === 0 ? "no reading:" : "one reading tells the offset to a step,"} ` +
        "nothing is known of the rate; measure on with the same --log",
    ];
  }
  return [
    ...(straySeconds > 0
      ? [
          `no straight clock fits: the token strays ${(straySeconds * 1000).toFixed(1)} ms at ` +
            "least (temperature, digital trimming); the bounds allow for twice that",
        ]
      : []),
    ...(span > 0 && span < TRIM_SECONDS
      ? [
          "shorter than 8 hours: a clock trimmed every 2 hours may run up to " +
            `${((0.031 / span) * 1e6).toFixed(1)} ppm off the rate seen here over longer times`,
        ]
      : []),
    ...(waiting > 0 ? [`${waiting} last readings fit nothing yet: measure on to know why`] : []),
    `jumps above ${detectableSeconds.toFixed(2)} s would have been seen; smaller ones may not be ` +
      "detectable",
    `the rate is relative to the host's clock; ${start.host.text}`,
  ];
}
