// Fleets: how fast clocks are evaluated, windows found and whole lives lived; and what a million
// tokens over five years would take on two workers (acceptance checks F9 and F10 of the protocol
// notes on clock drift).

import { createHash } from "node:crypto";
import { createRandom } from "../../core/time/random.ts";
import { clockModelOf } from "../../firmware-sim/oscillators/clocks.ts";
import { oscillatorOf } from "../../firmware-sim/oscillators/create.ts";
import { PolicyClock } from "../../firmware-sim/oscillators/policy-clock.ts";
import { PRESET_NAMES, type PresetName } from "../../verifier/policy.ts";
import { mergeResults } from "../fleet/result.ts";
import { runFleet } from "../fleet/run.ts";
import { FLEET_DEFAULTS, type FleetSpec, policiesOf, rhythmsOf, shardOf } from "../fleet/spec.ts";
import { quantile } from "../measure.ts";
import type { Goal, Measurement, Workload } from "../workload.ts";
import type { SuiteContent, SuiteSetup } from "./suite.ts";
import { windowFigures } from "./windows.ts";

const CLOCK = "xtal-token";
const YEARS = 5;
const DAY_SECONDS = 86_400;
const WEEKS = 261;
const WORKERS = 2;
const MILLION = 1_000_000;
/** Tokens a run for each millisecond of --duration, and within what bounds. */
const TOKENS_A_MS = 16;
const TOKENS = { least: 80, most: 200_000 } as const;
/** Workers take longer than this to start: for less time not every preset is worth theirs. */
const GLANCE_MS = 50;
const GLANCED: readonly PresetName[] = ["default"];
/** Parts of a run whose speeds are compared, behind as long a warm-up. */
const PARTS = 5;
const SAMPLE_TOKENS = 100;

const EVALUATIONS: Goal = { comparison: "at-least", value: 2_000_000 };
const EXACT_EVALUATIONS: Goal = { comparison: "at-least", value: 800_000 };
/** Issue 6: a million tokens for five years of weekly logins on two workers. */
const WITH_HULLS: Goal = { comparison: "at-most", value: 180 };
const WITHOUT_HULLS: Goal = { comparison: "at-most", value: 60 };

/** Evaluations, windows, and a fleet under each preset. */
export async function fleetSuite(setup: SuiteSetup): Promise<SuiteContent> {
  const measured: Measurement[] = [...windowFigures(specOf("default", SAMPLE_TOKENS))];
  const isGlance = setup.durationMs < GLANCE_MS;
  for (const preset of isGlance ? GLANCED : PRESET_NAMES) {
    setup.signal?.throwIfAborted();
    setup.onProgress?.(`fleet ${preset}: five years of weekly logins`);
    measured.push(...(await presetFigures(preset, setup)));
  }
  return {
    workloads: [atAnyMoment(), aLifeAtOnce(), exactly()],
    measured,
    notes: [
      await determinismNote(setup.signal),
      await sizeNote(),
      "fleet: where other programs run, the processor time of a worker is what a run would take " +
        "without them",
      ...(isGlance ? [`fleet: below ${GLANCE_MS} ms only the preset ${GLANCED.join()}`] : []),
    ],
  };
}

function specOf(policies: string, tokens: number): FleetSpec {
  return {
    version: 1,
    randomSeed: 1,
    tokens,
    years: YEARS,
    clock: clockModelOf(CLOCK),
    policies: policiesOf(policies),
    rhythms: rhythmsOf("weekly"),
    ...FLEET_DEFAULTS,
  };
}

/** Moments of a year in no order, for one token after another. */
function atAnyMoment(): Workload {
  const clock = new PolicyClock(clockModelOf(CLOCK));
  const random = createRandom(1);
  const moments = Float64Array.from({ length: WEEKS }, () => random.unit() * 366 * DAY_SECONDS);
  let token = 0;
  return evaluations("clock, policy fidelity, moments in no order", EVALUATIONS, () => {
    clock.load(random.fork(String(token++)));
    let sum = 0;
    for (const moment of moments) sum += clock.secondsAt(moment);
    return sum;
  });
}

/** As fleets do: all logins of a token. */
function aLifeAtOnce(): Workload {
  const clock = new PolicyClock(clockModelOf(CLOCK));
  const random = createRandom(1);
  const weeks = Float64Array.from({ length: WEEKS }, (_, week) => week * 7 * DAY_SECONDS);
  const phases = new Float64Array(WEEKS);
  let token = 0;
  return evaluations("clock, policy fidelity, the logins of a life", EVALUATIONS, () => {
    clock.load(random.fork(String(token++)));
    clock.fill(weeks, WEEKS, phases);
    return phases[WEEKS - 1];
  });
}

