import { expect, test } from "vitest";
import type { CaseResult, Report, Status } from "../report.ts";
import { sampleReport } from "../testing/sample-report.ts";
import { diffReports, isWorse } from "./diff.ts";
import { diffText } from "./diff-text.ts";
import { mergeReports } from "./merge.ts";

const SAMPLE: Report = await sampleReport();
const RESULT = first(SAMPLE.results);
const SUBJECT = first(SAMPLE.subjects);

function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error("the sample is empty");
  return item;
}

function reportOf(statuses: Readonly<Record<string, Status>>, subject = "token"): Report {
  const results = Object.entries(statuses).map(
    ([name, status]): CaseResult => ({
      ...RESULT,
      id: `test/1/${name}`,
      subject,
      status,
      reason: status === "error" ? "the port is gone" : "",
      checks:
        status === "fail"
          ? [{ what: "the code", expected: '"081804"', actual: '"81804"', ok: false }]
          : [],
    }),
  );
  return { ...SAMPLE, subjects: [{ ...SUBJECT, name: subject }], results, notices: [] };
}

test.each<[Status, Status, string | undefined]>([
  ["pass", "fail", "broke"],
  ["skip", "fail", "broke"],
  ["xfail", "xpass", "broke"],
  ["warn", "error", "broke"],
  ["fail", "pass", "fixed"],
  ["error", "pass", "fixed"],
  ["fail", "error", "still-failing"],
  ["fail", "fail", "still-failing"],
  ["fail", "skip", "changed"],
  ["fail", "xfail", "changed"],
  ["pass", "warn", "changed"],
  ["pass", "skip", "changed"],
  ["pass", "pass", undefined],
  ["skip", "skip", undefined],
])("a case that was %s and is %s: %s", (before, after, change) => {
  const diff = diffReports(reportOf({ one: before }), reportOf({ one: after }));
  expect(diff.rows.map((row) => row.change)).toEqual(change === undefined ? [] : [change]);
  expect(diff.same).toBe(change === undefined ? 1 : 0);
});

test("cases that are only in one report are new or gone; a new one that fails is worse", () => {
  const diff = diffReports(
    reportOf({ old: "pass", both: "pass" }),
    reportOf({ both: "pass", young: "fail" }),
  );
  expect(diff.rows.map(({ change, id }) => [change, id])).toEqual([
    ["new", "test/1/young"],
    ["gone", "test/1/old"],
  ]);
  expect(isWorse(diff)).toBe(true);
  expect(isWorse(diffReports(reportOf({ one: "fail" }), reportOf({ one: "fail" })))).toBe(false);
});

test("one token in each report is the same one, whatever its name", () => {
  const diff = diffReports(reportOf({ one: "fail" }, "rev-a"), reportOf({ one: "pass" }, "rev-b"));
  expect(diff.rows.map(({ change, subject }) => [change, subject])).toEqual([["fixed", "rev-b"]]);
  expect(diff.notices).toEqual(["rev-a of the old report is compared with rev-b of the new one"]);
});

test("the text has what broke first, with both values, and ends in a sentence", () => {
  const before = reportOf({ a: "fail", b: "pass", c: "pass" });
  const after = reportOf({ a: "pass", b: "fail", c: "pass" });
  const text = diffText(diffReports(before, after), { before, after }, { color: false, width: 80 });
  expect(text.slice(text.indexOf("Broke"))).toBe(
    [
      "Broke: 1",
      "  test/1/b on token",
      `    pass → fail  ${RESULT.title}`,
      '    the code: expected "081804", got "81804"',
      "",
      "Fixed: 1",
      "  test/1/a on token",
      `    fail → pass  ${RESULT.title}`,
      "",
      "Worse: 1 broke, 1 fixed, 1 case as before.",
      "",
    ].join("\n"),
  );
});

test("an interrupted run is said to be one", () => {
  const before = { ...reportOf({ one: "pass" }), complete: false };
  expect(diffReports(before, reportOf({ one: "pass" })).notices).toEqual([
    "the old report is of a run that was interrupted",
  ]);
});

test("parts of a run merge to the run", () => {
  const part = (at: number): Report => ({
    ...SAMPLE,
    timelines: at === 0 ? SAMPLE.timelines : [],
    figures: at === 0 ? SAMPLE.figures : [],
    results: SAMPLE.results.filter((_, index) => index % 3 === at),
  });
  const merged = mergeReports([part(0), part(1), part(2)]);
  const keys = (report: Report) => report.results.map(({ id, subject }) => `${subject} ${id}`);
  expect(keys(merged).toSorted()).toEqual(keys(SAMPLE).toSorted());
  expect({ ...merged, results: [] }).toEqual({ ...SAMPLE, results: [] });
});

test("of a case that is in two parts the worse result stays, and a notice says so", () => {
  const merged = mergeReports([reportOf({ one: "fail" }), reportOf({ one: "pass" })]);
  expect(merged.results.map(({ status }) => status)).toEqual(["fail"]);
  expect(merged.notices).toEqual(["test/1/one on token is in several parts; the worse one stays"]);
});

test("reports of two runs are no parts of one", () => {
  const one = reportOf({ one: "pass" });
  expect(() => mergeReports([one, { ...one, randomSeed: one.randomSeed + 1 }])).toThrow(
    /not parts of one run: the random seed is 42 in the first and 43 in another/,
  );
});
