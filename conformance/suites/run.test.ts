import { beforeAll, expect, test, vi } from "vitest";
import { subjectSource } from "../../devices/sources.ts";
import type { Suite } from "../case.ts";
import type { CaseResult, Report } from "../report.ts";
import { type RunPlan, run } from "../runner.ts";
import { libraryTarget } from "../targets/library.ts";
import { SUITES } from "./index.ts";

/** The cases that a token has a part in. */
const ABOUT_TOKENS: readonly Suite[] = SUITES.map((suite) => ({
  ...suite,
  cases: suite.cases.filter(({ subject }) => subject !== "verifier"),
}));

function judge(plan: Partial<RunPlan>): Promise<Report> {
  const { suites = SUITES, targets = [libraryTarget()] } = plan;
  return run({ randomSeed: 1, command: "test", toolVersion: "0", ...plan, suites, targets });
}

const told = ({ durationMs, ...result }: CaseResult) => result;

let whole: Report;
let printed: readonly unknown[];

beforeAll(async () => {
  const spies = [
    ...[process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write")),
    ...(["log", "info", "warn", "error"] as const).map((name) => vi.spyOn(console, name)),
  ];
  whole = await judge({ tokens: [subjectSource("virtual")] });
  printed = spies.flatMap((spy) => spy.mock.calls as unknown[]);
  for (const spy of spies) spy.mockRestore();
});

test("the virtual token and the library pass every case", () => {
  const bad = whole.results.filter(({ status }) => !["pass", "skip"].includes(status));
  expect(bad.map(({ id, status, reason }) => `${status} ${id} ${reason}`)).toEqual([]);
  const always = SUITES.flatMap(({ cases }) => cases.filter(({ isLong }) => isLong !== true));
  const ids = always.map(({ id }) => id);
  expect(whole.results.map(({ id }) => id).sort()).toEqual(ids.sort());
  expect(whole.complete).toBe(true);
  expect(whole.notices).toEqual([]);
});

test("the virtual token claims every operation, is reached by no frames and forgets nothing", () => {
  const skipped = whole.results.filter(({ status }) => status === "skip");
  const others = skipped.filter(({ reason }) => !/is not reached by|forgets-at/.test(reason));
  const ids = others.map(({ id }) => id);
  expect(ids.toSorted()).toEqual([
    "driver-contract/capabilities/not-claimed",
    "operations/windows/seconds-of-tolerance",
  ]);
});

test("a run prints nothing", () => {
  expect(printed).toEqual([]);
});

test("no secret is in a report", () => {
  const text = JSON.stringify(whole).toUpperCase();
  for (const form of [
    "12345678901234567890",
    "3132333435363738393031323334353637383930",
    "GEZDGNBVGY3TQOJQ",
  ]) {
    expect(text.includes(form), form).toBe(false);
  }
});

test("the same random seed gives the same checks, notes, wire logs and simulated times", async () => {
  const again = await judge({ tokens: [subjectSource("virtual")] });
  expect(again.results.map(told)).toEqual(whole.results.map(told));
});

test("another random seed passes as well", async () => {
  const { results } = await judge({
    randomSeed: 4_000_000_000,
    tokens: [subjectSource("virtual")],
    selection: { suites: ["enrollment"] },
  });
  expect(results.filter(({ status }) => status !== "pass")).toEqual([]);
});

test.each([
  "drifting-clock",
  "virtual:display-token",
  "virtual:display-token-60",
  "virtual:arduino-shell",
  "virtual:programmable-token",
])("%s breaks no MUST, and what is skipped says why", async (spec) => {
  const { results } = await judge({ suites: ABOUT_TOKENS, tokens: [subjectSource(spec)] });
  const bad = results.filter(({ status }) => status === "fail" || status === "error");
  expect(bad.map(({ id, reason }) => `${id} ${reason}`)).toEqual([]);
  const mute = results.filter(({ status, reason }) => status === "skip" && reason === "");
  expect(mute).toEqual([]);
});
