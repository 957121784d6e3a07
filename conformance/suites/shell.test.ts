import { expect, test } from "vitest";
import type { Status } from "../report.ts";
import type { TokenSource } from "../run/token-source.ts";
import { run } from "../runner.ts";
import { SERIAL_SHELL_SUITE } from "./serial-shell/suite.ts";
import { apdusChanged, reportsChanged } from "./testing/broken-frames.ts";
import { BROKEN_SHELLS } from "./testing/broken-shells.ts";
import { judgeOne } from "./testing/judge-one.ts";
import { memoryShell } from "./testing/memory-shell.ts";

const CAUGHT: readonly Status[] = ["fail", "warn", "info"];

async function judge(token: TokenSource): Promise<ReadonlyMap<string, Status>> {
  const { results } = await run({
    suites: [SERIAL_SHELL_SUITE],
    tokens: [token],
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
    caseTimeoutMs: 100,
  });
  return new Map(results.map(({ id, status }) => [id, status]));
}

test("every case about the shell passes in a dialect, and fails in none", async () => {
  const passed = new Set<string>();
  for (const dialect of ["complete", "arduino"] as const) {
    for (const [id, status] of await judge(memoryShell("right", dialect))) {
      expect(["pass", "skip"], id).toContain(status);
      if (status === "pass") passed.add(id);
    }
  }
  expect(passed.size).toBe(SERIAL_SHELL_SUITE.cases.length);
});

test("every broken shell is caught, and every case catches one", async () => {
  const caught = new Set<string>();
  const survivors: string[] = [];
  for (const [name, [, token]] of Object.entries(BROKEN_SHELLS)) {
    const bad = [...(await judge(token))].filter(([, status]) => CAUGHT.includes(status));
    if (bad.length === 0) survivors.push(name);
    for (const [id] of bad) caught.add(id);
  }
  expect(survivors).toEqual([]);
  const ids = SERIAL_SHELL_SUITE.cases.map(({ id }) => id);
  expect(ids.filter((id) => !caught.has(id))).toEqual([]);
});

test.each([
  ["robustness/frames/apdus", apdusChanged("ykoath:emulated", () => new Uint8Array(0))],
  ["robustness/frames/reports", reportsChanged("hid:emulated", () => new Uint8Array(7))],
  ["robustness/frames/lines", BROKEN_SHELLS["shell-drops-other-bytes"]?.[1]],
] as const)("%s fails on a token that answers noise wrongly", async (id, token) => {
  if (token === undefined) throw new TypeError("no such token");
  expect(CAUGHT).toContain((await judgeOne(id, token)).status);
});
