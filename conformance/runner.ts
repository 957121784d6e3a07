// Runs suites over tokens, verification servers and pairs of them, and makes the report.

import type { Clock } from "../core/time/clock.ts";
import { createRandom } from "../core/time/random.ts";
import { SystemClock } from "../core/time/system-clock.ts";
import type { ConformanceCase, Suite } from "./case.ts";
import { describeEnvironment } from "./environment.ts";
import { type Expectations, modelSubject, staleExpectations } from "./expectations.ts";
import {
  type CaseResult,
  REPORT_VERSION,
  type Report,
  type ReportSubject,
  type TokenTimeline,
} from "./report.ts";
import { Deadline, RunInterrupted } from "./run/deadline.ts";
import type { RepeatedCase } from "./run/repeat.ts";
import { MAX_REPETITIONS, type Repetitions, runRepeated } from "./run/repetitions.ts";
import { notTried, resultOf } from "./run/result.ts";
import {
  type CaseOnSubject,
  inLanes,
  lanesOf,
  narrowRounds,
  pairKey,
  type Round,
  type Shard,
} from "./run/rounds.ts";
import { type CaseGround, type CaseSettings, runCase } from "./run/run-case.ts";
import {
  NothingSelected,
  type SelectedCase,
  type Selection,
  selectCases,
} from "./run/selection.ts";
import { timelinesOf } from "./run/timeline.ts";
import { pairRow, probeToken, type TokenSource, targetRow } from "./run/token-source.ts";
import type { TargetFactory } from "./target.ts";

/** Host time a case may take, milliseconds; waits in real time are added to it. */
export const DEFAULT_CASE_TIMEOUT_MS = 10_000;
/** Most tokens and targets judged at the same time. */
export const MAX_PARALLEL = 64;
/** After so many cases in a row whose token did not open, the rest are not tried. */
const GIVE_UP_AFTER = 3;

/** What to run, on what, and how. */
export interface RunPlan {
  readonly suites: readonly Suite[];
  readonly selection?: Selection;
  /** Token cases run once on each, pair cases once on each with each target. */
  readonly tokens?: readonly TokenSource[];
  /** Verifier cases run once on each. */
  readonly targets?: readonly TargetFactory[];
  /** A whole number from 0 to 2^32 - 1. */
  readonly randomSeed: number;
  /** The command line, for the report; no secrets on it. */
  readonly command: string;
  readonly toolVersion: string;
  /** The command that repeats one case; default `repeatCommand`. */
  readonly repeat?: (of: RepeatedCase) => string;
  /** Whether a SHOULD fails the run as a MUST does; default false. */
  readonly strict?: boolean;
  /** Host time a case may take, milliseconds; default DEFAULT_CASE_TIMEOUT_MS. */
  readonly caseTimeoutMs?: number;
  /** Real time a case may wait for a token without a rig, seconds; default 0. */
  readonly maxWaitSeconds?: number;
  /** A sentence for people before each of those waits: which second of the step it is for. */
  readonly onWait?: (sentence: string) => void;
  readonly expectations?: readonly Expectations[];
  /** A part of the run only: several machines share it. */
  readonly shard?: Shard;
  /** Only these cases on these subjects, of those selected: what failed before. */
  readonly only?: readonly CaseOnSubject[];
  /** Results of a run that was interrupted: taken over, not run again. */
  readonly earlier?: readonly CaseResult[];
  /** What that run saw of clocks. */
  readonly earlierTimelines?: readonly TokenTimeline[];
  /** How often each case runs, each time with the next random seed; default 1. */
  readonly repetitions?: number;
  /** How many tokens and targets are judged at the same time; default 1. */
  readonly parallel?: number;
  /** Ctrl-C: what is open is closed, and the report is not complete. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Host time, for time-outs and durations; default the system's. */
  readonly hostClock?: Clock;
}

/** What a run says while it goes on. `total` counts cases on subjects. */
export type Progress =
  | { readonly kind: "subject"; readonly subject: ReportSubject }
  | {
      readonly kind: "case";
      readonly subject: string;
      readonly id: string;
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly kind: "result";
      readonly result: CaseResult;
      readonly done: number;
      readonly total: number;
    };

/**
 * Runs the selected cases: on each token, on each target, on each pair of them. Whatever happens
 * to a case is in the report.
 *
 * @throws {NothingSelected} when no case is selected, or none has a subject to run on
 * @throws {RangeError} when the random seed is no 32-bit number, or two tokens or targets have the
 *   same name
 */
export async function run(plan: RunPlan): Promise<Report> {
  return new Run(plan, selectCases(plan.suites, plan.selection)).go();
}

/** A round and where its results go, and what it saw of clocks. */
interface Job extends Round {
  readonly results: CaseResult[];
  readonly timelines: TokenTimeline[];
}

