// What a fleet run came to: counts, from which every table and plot is made; parts can be merged.

import { JsonTextError, parseJson } from "../../core/wire/json-text.ts";
import { checkClock } from "../../firmware-sim/oscillators/clock-spec.ts";
import { attackChances } from "./attacker.ts";
import { driftBinsOf } from "./drift-bins.ts";
import { loginsAYear } from "./simulate.ts";
import { FLEET_LIMITS, type FleetSpec } from "./spec.ts";
import {
  addTotals,
  COUNTS,
  type Count,
  driftQuantile,
  emptyTotals,
  type FleetTotals,
} from "./totals.ts";

/** A run or a part of one: plain data, as the JSON file has it. */
export interface FleetResult {
  readonly version: 1;
  readonly spec: FleetSpec;
  /** Tokens that were simulated, in order, `end` not included. */
  readonly ranges: readonly { readonly first: number; readonly end: number }[];
  readonly totals: FleetTotals;
}

/** One policy at one rhythm. */
export interface FleetRow {
  readonly policy: string;
  readonly rhythm: string;
  readonly rejectsPer1000: number;
  readonly meanCodes: number;
  readonly maxCodes: number;
  /** For 1,000 tokens a year. */
  readonly lockOutsPer1000TokenYears: number;
  /** Of these, helped by a resync with two codes; the others' tokens were replaced. */
  readonly resyncsPer1000TokenYears: number;
  /** Share of the tokens that were locked out at least once, 0 to 1. */
  readonly lockedOutShare: number;
  /** Share of the tokens that were replaced. */
  readonly replacedShare: number;
  /** Chance that one of the guesses is right that the throttle lets through in a row. */
  readonly guessALock: number;
  /** Chance that an attacker succeeds within a year of guessing as much as is let through. */
  readonly guessAYear: number;
  readonly guessesAYear: number;
  readonly counts: Readonly<Record<Count, number>>;
}

/** How far clocks walked since enrollment: quantiles in seconds. */
export interface DriftRow {
  readonly after: string;
  /** Of a bin of the histogram that quantiles are read from. */
  readonly widthSeconds: number;
  readonly quantiles: Readonly<Record<string, number>>;
}

const QUANTILES: readonly number[] = [0.001, 0.025, 0.25, 0.5, 0.75, 0.975, 0.999];

/** The table of a result, policies in the order asked for. */
export function rowsOf({ spec, totals }: FleetResult): readonly FleetRow[] {
  return spec.policies.flatMap(({ name, policy }, at) =>
    spec.rhythms.map((rhythm, column): FleetRow => {
      const cell = totals.cells[at * spec.rhythms.length + column];
      if (cell === undefined) throw new Error("a result without its counts");
      const { counts, maxCodes } = cell;
      const meanCodes = counts.codes / counts.logins;
      const tokenYears = counts.enrolled * spec.years;
      const chances = attackChances(policy, meanCodes, loginsAYear(rhythm.everySeconds));
      return {
        policy: name,
        rhythm: rhythm.name,
        rejectsPer1000: (1000 * counts.rejected) / counts.logins,
        meanCodes,
        maxCodes,
        lockOutsPer1000TokenYears: (1000 * counts.lockedOut) / tokenYears,
        resyncsPer1000TokenYears: (1000 * counts.resynced) / tokenYears,
        lockedOutShare: counts.tokensLockedOut / counts.enrolled,
        replacedShare: counts.replaced / counts.enrolled,
        guessALock: chances.aLock,
        guessAYear: chances.aYear,
        guessesAYear: chances.guessesAYear,
        counts,
      };
    }),
  );
}

/** The drift distribution of a result. */
export function driftRowsOf({ spec, totals }: FleetResult): readonly DriftRow[] {
  return driftBinsOf(spec).map((bins, at) => ({
    after: bins.years === 1 ? "1 year" : `${bins.years} years`,
    widthSeconds: bins.widthSeconds,
    quantiles: Object.fromEntries(
      QUANTILES.map((share) => [
        `p${share * 100}`,
        driftQuantile(totals.drift[at] ?? [], bins, share),
      ]),
    ),
  }));
}

/**
 * One result from parts of the same run.
 *
 * @throws {RangeError} when they are of different runs, or a token is in two of them
 */
export function mergeResults(parts: readonly FleetResult[]): FleetResult {
  const [first] = parts;
  if (first === undefined) throw new RangeError("nothing to merge");
  const { spec } = first;
  const asText = JSON.stringify(spec);
  const totals = emptyTotals(spec.policies.length * spec.rhythms.length, driftBinsOf(spec));
  for (const [at, part] of parts.entries()) {
    if (JSON.stringify(part.spec) !== asText) {
      throw new RangeError(
        `part ${at + 1} is of another run: ${differenceOf(spec, part.spec)} differs`,
      );
    }
    addTotals(totals, part.totals);
  }
  const ranges = parts.flatMap((part) => part.ranges).toSorted((a, b) => a.first - b.first);
  const joined: { first: number; end: number }[] = [];
  for (const { first: begin, end } of ranges) {
    const last = joined.at(-1);
    if (last !== undefined && begin < last.end) {
      throw new RangeError(`token ${begin} is in two parts; give each shard once`);
    }
    if (last !== undefined && begin === last.end) last.end = end;
    else joined.push({ first: begin, end });
  }
  return { version: 1, spec, ranges: joined, totals };
}

