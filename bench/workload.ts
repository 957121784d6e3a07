// What can be measured, and what came out.

/** What there is to measure. */
export type BenchSuite =
  | "codes"
  | "verify"
  | "store"
  | "service"
  | "timing"
  | "iam"
  | "drivers"
  | "end-to-end"
  | "apdu"
  | "year"
  | "drift"
  | "policies"
  | "fleet";

/** Every suite, in the order they run. */
export const BENCH_SUITES: readonly BenchSuite[] = [
  "codes",
  "verify",
  "store",
  "service",
  "timing",
  "iam",
  "drivers",
  "end-to-end",
  "apdu",
  "year",
  "drift",
  "policies",
  "fleet",
];

/** What a workload's figure is held against; a goal, never a test. */
export interface Goal {
  readonly comparison: "at-least" | "at-most";
  readonly value: number;
}

/** Something to time. One call of `run` does `operations` operations. */
export interface Workload {
  readonly suite: BenchSuite;
  /** Engine, driver or store that is measured. */
  readonly subject: string;
  /** `verify wrong, window ±1`: what one operation is. */
  readonly name: string;
  /** `operations/s` for a rate, `ms` for the time one operation takes. */
  readonly unit: "operations/s" | "ms";
  /** Operations that one call of `run` does. */
  readonly operations: number;
  run(): unknown;
  /** Makes ready for the next call of `run`; not timed. */
  prepare?(): void | Promise<void>;
  /** Checked once before timing: a workload that does the wrong thing is not timed. */
  verify?(): void | Promise<void>;
  readonly goal?: Goal;
}

/** A workload that could not run here, and why. */
export interface Absent {
  readonly suite: BenchSuite;
  readonly subject: string;
  readonly name: string;
  readonly reason: string;
}

/** What figures are in: rates and times of workloads, and what is counted or compared. */
export type FigureUnit =
  | "operations/s"
  | "token-years/s"
  | "s"
  | "ms"
  | "µs"
  | "MiB"
  | "bytes"
  | "times" // a rate divided by another, slice by slice
  | "codes"
  | "reads"
  | "points"
  | "ppm"
  | "%"
  | "per 1,000"
  | "|t|"; // Welch's

/** The outcome of a workload: median and spread over its slices. */
export interface Measurement {
  readonly suite: BenchSuite;
  readonly subject: string;
  readonly name: string;
  readonly unit: FigureUnit;
  readonly median: number;
  /** 5th and 95th percentile of the slices. */
  readonly low: number;
  readonly high: number;
  readonly slices: number;
  readonly goal?: Goal;
}

/** How a figure stands to its goal. */
export type GoalVerdict =
  | "met"
  | "missed"
  /** The goal lies within the figure's spread: the next run may meet it. */
  | "missed-within-spread"
  /** Other programs had the processors that this was timed on. */
  | "missed-when-busy";

/** What other programs take away; what is counted is the same whatever else runs. */
const TIMED: ReadonlySet<FigureUnit> = new Set<FigureUnit>([
  "operations/s",
  "token-years/s",
  "s",
  "ms",
  "µs",
  "times",
  "|t|",
]);

/**
 * How a figure stands to its goal; undefined when it has none.
 *
 * @param isBusy whether other programs kept the machine busy
 */
export function goalVerdict(measurement: Measurement, isBusy: boolean): GoalVerdict | undefined {
  const { goal, low, high, unit } = measurement;
  if (goal === undefined) return undefined;
  if (meetsGoal(measurement)) return "met";
  const reaches = goal.comparison === "at-least" ? high >= goal.value : low <= goal.value;
  if (reaches) return "missed-within-spread";
  return isBusy && TIMED.has(unit) ? "missed-when-busy" : "missed";
}

/** Whether a figure meets its goal; true when it has none. */
export function meetsGoal(measurement: Measurement): boolean {
  const { goal, median } = measurement;
  if (goal === undefined) return true;
  switch (goal.comparison) {
    case "at-least":
      return median >= goal.value;
    case "at-most":
      return median <= goal.value;
  }
}