function exactly(): Workload {
  const { phaseUs } = oscillatorOf(clockModelOf(CLOCK), { random: createRandom(1) });
  let at = 0;
  return evaluations("clock, full fidelity", EXACT_EVALUATIONS, () => {
    let sum = 0;
    for (let week = 0; week < WEEKS; week++) sum += phaseUs((at + week * 6e11) % 1e14);
    at += 1e9;
    return sum;
  });
}

function evaluations(name: string, goal: Goal, run: () => unknown): Workload {
  const unit = "operations/s";
  return { suite: "fleet", subject: CLOCK, name, unit, operations: WEEKS, run, goal };
}

/** Speed on two workers, in parts of one run, without the time these take to start. */
async function presetFigures(preset: string, setup: SuiteSetup): Promise<readonly Measurement[]> {
  const { durationMs, signal } = setup;
  const tokens = Math.min(TOKENS.most, Math.max(TOKENS.least, Math.ceil(durationMs * TOKENS_A_MS)));
  const done: Moment[] = [];
  await runFleet(specOf(preset, tokens), {
    workers: WORKERS,
    ...(signal === undefined ? {} : { signal }),
    onProgress: (progress) => {
      const { user, system } = process.cpuUsage();
      done.push({
        atMs: performance.now(),
        processorMs: (user + system) / 1000,
        tokens: progress.tokens,
      });
    },
  });
  const parts = partsOf(done);
  const hasHulls = policiesOf(preset).some(({ policy }) => policy.windowRule === "tracker");
  const goal = hasHulls ? WITH_HULLS : WITHOUT_HULLS;
  const seconds = parts.map(({ ms, tokens }) => (MILLION * ms) / tokens / 1000);
  const processor = parts.map(({ processorMs, tokens }) => (MILLION * processorMs) / tokens / 1000);
  return [
    figure(
      preset,
      `weekly logins, ${WORKERS} workers`,
      "token-years/s",
      parts.map(({ ms, tokens }) => (tokens * YEARS * 1000) / ms),
    ),
    { ...figure(preset, "1 M tokens x 5 years, extrapolated", "s", seconds), goal },
    {
      ...figure(
        preset,
        "the same, processor time of each worker",
        "s",
        processor.map((each) => each / WORKERS),
      ),
      goal,
    },
  ];
}

/** How far a run was: milliseconds of the clock and of all its threads. */
interface Moment {
  readonly atMs: number;
  readonly processorMs: number;
  readonly tokens: number;
}

/** What passed between moments, in a few parts of about the same length. */
function partsOf(
  done: readonly Moment[],
): readonly { readonly ms: number; readonly processorMs: number; readonly tokens: number }[] {
  return Array.from({ length: PARTS }, (_, part) => {
    const from = done[Math.floor(((part + 1) * (done.length - 1)) / (PARTS + 1))];
    const to = done[Math.floor(((part + 2) * (done.length - 1)) / (PARTS + 1))];
    if (from === undefined || to === undefined) throw new Error("a fleet without progress");
    return {
      ms: to.atMs - from.atMs,
      processorMs: to.processorMs - from.processorMs,
      tokens: to.tokens - from.tokens,
    };
  });
}

function figure(
  subject: string,
  name: string,
  unit: Measurement["unit"],
  values: readonly number[],
): Measurement {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    suite: "fleet",
    subject,
    name,
    unit,
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.05),
    high: quantile(sorted, 0.95),
    slices: sorted.length,
  };
}

/** The same fleet in this thread, on two workers, and in three shards, compared. */
async function determinismNote(signal: AbortSignal | undefined): Promise<string> {
  const spec = specOf("default,rfc6238", SAMPLE_TOKENS);
  const runs = [];
  for (const workers of [0, WORKERS]) {
    runs.push(await runFleet(spec, { workers, ...(signal === undefined ? {} : { signal }) }));
  }
  const parts = [];
  for (const shard of ["2/3", "3/3", "1/3"]) {
    parts.push(await runFleet(spec, { workers: 0, shard: shardOf(shard) }));
  }
  const texts = [...runs, mergeResults(parts)].map((result) => JSON.stringify(result));
  const [first = "", ...others] = texts.map((text) =>
    createHash("sha256").update(text).digest("hex"),
  );
  const isSame = others.every((other) => other === first);
  const what = `fleet: ${SAMPLE_TOKENS} tokens in one thread, on 2 workers, and in 3 shards`;
  if (!isSame) throw new Error(`${what}: the results differ`);
  return `${what} gave the same bytes (sha256 ${first.slice(0, 16)}…)`;
}

/** F10 allows 64 bytes a token. */
async function sizeNote(): Promise<string> {
  const result = await runFleet(specOf("default,rfc6238,fixed-window", 1000), { workers: 0 });
  const bytes = JSON.stringify(result).length;
  const size = bytes.toLocaleString("en-US");
  return `fleet: a result of three policies takes ${size} bytes, for however many tokens`;
}
