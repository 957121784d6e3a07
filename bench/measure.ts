// Times workloads with tinybench: warm-up, many slices, median and spread. Workloads of one call
// are interleaved round by round, so that a machine whose speed wanders treats them alike.

import { Bench } from "tinybench";
import { turns } from "./turns.ts";
import type { Measurement, Workload } from "./workload.ts";

/** How long and in how many rounds to measure. */
export interface MeasureOptions {
  /** Time for each workload, milliseconds, warm-up not counted; default 500. */
  readonly timeMs?: number;
  readonly signal?: AbortSignal;
  /** Called before each workload of the first round. */
  readonly onStart?: (workload: Workload) => void;
}

const ROUNDS = 3;
/** A slice below this many operations is still one call: the calls bring their own loops. */
const LEAST_SLICES_A_ROUND = 3;

/**
 * Measures each workload. Rejects with what a workload threw: a figure of a failing operation is
 * worth nothing.
 */
export async function measure(
  workloads: readonly Workload[],
  options: MeasureOptions = {},
): Promise<readonly Measurement[]> {
  const timeMs = options.timeMs ?? 500;
  if (!Number.isFinite(timeMs) || timeMs < 1 || timeMs > 600_000) {
    throw new RangeError(`the time must be 1 to 600000 ms for each workload, got ${timeMs}`);
  }
  const samples = workloads.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, workload] of workloads.entries()) {
      options.signal?.throwIfAborted();
      if (round === 0) {
        options.onStart?.(workload);
        await workload.verify?.();
      }
      const slices = await runSlices(workload, timeMs / ROUNDS, round === 0, options.signal);
      // One by one: a call takes no million arguments.
      for (const ms of slices) samples[index]?.push(ms);
    }
  }
  return workloads.map((workload, index) => summarize(workload, samples[index] ?? []));
}

/** Milliseconds a call took, call by call. */
async function runSlices(
  workload: Workload,
  timeMs: number,
  first: boolean,
  signal: AbortSignal | undefined,
): Promise<readonly number[]> {
  const bench = new Bench({
    time: timeMs,
    iterations: LEAST_SLICES_A_ROUND,
    warmup: true,
    warmupTime: first ? Math.min(250, timeMs) : 0,
    warmupIterations: 1,
    retainSamples: true,
    throws: true,
    ...(signal === undefined ? {} : { signal }),
  });
  // Else tinybench finds out by a call of its own, unprepared, that goes on beside the first one.
  const turn = turns(signal);
  const beforeEach = async (): Promise<void> => {
    await turn();
    await workload.prepare?.();
  };
  const options = { async: true, beforeEach } as const;
  bench.add(workload.name, () => workload.run(), options);
  const [task] = await bench.run();
  const result = task?.result;
  if (result?.state === "errored") throw result.error;
  if (result?.state !== "completed") {
    signal?.throwIfAborted();
    throw new Error(`${workload.suite}/${workload.name} did not complete`);
  }
  return result.latency.samples ?? [];
}

function summarize(workload: Workload, callsMs: readonly number[]): Measurement {
  const perCall = callsMs.map((ms) => {
    const operationMs = Math.max(ms, 1e-6) / workload.operations;
    return workload.unit === "ms" ? operationMs : 1000 / operationMs;
  });
  const sorted = perCall.toSorted((a, b) => a - b);
  const { suite, subject, name, unit, goal } = workload;
  return {
    suite,
    subject,
    name,
    unit,
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.05),
    high: quantile(sorted, 0.95),
    slices: sorted.length,
    ...(goal === undefined ? {} : { goal }),
  };
}

/** The value below which `share` of the sorted numbers lie, by linear interpolation. */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}
