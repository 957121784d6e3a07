// Contenders side by side: in each round every one of them does a slice of the same work, so that a
// machine whose speed wanders treats them alike. Ratios are taken round by round.

import { join } from "node:path";
import { quantile } from "../measure.ts";
import type { Absent, BenchSuite, Goal, Measurement } from "../workload.ts";
import { CONTENDERS, type Contender, type ContenderName } from "./list.ts";
import { ContenderError, ContenderProcess } from "./protocol.ts";
import { SUBMISSIONS, type WorkSpec, writeWork } from "./work.ts";

/** What is raced, and what the figures are held against. */
export interface Race {
  readonly suite: BenchSuite;
  /** `wrong code, SHA-1, window ±1`. */
  readonly name: string;
  readonly work: WorkSpec;
  readonly entrants: readonly ContenderName[];
  readonly goals?: Readonly<Partial<Record<ContenderName, Goal>>>;
  readonly ratios?: readonly RatioGoal[];
}

/** How many times faster `subject` is than `against`. */
export interface RatioGoal {
  readonly subject: ContenderName;
  readonly against: ContenderName;
  readonly goal?: Goal;
}

/** What a race came to: rates of all, and ratios (`times`). */
export interface RaceResult {
  readonly measured: readonly Measurement[];
  readonly absent: readonly Absent[];
  /** By the name of each that took part. */
  readonly versions: ReadonlyMap<ContenderName, string>;
}

/** How long, and where to put things. */
export interface RaceOptions {
  /** Time for each contender, milliseconds. */
  readonly durationMs: number;
  /** For works and compiled programs. */
  readonly folder: string;
  /** Default: all. */
  readonly contenders?: readonly Contender[];
  readonly signal?: AbortSignal;
}

/** A slice is so long at most: shorter than a scheduler leaves a busy machine to one process. */
const SLICE_MS = 20;
const LEAST_ROUNDS = 3;
const FIRST_SLICE = 64;

interface Runner {
  readonly name: ContenderName;
  readonly process: ContenderProcess;
  /** Submissions of a slice. */
  count: number;
  /** Submissions a second, round by round. */
  readonly rates: number[];
}

/** Runs a race. @throws {ContenderError} when one judges wrongly: its figure is worth nothing */
export async function runRace(race: Race, options: RaceOptions): Promise<RaceResult> {
  const { folder, signal, durationMs, contenders = CONTENDERS } = options;
  const workFile = join(folder, "work.txt");
  await writeWork(workFile, race.work);
  await using resources = new AsyncDisposableStack();
  const absent: Absent[] = [];
  const runners: Runner[] = [];
  for (const contender of contenders.filter(({ name }) => race.entrants.includes(name))) {
    signal?.throwIfAborted();
    const started = await startContender(contender, race, workFile, folder);
    if (typeof started === "string") absent.push(absentOf(race, contender.name, started));
    else
      runners.push({ name: contender.name, process: resources.use(started), count: 0, rates: [] });
  }
  const sliceMs = Math.min(SLICE_MS, durationMs / LEAST_ROUNDS);
  for (const runner of runners) await warmUp(runner, race.work, sliceMs, signal);
  const rounds = Math.max(LEAST_ROUNDS, Math.round(durationMs / sliceMs));
  for (let round = 0; round < rounds; round++) {
    for (const runner of runners) {
      signal?.throwIfAborted();
      runner.rates.push(await rateOf(runner, race.work));
    }
  }
  return {
    measured: [
      ...runners.map((runner) => rateMeasured(race, runner)),
      ...(race.ratios ?? []).flatMap((goal) => ratioMeasured(race, goal, runners)),
    ],
    absent,
    versions: new Map(runners.map(({ name, process }) => [name, process.version])),
  };
}

async function startContender(
  { refuses, find }: Contender,
  { work }: Race,
  workFile: string,
  folder: string,
): Promise<ContenderProcess | string> {
  const refusal = refuses(work);
  if (refusal !== null) return refusal;
  const found = await find(folder);
  if (found.kind === "absent") return found.reason;
  try {
    return await ContenderProcess.start(found.command, workFile);
  } catch (error) {
    if (error instanceof ContenderError) return error.message;
    throw error;
  }
}

/** Doubles the slices until they are long enough, and goes on until compilers have settled. */
async function warmUp(
  runner: Runner,
  work: WorkSpec,
  sliceMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  runner.count = FIRST_SLICE;
  for (let spentMs = 0; spentMs < 15 * sliceMs; ) {
    signal?.throwIfAborted();
    const elapsedMs = (1000 * runner.count) / (await rateOf(runner, work));
    spentMs += elapsedMs;
    const fit = Math.floor((runner.count * sliceMs) / elapsedMs);
    const count = Math.max(2, Math.min(fit, 2 * runner.count, 64 * SUBMISSIONS));
    // Whole rounds where they fit: a batch is then always of all submissions.
    runner.count = count - (count % (count < SUBMISSIONS ? 2 : SUBMISSIONS));
  }
}

async function rateOf({ name, process, count }: Runner, { codes }: WorkSpec): Promise<number> {
  const { elapsedNs, accepted } = await process.slice(count);
  const expected = codes === "right" ? count : 0;
  if (accepted !== expected) {
    throw new ContenderError(`${name} took ${accepted} of ${count} ${codes} codes`);
  }
  return (1e9 * count) / Math.max(1, elapsedNs);
}

function rateMeasured({ suite, name, goals }: Race, runner: Runner): Measurement {
  const goal = goals?.[runner.name];
  return {
    suite,
    subject: runner.name,
    name,
    unit: "operations/s",
    ...spreadOf(runner.rates),
    ...(goal === undefined ? {} : { goal }),
  };
}

/** Round by round; none when one of the two is absent. */
function ratioMeasured(
  { suite, name }: Race,
  { subject, against, goal }: RatioGoal,
  runners: readonly Runner[],
): readonly Measurement[] {
  const ratesOf = (wanted: ContenderName) => runners.find((one) => one.name === wanted)?.rates;
  const own = ratesOf(subject);
  const others = ratesOf(against);
  if (own === undefined || others === undefined) return [];
  const ratios = own.map((rate, round) => rate / (others[round] as number));
  const what = `${name}: against ${against}`;
  const spread = spreadOf(ratios);
  return [
    {
      suite,
      subject,
      name: what,
      unit: "times",
      ...spread,
      ...(goal === undefined ? {} : { goal }),
    },
  ];
}

function spreadOf(
  values: readonly number[],
): Pick<Measurement, "median" | "low" | "high" | "slices"> {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.05),
    high: quantile(sorted, 0.95),
    slices: sorted.length,
  };
}

function absentOf({ suite, name }: Race, subject: ContenderName, reason: string): Absent {
  return { suite, subject, name, reason };
}
