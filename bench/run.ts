// The bench: what is asked for is set up, measured together, and closed again.

import { EMULATED_SPECS, subjectSource } from "../devices/sources.ts";
import type { ContenderName } from "./contenders/list.ts";
import { isBusy, type Machine, thisMachine, warningsOf } from "./machine.ts";
import { measure } from "./measure.ts";
import { formatMeasurements } from "./print.ts";
import { apduSuite } from "./suites/apdu.ts";
import { codesSuite } from "./suites/codes.ts";
import { driftSuite } from "./suites/drift.ts";
import { driversSuite } from "./suites/drivers.ts";
import { endToEndSuite } from "./suites/end-to-end.ts";
import { fleetSuite } from "./suites/fleet.ts";
import { iamSuite } from "./suites/iam.ts";
import { policiesSuite } from "./suites/policies.ts";
import { serviceSuite } from "./suites/service.ts";
import { storeSuite } from "./suites/store.ts";
import type { BenchSource, SuiteContent, SuiteSetup } from "./suites/suite.ts";
import { timingSuite } from "./suites/timing.ts";
import { verifySuite } from "./suites/verify.ts";
import { yearSuite } from "./suites/year.ts";
import { type Absent, BENCH_SUITES, type BenchSuite, type Measurement } from "./workload.ts";

/** What to measure, and for how long. */
export interface BenchOptions {
  /** Default: all. */
  readonly suites?: readonly BenchSuite[];
  /** The tokens of `drivers` and `year`; default: all emulated ones. */
  readonly sources?: readonly BenchSource[];
  /** Time for each workload, milliseconds, 1 to 600,000; default 500. */
  readonly durationMs?: number;
  /** Who takes part in the races of `verify`; default: all that are installed. */
  readonly contenders?: readonly ContenderName[];
  readonly signal?: AbortSignal;
  /** Told what is measured now, `verify sqlite: right code, window ±1`. */
  readonly onProgress?: (what: string) => void;
}

/** What came out: plain data, as `--json` prints it. */
export interface BenchResult {
  readonly version: 1;
  readonly durationMs: number;
  readonly machine: Machine;
  readonly measurements: readonly Measurement[];
  readonly absent: readonly Absent[];
  /** Sentences without which the figures mean nothing. */
  readonly notes: readonly string[];
  /** Sentences that say why figures may be off, and what to do. */
  readonly warnings: readonly string[];
}

/** A figure as reports hold it (conformance/report.ts has the same form). */
export interface BenchFigure {
  readonly subject: string;
  readonly name: string;
  /** Median, in `unit`. */
  readonly median: number;
  readonly unit: string;
  /** 5th and 95th percentile. */
  readonly low: number;
  readonly high: number;
}

const DEFAULT_DURATION_MS = 500;

const SUITES: Readonly<
  Record<BenchSuite, (setup: SuiteSetup) => SuiteContent | Promise<SuiteContent>>
> = {
  codes: codesSuite,
  verify: verifySuite,
  store: storeSuite,
  service: serviceSuite,
  timing: timingSuite,
  iam: iamSuite,
  drivers: driversSuite,
  "end-to-end": endToEndSuite,
  apdu: apduSuite,
  year: yearSuite,
  drift: driftSuite,
  policies: policiesSuite,
  fleet: fleetSuite,
};

/**
 * Measures. A token that cannot be reached is a row of `absent` with its reason.
 *
 * @throws {RangeError} when durationMs is out of range
 * @throws whatever a workload threw: a figure of a failing operation is worth nothing
 */
export async function runBench(options: BenchOptions = {}): Promise<BenchResult> {
  const {
    sources = emulatedSources(),
    durationMs = DEFAULT_DURATION_MS,
    signal,
    onProgress,
  } = options;
  const machine = thisMachine();
  await using resources = new AsyncDisposableStack();
  const setup: SuiteSetup = {
    sources,
    resources,
    durationMs,
    ...(options.contenders === undefined ? {} : { contenders: options.contenders }),
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
  const contents: SuiteContent[] = [];
  for (const suite of BENCH_SUITES) {
    if (options.suites !== undefined && !options.suites.includes(suite)) continue;
    signal?.throwIfAborted();
    contents.push(await SUITES[suite](setup));
  }
  const timed = await measure(
    contents.flatMap(({ workloads }) => workloads),
    {
      timeMs: durationMs,
      ...(signal === undefined ? {} : { signal }),
      onStart: ({ suite, subject, name }) => onProgress?.(`${suite} ${subject}: ${name}`),
    },
  );
  const measured = contents.flatMap((content) => content.measured ?? []);
  const measurements = inOrder([...measured, ...timed]);
  return {
    version: 1,
    durationMs,
    machine,
    measurements,
    absent: contents.flatMap(({ absent = [] }) => absent),
    notes: contents.flatMap(({ notes = [] }) => notes),
    warnings: warningsOf(machine, measurements),
  };
}

/** A result of figures that were measured otherwise: of a service under load. */
export function resultOf(durationMs: number, measurements: readonly Measurement[]): BenchResult {
  const machine = thisMachine();
  const warnings = warningsOf(machine, measurements);
  return { version: 1, durationMs, machine, measurements, absent: [], notes: [], warnings };
}

/** Suites together, in the order they run. */
function inOrder(measurements: readonly Measurement[]): readonly Measurement[] {
  return BENCH_SUITES.flatMap((suite) => measurements.filter((each) => each.suite === suite));
}

function emulatedSources(): readonly BenchSource[] {
  return EMULATED_SPECS.map((spec) => subjectSource(spec));
}

/** The figures of a result, for a report. */
export function figuresOf(result: BenchResult): readonly BenchFigure[] {
  return result.measurements.map(({ suite, subject, name, median, unit, low, high }) => ({
    subject,
    name: `${suite}: ${name}`,
    median,
    unit,
    low,
    high,
  }));
}

/** A result as a table for people, notes and warnings below. */
export function formatBench(result: BenchResult): string {
  const { measurements, absent, notes, warnings, machine } = result;
  const below = [
    ...notes.map((note) => `note: ${note}\n`),
    ...warnings.map((warning) => `warning: ${warning}\n`),
  ];
  return formatMeasurements(measurements, absent, isBusy(machine)) + below.join("");
}
