// Each verifier passes what it can be asked, but for what is known of it: a known failure that
// passes fails here. What they do is the page docs/verifiers.md.

import { readFile, writeFile } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import { targetsOf } from "../../../cli/sources.ts";
import { type Expectations, loadExpectations } from "../../../conformance/expectations.ts";
import type { Report } from "../../../conformance/report.ts";
import { run } from "../../../conformance/runner.ts";
import { SUITES } from "../../../conformance/suites/index.ts";
import { matrixText, SOMETIMES } from "./matrix.ts";

const TARGETS = [
  "library:memory",
  "service",
  "otplib",
  "otpauth",
  "speakeasy",
  "oathtool",
  "pam_oath",
  "pam_google_authenticator",
  "rlm_totp",
] as const;

const PAGE = new URL("../../../docs/verifiers.md", import.meta.url);
/** Every login a process: years of them take their time. */
const CASE_MS = 120_000;

const reports: Report[] = [];

test.each(TARGETS)(
  "%s does what is known of it",
  async (name) => {
    const expectations = await loadExpectations([name]);
    const report = await run({
      suites: SUITES,
      targets: await targetsOf([name]),
      randomSeed: 1,
      command: `oathbed conformance verifier --target ${name}`,
      toolVersion: "0",
      caseTimeoutMs: CASE_MS,
      expectations,
    });
    const odd = report.results.filter(({ status }) => !["pass", "skip", "xfail"].includes(status));
    expect(odd.map(({ id, status, reason }) => `${id} ${status} ${reason}`)).toEqual([]);
    expect(report.notices).toEqual([]);
    expect(report.results.some(({ status }) => status === "pass")).toBe(true);
    reports.push(withRaces(report, expectations[0]));
  },
  300_000,
);

test("the page of all targets is as they are", async () => {
  expect(reports).toHaveLength(TARGETS.length);
  const text = matrixText(reports);
  if (process.env.OATHBED_WRITE === "1") await writeFile(PAGE, text);
  expect(await readFile(PAGE, "utf8"), "npm run lab:verifiers -- --write makes it").toBe(text);
});

afterAll(() => {
  reports.length = 0;
});

/** Races that went well this time are told as what they are. */
function withRaces(report: Report, known: Expectations | undefined): Report {
  const results = report.results.map((result) =>
    result.status === "pass" && known?.sometimes.has(result.id) === true
      ? { ...result, notes: [SOMETIMES], reason: known.knownFailures.get(result.id) ?? "" }
      : result,
  );
  return { ...report, results };
}
