// Measuring clocks: how sharp an hour is and how many reads it takes, whether the bounds ever miss
// the truth, and how fast readings are taken in (section F of the protocol notes on clock drift,
// checks 12, 13, 18 and 24; issue 6). Clocks and windows a second are in the suite "fleet".

import { FeasibleClocks } from "../../core/drift/feasible.ts";
import type { EdgeHuntOptions } from "../../core/drift/hunt-options.ts";
import { createRandom } from "../../core/time/random.ts";
import { type HuntOutcome, L5, simulateHunt } from "../drift/simulated-hunt.ts";
import { quantile } from "../measure.ts";
import { turns } from "../turns.ts";
import type { FigureUnit, Goal, Measurement } from "../workload.ts";
import type { SuiteContent, SuiteSetup } from "./suite.ts";

const STEP = 30;
const HOUR = 3600;
const READINGS = 1_000_000;
const ROUNDS = 5;
/** Hours measured, and random cases, for each millisecond of --duration; within what bounds. */
const HOURS = { perMs: 0.4, least: 8, most: 1000 } as const;
const CASES = { perMs: 0.8, least: 20, most: 10_000 } as const;
/** Of the 2 ms that L5 takes each way at least, what is said to be sure. */
const SURE_SECONDS = 0.0018;
/** For less time 10^6 readings are not worth theirs. */
const GLANCE_MS = 50;

const atMost = (value: number): Goal => ({ comparison: "at-most", value });

/** One way to measure an hour. */
interface HourCase {
  readonly name: string;
  readonly targetSeconds: number;
  readonly leastLatencySeconds?: number;
  readonly readsGoal?: Goal;
  readonly halfWidthGoal?: Goal;
  readonly estimateGoal?: Goal;
}

const HOUR_CASES: readonly HourCase[] = [
  {
    name: "an hour to 5 ppm",
    targetSeconds: 0.018,
    readsGoal: atMost(30),
    halfWidthGoal: atMost(5),
  },
  {
    name: "an hour to 2.5 ppm, least latency sure",
    targetSeconds: 0.009,
    leastLatencySeconds: SURE_SECONDS,
    readsGoal: atMost(30),
    halfWidthGoal: atMost(2.5),
  },
  {
    name: "an hour to 2.5 ppm, no latency sure",
    targetSeconds: 0.009,
    halfWidthGoal: atMost(2.5),
  },
  { name: "an hour, edges to 7 ms", targetSeconds: 0.007, estimateGoal: atMost(0.3) },
];

/** Reads, widths, errors, coverage, readings a second. */
export async function driftSuite(setup: SuiteSetup): Promise<SuiteContent> {
  const { durationMs, signal, onProgress } = setup;
  const hours = countOf(HOURS, durationMs);
  const cases = countOf(CASES, durationMs);
  const turn = turns(signal);
  const measured: Measurement[] = [];
  for (const one of HOUR_CASES) {
    onProgress?.(`drift: ${one.name}`);
    measured.push(...(await hourFigures(one, hours, turn)));
  }
  onProgress?.(`drift: ${cases} random cases`);
  measured.push(await coverage(cases, turn));
  onProgress?.("drift: 10^6 readings");
  const isGlance = durationMs < GLANCE_MS;
  if (!isGlance) measured.push(...(await ingestion(turn)));
  return {
    workloads: [],
    measured,
    notes: [
      `drift: ${hours} hours a figure, +40 ppm, round trips of 4 ms + 2 x Exp(2.5 ms); reads and ` +
        "widths are medians and 95 %, their goals hold for the worst",
      `drift: the bounds held the truth in all of ${cases} random cases; --duration ` +
        `${Math.ceil(CASES.most / CASES.perMs)} makes it ${CASES.most}`,
      ...(isGlance ? [`drift: below ${GLANCE_MS} ms no 10^6 readings are taken in`] : []),
      "drift: clock evaluations and windows a second are in --suite fleet",
    ],
  };
}

function countOf(
  { perMs, least, most }: { readonly perMs: number; readonly least: number; readonly most: number },
  durationMs: number,
): number {
  return Math.min(most, Math.max(least, Math.round(perMs * durationMs)));
}

type Turn = ReturnType<typeof turns>;

