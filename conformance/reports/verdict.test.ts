import { expect, test } from "vitest";
import type { Report, Status } from "../report.ts";
import { sampleReport } from "../testing/sample-report.ts";
import { exitCodeOf, tally, tallyText, verdictOf } from "./verdict.ts";

const SAMPLE: Report = await sampleReport();

function withStatuses(statuses: readonly Status[], complete = true): Report {
  const [first] = SAMPLE.results;
  if (first === undefined) throw new Error("the sample has no results");
  return { ...SAMPLE, complete, results: statuses.map((status) => ({ ...first, status })) };
}

test.each<[readonly Status[], boolean, number, string]>([
  [["pass"], true, 0, "Conformant"],
  [["pass", "skip", "info", "xfail"], true, 0, "Conformant"],
  [["pass", "warn"], true, 0, "Conformant, with warnings"],
  [["skip"], true, 0, "Nothing judged"],
  [[], true, 0, "Nothing judged"],
  [["pass", "fail"], true, 1, "Not conformant"],
  [["pass", "xpass"], true, 1, "Expectations out of date"],
  [["pass", "error"], true, 4, "No verdict"],
  [["fail", "error"], true, 4, "No verdict"],
  [["pass"], false, 130, "Interrupted"],
  [["fail", "error"], false, 130, "Interrupted"],
])("%j, complete: %s, exits with %i: %s", (statuses, complete, code, headline) => {
  const report = withStatuses(statuses, complete);
  expect(exitCodeOf(report)).toBe(code);
  expect(verdictOf(report).headline).toBe(headline);
});

test("counts are told in words, with what passed first and nothing that is not there", () => {
  const { results } = withStatuses(["skip", "warn", "pass", "warn", "fail"]);
  expect(tallyText(tally(results))).toBe("1 passed, 1 failed, 2 warnings, 1 skipped");
  expect(tallyText(tally([]))).toBe("no results");
});