function differenceOf(a: FleetSpec, b: FleetSpec): string {
  const names = Object.keys(a) as readonly (keyof FleetSpec)[];
  return names.find((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name])) ?? "the form";
}

/** Whether every token of the run was simulated. */
export function isComplete({ spec, ranges }: FleetResult): boolean {
  return ranges.length === 1 && ranges[0]?.first === 0 && ranges[0].end === spec.tokens;
}

const MAX_RESULT_CHARACTERS = 16 * 1024 * 1024;

/** A result from its JSON text. @param what names it @throws {RangeError} saying what is wrong */
export function parseResult(text: string, what: string): FleetResult {
  if (text.length > MAX_RESULT_CHARACTERS) throw new RangeError(`${what}: too long for a result`);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new RangeError(`${what} is ${error.message}; was the run cut off?`);
  }
  const result = Object(value);
  const { spec, totals, ranges } = result;
  const problem =
    result.version !== 1 || !isSpec(spec)
      ? "is no fleet result of version 1"
      : (rangesProblem(ranges, spec, totals) ?? totalsProblem(totals, spec));
  if (problem !== undefined) throw new RangeError(`${what}: ${problem}`);
  checkClock(spec.clock, what);
  return { version: 1, spec, ranges, totals };
}

function rangesProblem(ranges: unknown, spec: FleetSpec, totals: unknown): string | undefined {
  const limits = { low: 0, high: spec.tokens };
  const isSound = (range: unknown): boolean => {
    const { first, end } = Object(range);
    return isWithin(first, limits) && isWithin(end, limits) && first < end;
  };
  if (!Array.isArray(ranges) || !ranges.every(isSound)) {
    return `ranges must be of tokens from 0 to ${spec.tokens}`;
  }
  const tokens = ranges.reduce((sum, { first, end }) => sum + end - first, 0);
  return Object(totals).tokens === tokens
    ? undefined
    : `totals.tokens must be ${tokens}, as ranges say`;
}

/** What is wrong with the counts, by its place. */
function totalsProblem(totals: unknown, spec: FleetSpec): string | undefined {
  const { cells, drift } = Object(totals);
  const count = spec.policies.length * spec.rhythms.length;
  if (!Array.isArray(cells) || cells.length !== count) return `totals.cells must be ${count}`;
  for (const [at, cell] of cells.entries()) {
    const problem = cellProblem(cell);
    if (problem !== undefined) return `totals.cells[${at}].${problem}`;
  }
  const spans = spec.years === 1 ? 1 : 2;
  const isSound =
    Array.isArray(drift) && drift.length === spans && drift.every((bins) => areCounts(bins));
  return isSound ? undefined : `totals.drift must be ${spans} lists of whole numbers from 0`;
}

/** Whether the numbers are there that clocks are drawn from. */
function isSpec(spec: unknown): spec is FleetSpec {
  const { version, tokens, years, randomSeed, shelfDays } = Object(spec);
  return (
    version === 1 &&
    isWithin(tokens, FLEET_LIMITS.tokens) &&
    isWithin(years, FLEET_LIMITS.years) &&
    isWithin(shelfDays, FLEET_LIMITS["shelf-days"]) &&
    isWithin(randomSeed, { low: 0, high: 0xffff_ffff }) &&
    Array.isArray(Object(spec).policies) &&
    Array.isArray(Object(spec).rhythms)
  );
}

function isWithin(value: unknown, { low, high }: { low: number; high: number }): boolean {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
}

const ANY_COUNT = { low: 0, high: Number.MAX_SAFE_INTEGER };

function cellProblem(cell: unknown): string | undefined {
  const { counts, maxCodes, lockedOutByQuarter } = Object(cell);
  const bad = COUNTS.find((name) => !isWithin(Object(counts)[name], ANY_COUNT));
  if (bad !== undefined) return `counts.${bad} must be a whole number from 0`;
  if (counts.rejected > counts.logins) return "counts.rejected must not be above counts.logins";
  if (!isWithin(maxCodes, ANY_COUNT)) return "maxCodes must be a whole number from 0";
  return areCounts(lockedOutByQuarter)
    ? undefined
    : "lockedOutByQuarter must be a list of whole numbers from 0";
}

function areCounts(values: unknown): boolean {
  return Array.isArray(values) && values.every((value) => isWithin(value, ANY_COUNT));
}
