import { afterAll, beforeAll, expect, test } from "vitest";
import type { Report } from "../../../conformance/report.ts";
import { run } from "../../../conformance/runner.ts";
import { SUITES } from "../../../conformance/suites/index.ts";
import { openYkoathSubject } from "../../../devices/rigs/card-subject.ts";
import type { SubjectSource } from "../../../devices/sources.ts";
import type { LabToken } from "../testing/lab-token.ts";
import { patience } from "../testing/patience.ts";
import { cardSource } from "./card-subject.ts";
import { insertToken } from "./reader.ts";

const PROFILE = "yubikey5";
/** Some 40 s, and room. */
const LIMIT = { timeout: patience(180_000) } as const;
/** PC/SC carries no command shorter than its header; it is skipped there. */
const NOT_CARRIED = "ykoath/forms/shorter-than-a-header";
const TOKEN_SUITES = SUITES.map((suite) => ({
  ...suite,
  cases: suite.cases.filter(({ subject, id }) => subject === "token" && id !== NOT_CARRIED),
}));
const IN_PROCESS: SubjectSource = {
  name: "ykoath",
  driver: "ykoath",
  description: "the same token in memory",
  open: async (options) => openYkoathSubject("ykoath:emulated", PROFILE, options),
};

let lab: LabToken;

beforeAll(async () => {
  lab = await insertToken({ profile: PROFILE });
});

afterAll(() => lab[Symbol.asyncDispose]());

test("every case about tokens comes out as it does in process", LIMIT, async () => {
  const inProcess = outcomes(await judge(IN_PROCESS));
  const throughPcsc = outcomes(await judge(cardSource(() => lab)));
  expect(throughPcsc).toEqual(inProcess);
  expect(inProcess.filter(([, status]) => status === "pass").length).toBeGreaterThan(10);
  expect(inProcess.filter(([, status]) => status === "fail" || status === "error")).toEqual([]);
});

function judge(source: SubjectSource): Promise<Report> {
  const plan = { randomSeed: 1, command: "lab:pcsc", toolVersion: "0" };
  return run({ ...plan, suites: TOKEN_SUITES, tokens: [source], targets: [] });
}

function outcomes({ results }: Report): readonly (readonly [string, string])[] {
  return results.map(({ id, status }) => [id, status] as const);
}
