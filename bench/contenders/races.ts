// The races of the suite `verify`, and the goals that their figures are held against.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SuiteContent, SuiteSetup } from "../suites/suite.ts";
import type { Goal } from "../workload.ts";
import { CONTENDER_NAMES, CONTENDERS, type ContenderName } from "./list.ts";
import { type Race, type RaceResult, type RatioGoal, runRace } from "./race.ts";

const atLeast = (value: number): Goal => ({ comparison: "at-least", value });
const but = (...left: readonly ContenderName[]): readonly ContenderName[] =>
  CONTENDER_NAMES.filter((name) => !left.includes(name));
const ratio = (subject: ContenderName, against: ContenderName, goal?: number): RatioGoal => ({
  subject,
  against,
  ...(goal === undefined ? {} : { goal: atLeast(goal) }),
});

/** Ratios that have no goal here, and say the same of another work. */
const TOLD: readonly RatioGoal[] = [
  ratio("oathbed-one-call", "otplib"),
  ratio("oathbed-one-call", "createHmac"),
  ratio("oathbed-batch", "liboath"),
  ratio("oathbed-batch", "sha-ni"),
];

/** Wrong codes come first: no contender can stop at the first match. */
export const RACES: readonly Race[] = [
  {
    suite: "verify",
    name: "wrong code, SHA-1, window ±1",
    work: { algorithm: "SHA1", window: 1, codes: "wrong" },
    entrants: CONTENDER_NAMES,
    goals: { "oathbed-decision": atLeast(500_000), "oathbed-decisions": atLeast(1_000_000) },
    ratios: [
      ratio("oathbed-one-call", "otplib", 100),
      ratio("oathbed-one-call", "createHmac", 20),
      ratio("oathbed-batch", "liboath", 6),
      ratio("oathbed-batch", "sha-ni", 0.6),
      ratio("oathbed-batch", "sha-ni-limit"),
      ratio("oathbed-two-threads", "oathbed-batch", 1.5),
    ],
  },
  {
    suite: "verify",
    name: "right code, SHA-1, window ±1",
    work: { algorithm: "SHA1", window: 1, codes: "right" },
    entrants: but("sha-ni-limit"),
    ratios: TOLD,
  },
  {
    suite: "verify",
    name: "wrong code, SHA-1, window ±15",
    work: { algorithm: "SHA1", window: 15, codes: "wrong" },
    entrants: but("oathbed-two-threads"),
    ratios: TOLD,
  },
  {
    suite: "verify",
    name: "wrong code, SHA-256, window ±1",
    work: { algorithm: "SHA256", window: 1, codes: "wrong" },
    entrants: but("liboath", "sha-ni", "sha-ni-limit"),
    ratios: [
      ratio("oathbed-batch", "createHmac", 8),
      ratio("oathbed-one-call", "createHmac"),
      ratio("oathbed-two-threads", "oathbed-batch"),
    ],
  },
  {
    suite: "verify",
    name: "wrong code, SHA-512, window ±1",
    work: { algorithm: "SHA512", window: 1, codes: "wrong" },
    entrants: but("oathbed-batch", "oathbed-two-threads", "liboath", "sha-ni", "sha-ni-limit"),
    ratios: [ratio("oathbed-one-call", "createHmac", 5)],
  },
];

/** Runs them all, with those contenders that were asked for. */
export async function runRaces(
  setup: SuiteSetup,
): Promise<Required<Omit<SuiteContent, "workloads">>> {
  const { durationMs, signal, contenders, onProgress } = setup;
  const races = RACES.map((race) => ({
    ...race,
    entrants: race.entrants.filter((name) => contenders?.includes(name) ?? true),
  })).filter(({ entrants }) => entrants.length > 0);
  const folder = await mkdtemp(join(tmpdir(), "oathbed-races-"));
  const results: RaceResult[] = [];
  try {
    for (const race of races) {
      onProgress?.(`${race.suite}: ${race.entrants.length} contenders, ${race.name}`);
      const common = signal === undefined ? {} : { signal };
      results.push(await runRace(race, { durationMs, folder, ...common }));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return {
    measured: results.flatMap(({ measured }) => measured),
    absent: results.flatMap(({ absent }) => absent),
    notes: notesOf(results),
  };
}

/** What each contender is, with its version. */
function notesOf(results: readonly RaceResult[]): readonly string[] {
  const versions = new Map(results.flatMap(({ versions: all }) => [...all]));
  return CONTENDERS.flatMap(({ name, about }) => {
    const version = versions.get(name);
    if (version === undefined) return [];
    return [`${name}${version === "" ? "" : ` ${version}`}: ${about}`];
  });
}
