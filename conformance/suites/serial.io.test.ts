import { expect, test } from "vitest";
import { subjectSource } from "../../devices/sources.ts";
import { run } from "../runner.ts";
import { libraryTarget } from "../targets/library.ts";
import { SUITES } from "./index.ts";

/** Judged for long: drivers.long.test.ts. */
const SLOWER = ["clock", "provisioning", "robustness", "endurance"];

const ABOUT_TOKENS = SUITES.filter(({ name }) => !SLOWER.includes(name)).map((suite) => ({
  ...suite,
  cases: suite.cases.filter(({ subject }) => subject !== "verifier"),
}));

// Pseudo-terminals are Linux's here; elsewhere the row says so and nothing is judged.
test.runIf(process.platform === "linux").each(["serial:emulated", "serial:emulated-arduino"])(
  "%s passes every case that applies to it, through a pseudo-terminal",
  async (spec) => {
    const { results, subjects, notices } = await run({
      suites: ABOUT_TOKENS,
      tokens: [subjectSource(spec)],
      targets: [libraryTarget()],
      randomSeed: 1,
      command: "test",
      toolVersion: "0",
    });
    expect(subjects.map(({ unavailable }) => unavailable)).toEqual(["", ""]);
    const bad = results.filter(({ status }) => !["pass", "skip", "info"].includes(status));
    expect(bad.map(({ id, status, reason }) => `${status} ${id} ${reason}`)).toEqual([]);
    expect(notices).toEqual([]);
  },
);
