// A case again and again, each time with a random seed of its own: what fails now and then.

import type { Status } from "../report.ts";
import { STATUSES } from "../reports/verdict.ts";
import type { CaseRun } from "./run-case.ts";

/** The worst of several runs of one case, and what to say of the others. */
export interface Repetitions {
  readonly worst: CaseRun;
  /** Random seed of the run that was the worst; the first of them. */
  readonly randomSeed: number;
  /** A sentence that counts; empty after one run. */
  readonly note: string;
}

/** Random seeds are 32 bits wide. */
const SEEDS = 2 ** 32;

/** Most repetitions of a case. */
export const MAX_REPETITIONS = 100_000;

/**
 * Runs a case `times` times with `randomSeed`, the next one, and so on; a skip is not repeated.
 * Each run's status is what counts: a case passes when all of them pass.
 */
export async function runRepeated(
  times: number,
  randomSeed: number,
  runOnce: (randomSeed: number) => Promise<CaseRun | "interrupted">,
): Promise<Repetitions | "interrupted"> {
  const counts = new Map<Status, number>();
  let kept: { readonly run: CaseRun; readonly randomSeed: number } | undefined;
  let durationMs = 0;
  let made = 0;
  while (made < times) {
    const seed = (randomSeed + made) % SEEDS;
    const run = await runOnce(seed);
    if (run === "interrupted") return run;
    made++;
    durationMs += run.durationMs;
    counts.set(run.status, (counts.get(run.status) ?? 0) + 1);
    if (kept === undefined || rank(run) < rank(kept.run)) kept = { run, randomSeed: seed };
    if (run.status === "skip" || run.notOpened) break;
  }
  if (kept === undefined) throw new RangeError(`repetitions: 1 or more, got ${times}`);
  return {
    worst: { ...kept.run, durationMs },
    randomSeed: kept.randomSeed,
    note: made > 1 ? noteOf(counts, made, kept) : "",
  };
}

function rank({ status }: CaseRun): number {
  return STATUSES.indexOf(status);
}

function noteOf(
  counts: ReadonlyMap<Status, number>,
  made: number,
  { run, randomSeed }: { readonly run: CaseRun; readonly randomSeed: number },
): string {
  if (counts.size === 1) return `${made} repetitions, all of them: ${run.status}`;
  const parts = STATUSES.filter((status) => counts.has(status)).map(
    (status) => `${counts.get(status)} × ${status}`,
  );
  return `${made} repetitions: ${parts.join(", ")}; shown is random seed ${randomSeed}`;
}