class Run {
  readonly #plan: RunPlan;
  readonly #selected: readonly SelectedCase[];
  readonly #clock: Clock;
  readonly #settings: CaseSettings;
  readonly #expectations: ReadonlyMap<string, Expectations>;
  readonly #rows: ReportSubject[] = [];
  readonly #earlier: ReadonlyMap<string, CaseResult>;
  /** A list a subject, in the order of the subjects, whatever runs at the same time. */
  readonly #results: CaseResult[][] = [];
  readonly #timelines: TokenTimeline[][] = [];
  readonly #notices: string[] = [];
  #done = 0;
  #total = 0;

  constructor(plan: RunPlan, selected: readonly SelectedCase[]) {
    this.#plan = plan;
    this.#selected = selected;
    this.#clock = plan.hostClock ?? new SystemClock();
    this.#settings = {
      hostClock: this.#clock,
      timeoutMs: plan.caseTimeoutMs ?? DEFAULT_CASE_TIMEOUT_MS,
      maxWaitSeconds: plan.maxWaitSeconds ?? 0,
      ...(plan.onWait && { onWait: plan.onWait }),
      isStrict: plan.strict ?? false,
      signal: plan.signal,
    };
    this.#expectations = new Map(plan.expectations?.map((one) => [one.subject, one]));
    this.#earlier = new Map(plan.earlier?.map((result) => [pairKey(result), result]));
  }

  async go(): Promise<Report> {
    const { plan, startedUs } = { plan: this.#plan, startedUs: this.#clock.monotonicUs() };
    const startedAt = new Date(this.#clock.nowUs() / 1000).toISOString();
    createRandom(plan.randomSeed);
    this.#refuseNoSubject();
    refuseSameName(plan.tokens ?? []);
    refuseSameName(plan.targets ?? []);
    refuseCount("repetitions", plan.repetitions ?? 1, MAX_REPETITIONS);
    refuseCount("parallel", plan.parallel ?? 1, MAX_PARALLEL);
    const isWhole = await this.#goRound();
    if (isWhole) this.#noteStale();
    return {
      version: REPORT_VERSION,
      tool: { name: "oathbed", version: plan.toolVersion },
      command: plan.command,
      randomSeed: plan.randomSeed,
      startedAt,
      durationMs: (this.#clock.monotonicUs() - startedUs) / 1000,
      environment: await describeEnvironment(),
      subjects: this.#rows,
      results: this.#results.flat(),
      timelines: [...(plan.earlierTimelines ?? []), ...this.#timelines.flat()],
      figures: [],
      notices: this.#notices,
      complete: isWhole,
    };
  }

  /** Whether the run came to its end. */
  async #goRound(): Promise<boolean> {
    try {
      const rounds = narrowRounds(await this.#rounds(), this.#plan);
      this.#total = rounds.reduce((sum, { ground, cases }) => sum + (ground ? cases.length : 0), 0);
      const jobs = rounds.map((round) => {
        const job: Job = { ...round, results: [], timelines: [] };
        this.#results.push(job.results);
        this.#timelines.push(job.timelines);
        return job;
      });
      const { apart, together } = lanesOf(jobs);
      await inLanes(apart, this.#plan.parallel ?? 1, (job) => this.#runRound(job));
      await inLanes(together, 1, (job) => this.#runRound(job));
      return true;
    } catch (error) {
      if (error instanceof RunInterrupted) return false;
      throw error;
    }
  }

  /** Every subject with its cases, tokens looked at beforehand. */
  async #rounds(): Promise<readonly Round[]> {
    const { tokens = [], targets = [] } = this.#plan;
    const rounds: Round[] = [];
    const pairs: Round[] = [];
    for (const source of tokens) {
      const cases = this.#casesFor("token");
      const pairCases = this.#casesFor("pair");
      if (cases.length + (targets.length > 0 ? pairCases.length : 0) === 0) continue;
      const { row, token } = await this.#probe(source);
      this.#announce(row);
      rounds.push({ row, cases, ground: token && { token } });
      if (token === undefined || pairCases.length === 0) continue;
      for (const target of targets) {
        pairs.push({ row: pairRow(source, target), cases: pairCases, ground: { token, target } });
      }
    }
    const verifierCases = this.#casesFor("verifier");
    for (const target of verifierCases.length > 0 ? targets : []) {
      rounds.push({ row: targetRow(target), cases: verifierCases, ground: { target } });
    }
    for (const { row } of [...rounds.filter((round) => round.row.kind === "verifier"), ...pairs]) {
      this.#announce(row);
    }
    return [...rounds, ...pairs];
  }

  async #probe(source: TokenSource): ReturnType<typeof probeToken> {
    const { timeoutMs, signal } = this.#settings;
    using deadline = new Deadline(this.#clock, timeoutMs * 1000, signal);
    return await probeToken(source, deadline);
  }

  async #runRound({ row, cases, ground, results, timelines }: Job): Promise<void> {
    if (ground === undefined) return;
    let notOpened = 0;
    for (const selected of cases) {
      const { id } = selected.case;
      const earlier = this.#earlier.get(pairKey({ id, subject: row.name }));
      if (earlier !== undefined) {
        this.#keep(results, earlier);
        continue;
      }
      // Cases that never wait for the world would keep Ctrl-C waiting.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#settings.signal?.aborted) throw new RunInterrupted("the run was interrupted");
      this.#tell({ kind: "case", subject: row.name, id, done: this.#done, total: this.#total });
      if (notOpened >= GIVE_UP_AFTER) {
        const reason = `the token did not open for ${GIVE_UP_AFTER} cases in a row`;
        const { randomSeed } = this.#plan;
        this.#keep(results, notTried(selected, row, randomSeed, reason, this.#plan));
        continue;
      }
      const ran = await this.#runCase(selected.case, row, ground);
      const { worst } = ran;
      if (worst.notOpened) notOpened++;
      else if (worst.status !== "skip") notOpened = 0;
      timelines.push(...timelinesOf(id, row.name, worst.recorder.offsets));
      const known = this.#knownOf(row);
      this.#keep(results, resultOf(selected, row, ran, known, this.#plan));
    }
  }

  /** One case, as often as the plan says. @throws {RunInterrupted} */
  async #runCase(
    one: ConformanceCase,
    { name }: ReportSubject,
    ground: CaseGround,
  ): Promise<Repetitions> {
    const { repetitions = 1, randomSeed } = this.#plan;
    const ran = await runRepeated(repetitions, randomSeed, async (seed) => {
      const run = await runCase(one, ground, createRandom(seed).fork(one.id), this.#settings);
      if (run !== "interrupted" && run.closing !== "") {
        this.#notices.push(`${name} did not close well after ${one.id}: ${run.closing}`);
      }
      return run;
    });
    if (ran === "interrupted") throw new RunInterrupted("the run was interrupted");
    return ran;
  }

  #keep(results: CaseResult[], result: CaseResult): void {
    results.push(result);
    this.#done++;
    this.#tell({ kind: "result", result, done: this.#done, total: this.#total });
  }

  #announce(row: ReportSubject): void {
    this.#rows.push(row);
    this.#tell({ kind: "subject", subject: row });
  }

  #tell(progress: Progress): void {
    this.#plan.onProgress?.(progress);
  }

  /** Of the subject itself, or of its model. */
  #knownOf({ name, facts }: ReportSubject): Expectations | undefined {
    const model = facts.find((fact) => fact.name === "model")?.value;
    const ofModel = model === undefined ? undefined : modelSubject(model);
    return this.#expectations.get(name) ?? this.#expectations.get(ofModel ?? name);
  }

  #casesFor(kind: ConformanceCase["subject"]): readonly SelectedCase[] {
    return this.#selected.filter((selected) => selected.case.subject === kind);
  }

  #noteStale(): void {
    const known = new Set(this.#plan.suites.flatMap((suite) => suite.cases.map((one) => one.id)));
    for (const expectations of this.#expectations.values()) {
      this.#notices.push(...staleExpectations(expectations, known, this.#results.flat()));
    }
  }

  #refuseNoSubject(): void {
    const { tokens = [], targets = [] } = this.#plan;
    const kinds = new Set(this.#selected.map((selected) => selected.case.subject));
    const hasToken = tokens.length > 0;
    const hasTarget = targets.length > 0;
    if (kinds.has("token") && hasToken) return;
    if (kinds.has("verifier") && hasTarget) return;
    if (kinds.has("pair") && hasToken && hasTarget) return;
    const given = [hasToken ? "a token" : "", hasTarget ? "a target" : ""].filter(Boolean);
    throw new NothingSelected(
      `the cases selected are about a ${[...kinds].join(" and a ")}, ` +
        `and there is ${given.length > 0 ? `only ${given.join(" and ")}` : "none"} to run them on`,
    );
  }
}

/** Results are told apart by the names of their subjects. */
function refuseSameName(subjects: readonly { readonly name: string }[]): void {
  const names = new Set<string>();
  for (const { name } of subjects) {
    if (names.has(name)) throw new RangeError(`${JSON.stringify(name)} is there twice`);
    names.add(name);
  }
}

/** @throws {RangeError} naming the field */
function refuseCount(field: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= most) return;
  throw new RangeError(`${field}: a whole number from 1 to ${most}, got ${value}`);
}
