// What a figure was measured on, and whether it can be trusted.

import { availableParallelism, cpus, loadavg } from "node:os";
import type { Measurement } from "./workload.ts";

/** Where a result comes from; no names of hosts or people. */
export interface Machine {
  readonly processor: string;
  /** Threads that may run at a time. */
  readonly cores: number;
  readonly platform: string;
  readonly node: string;
  /** Processes that wanted to run, on average of the last minute, before measuring. */
  readonly load: number;
}

/** Spread, relative to the median, above which a figure says little. */
const WIDE = 0.6;

/** This machine, now. */
export function thisMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

/** Whether other programs kept the processors busy before measuring. */
export function isBusy({ load, cores }: Pick<Machine, "load" | "cores">): boolean {
  return load > cores / 2;
}

/** Sentences that say why figures may be off, and what to do. */
export function warningsOf(
  machine: Machine,
  measurements: readonly Measurement[],
): readonly string[] {
  const warnings: string[] = [];
  if (isBusy(machine)) {
    warnings.push(
      `the machine was busy before measuring (load ${machine.load} on ${machine.cores} cores): ` +
        "trust the ratios rather than the rates, or stop other programs and measure again",
    );
  }
  const wide = measurements.filter(({ low, high, median }) => high - low > WIDE * median);
  if (wide.length > 0) {
    warnings.push(
      `${wide.length} of ${measurements.length} figures spread by more than ${100 * WIDE} % of ` +
        "their median: measure longer (--duration), on an idle machine",
    );
  }
  if (machine.cores < 2) warnings.push("one core: rows of two threads say nothing here");
  return warnings;
}
