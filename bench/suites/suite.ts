// What a suite gets, and what it gives back.

import type { Subject, SubjectOptions } from "../../devices/subject.ts";
import type { Absent, Workload } from "../workload.ts";

/** A kind of token, or a physical one: what devices/sources.ts gives, as far as benches need it. */
export interface BenchSource {
  readonly name: string;
  /** @throws {DeviceError} when there is no such token here */
  open(options: SubjectOptions): Promise<Subject>;
}

/** What every suite is given. */
export interface SuiteSetup {
  readonly sources: readonly BenchSource[];
  /** Takes what has to be closed after measuring. */
  readonly resources: AsyncDisposableStack;
}

/** What a suite has to measure here. */
export interface SuiteContent {
  readonly workloads: readonly Workload[];
  readonly absent?: readonly Absent[];
  /** Sentences without which the figures mean nothing: how writes are made durable. */
  readonly notes?: readonly string[];
}
