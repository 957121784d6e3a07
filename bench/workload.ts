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