async function hourFigures(
  one: HourCase,
  hours: number,
  turn: Turn,
): Promise<readonly Measurement[]> {
  const { name, targetSeconds, leastLatencySeconds = 0 } = one;
  const options: EdgeHuntOptions = {
    stepSeconds: STEP,
    spanSeconds: HOUR,
    targetSeconds,
    leastLatencySeconds,
  };
  const outcomes: HuntOutcome[] = [];
  for (let seed = 1; seed <= hours; seed++) {
    await turn();
    const random = createRandom(seed);
    const offsetSeconds = (random.unit() - 0.5) * 600;
    outcomes.push(simulateHunt(random, L5, { ratePpm: 40, offsetSeconds }, options));
  }
  assertHold(outcomes, name);
  const rms = Math.sqrt(
    outcomes.reduce((sum, { estimateErrorPpm }) => sum + estimateErrorPpm ** 2, 0) / hours,
  );
  const of = (pick: (outcome: HuntOutcome) => number) => outcomes.map(pick);
  return [
    figure(
      name,
      "reads",
      "reads",
      of(({ reads }) => reads),
    ),
    worst(
      name,
      "reads, worst",
      "reads",
      of(({ reads }) => reads),
      one.readsGoal,
    ),
    figure(
      name,
      "guaranteed to ±",
      "ppm",
      of(({ halfWidthPpm }) => halfWidthPpm),
    ),
    worst(
      name,
      "guaranteed to ±, worst",
      "ppm",
      of(({ halfWidthPpm }) => halfWidthPpm),
      one.halfWidthGoal,
    ),
    { ...figure(name, "estimate, rms", "ppm", [rms]), ...goalOf(one.estimateGoal) },
  ];
}

/** Random rates, offsets, spans, targets and latencies. @throws at the first miss: it is a bug */
async function coverage(cases: number, turn: Turn): Promise<Measurement> {
  const random = createRandom(18);
  for (let run = 0; run < cases; run++) {
    await turn();
    const outcome = simulateHunt(
      random,
      { leastSeconds: 0.05 * random.unit(), meanSeconds: 0.05 * random.unit() },
      { ratePpm: (random.unit() - 0.5) * 200, offsetSeconds: (random.unit() - 0.5) * 7200 },
      {
        stepSeconds: STEP,
        spanSeconds: 10 ** (2.5 + 2.5 * random.unit()),
        targetSeconds: 0.005 + 0.3 * random.unit(),
        maxReads: 40,
      },
    );
    assertHold([outcome], `case ${run}`);
  }
  const goal: Goal = { comparison: "at-least", value: 100 };
  return { ...figure("random cases", "bounds that hold the truth", "%", [100]), goal };
}

function assertHold(outcomes: readonly HuntOutcome[], name: string): void {
  if (outcomes.every(({ holds }) => holds)) return;
  throw new Error(`the bounds miss the truth: ${name}`);
}

/** A million readings of one clock. */
async function ingestion(turn: Turn): Promise<readonly Measurement[]> {
  const random = createRandom(24);
  const readings = Array.from({ length: READINGS }, (_, at) => {
    const from = at * 7 + 5 * random.unit();
    return {
      from,
      to: from + 0.01 * random.unit(),
      start: Math.floor((from * 1.00004) / STEP) * STEP,
    };
  });
  const seconds: number[] = [];
  let vertices = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await turn();
    const clocks = new FeasibleClocks({ rateLow: -2e-4, rateHigh: 2e-4 });
    const startMs = performance.now();
    for (const { from, to, start } of readings) {
      clocks.add({ lowerAt: to, lower: start - to, upperAt: from, upper: start + STEP - from });
    }
    seconds.push((performance.now() - startMs) / 1000);
    vertices = Math.max(clocks.lower.length, clocks.upper.length);
  }
  const name = "10^6 readings";
  return [
    { ...figure(name, "taken in", "s", seconds), goal: atMost(0.5) },
    { ...figure(name, "points of a hull kept", "points", [vertices]), goal: atMost(100) },
  ];
}

function worst(
  subject: string,
  name: string,
  unit: FigureUnit,
  values: readonly number[],
  goal: Goal | undefined,
): Measurement {
  return { ...figure(subject, name, unit, [Math.max(...values)]), ...goalOf(goal) };
}

function goalOf(goal: Goal | undefined): { readonly goal?: Goal } {
  return goal === undefined ? {} : { goal };
}

function figure(
  subject: string,
  name: string,
  unit: FigureUnit,
  values: readonly number[],
): Measurement {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    suite: "drift",
    subject,
    name,
    unit,
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.05),
    high: quantile(sorted, 0.95),
    slices: sorted.length,
  };
}
