// What a suite gets, and what it gives back.

import type { SubjectSource } from "../../devices/sources.ts";
import type { ContenderName } from "../contenders/list.ts";
import type { Absent, Measurement, Workload } from "../workload.ts";

/** A kind of token, or a physical one, as far as benches need it. */
export type BenchSource = Pick<SubjectSource, "name" | "driver" | "open">;

/** What every suite is given. */
export interface SuiteSetup {
  readonly sources: readonly BenchSource[];
  /** Takes what has to be closed after measuring. */
  readonly resources: AsyncDisposableStack;
  /** Time for each figure, milliseconds: what a suite measures itself keeps to it, too. */
  readonly durationMs: number;
  readonly signal?: AbortSignal;
  /** Who takes part in races; default: all. */
  readonly contenders?: readonly ContenderName[];
  /** To be told what is measured now, `service sqlite: verify`. */
  readonly onProgress?: (what: string) => void;
}

/** What a suite has to measure here. */
export interface SuiteContent {
  readonly workloads: readonly Workload[];
  readonly absent?: readonly Absent[];
  /** What is no rate of a workload, and was measured while the suite was set up. */
  readonly measured?: readonly Measurement[];
  /** Sentences without which the figures mean nothing: how writes are made durable. */
  readonly notes?: readonly string[];
}
