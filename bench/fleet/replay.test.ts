import { expect, test } from "vitest";
import { LoginLogError, parseLoginLog } from "./login-log.ts";
import { replay } from "./replay.ts";
import { policiesOf } from "./spec.ts";

const START = 1_767_225_600;
const DAY = 86_400;

/** A token of 10 ppm that logs in every 60 days, one login in ten typed very late. */
function log(): string {
  const rows = Array.from({ length: 30 }, (_, at) => {
    const time = START + at * 60 * DAY + 7;
    const shown = time - (at % 10 === 9 ? 100 : 6);
    const step = Math.floor((shown + 10e-6 * (time - START)) / 30);
    return `${time},A,${step},${at % 10 === 9 ? "refused" : "accepted"}`;
  });
  return `time,token,step,outcome\n${rows.join("\n")}\n`;
}

test("each policy says what it would have refused, and in which lines", () => {
  const logins = parseLoginLog(log(), "a.csv");
  const { rows } = replay(logins, policiesOf("default,none-1,none-60"), { clockClass: "crystal" });
  const [tracked, narrow, wide] = rows;
  expect(tracked?.newlyRefused).toBe(0);
  expect(tracked?.logins).toBe(29);
  expect(narrow?.newlyRefused).toBeGreaterThan(2);
  expect(narrow?.newlyRefusedLines[0]).toBeGreaterThan(2);
  expect(wide).toMatchObject({ newlyRefused: 0, newlyAccepted: 3, rejectsPer1000: 0 });
});

test("JSON lines, ISO times and any order of rows are the same log", () => {
  const csv = parseLoginLog(log(), "a.csv");
  const json = csv
    .toReversed()
    .map(({ at, token, step, wasAccepted }) =>
      JSON.stringify({
        time: new Date(at * 1000).toISOString(),
        token,
        step,
        outcome: wasAccepted ? "ok" : "failed",
      }),
    )
    .join("\n");
  const strip = (logins: typeof csv) => logins.map(({ line: _, ...rest }) => rest);
  expect(strip(parseLoginLog(json, "a.jsonl"))).toEqual(strip(csv));
});

test("duplicates, logins without a step and tokens never accepted are counted, not judged", () => {
  const text = [
    "time,token,step,code,outcome",
    `${START},A,58907520,,accepted`,
    `${START},A,58907520,,accepted`,
    `${START + 60},A,,123456,accepted`,
    `${START},"B, the other",58907520,,refused`,
  ].join("\n");
  const logins = parseLoginLog(text, "a.csv");
  const result = replay(logins, policiesOf("default"), { clockClass: "crystal" });
  expect(result).toMatchObject({ duplicates: 1, withoutStep: 1, neverAccepted: 1 });
});

test.each([
  ["", /the log is empty/],
  ["time,token,outcome\n", /line 1: no column step or code/],
  ["time,token,step,outcome\n", /holds no login/],
  ["time,token,step,outcome\nnow,A,1,accepted", /line 2: time "now" is neither ISO 8601/],
  ["time,token,step,outcome\n2026-01-01T00:00:00,A,1,accepted", /line 2: time/],
  ["time,token,step,outcome\n\n1,A,1.5,accepted", /line 3: step "1\.5" is no whole number/],
  ["time,token,step,outcome\n1,A,1,maybe", /line 2: outcome "maybe" is neither/],
  ["time,token,step,outcome\n1,A,1", /line 2: 3 columns where the header has 4/],
  ['time,token,step,outcome\n1,"A,1,accepted', /line 2: a quote is not closed/],
  [
    "time,token,step,outcome\n1767225600,A,29453760,ok",
    /line 2: step 29453760 is 10227 days before its time; steps are of 30 s/,
  ],
  ["time,token,step,code,outcome\n1,A,,,accepted", /line 2: neither step nor code/],
  ["time,token,code,outcome\n1,A,12,accepted", /line 2: code must be 6 to 8 digits/],
  ['{"time":1,"token":"A"', /line 1: not JSON at column 22; was the log cut off/],
])("a bad log is refused by its line: %j", (text, message) => {
  expect(() => parseLoginLog(text, "a.csv")).toThrow(message);
  expect(() => parseLoginLog(text, "a.csv")).toThrow(LoginLogError);
});

test("many bad lines are counted, the first ten shown", () => {
  const text = `time,token,step,outcome\n${"x\n".repeat(25)}`;
  expect(() => parseLoginLog(text, "a.csv")).toThrow(/line 11: .*; and 15 more/);
});

test("a file of another kind is left after 1,000 bad lines, and a login counts once", () => {
  const bad = `time,token,step,outcome\n${"x,y\n".repeat(5000)}`;
  expect(() => parseLoginLog(bad, "a.csv")).toThrow(/line 11: .*; and at least 990 more$/);
  const step = Math.floor(START / 30);
  const twice = `${START + 60},A,${step + 2},accepted\n`.repeat(3);
  const text = `time,token,step,outcome\n${START},A,${step},accepted\n${twice}`;
  const { duplicates, rows } = replay(parseLoginLog(text, "a.csv"), policiesOf("default"), {
    clockClass: "crystal",
  });
  expect([duplicates, rows[0]?.logins]).toEqual([2, 1]);
});
