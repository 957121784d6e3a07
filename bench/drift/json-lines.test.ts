// What people's logs hold beside records: told by its line and its field, the rest counts.

import { expect, test } from "vitest";
import { acceptLot } from "./acceptance.ts";
import { formatRecord, parseDriftLog } from "./log.ts";
import { parseIntakeLog } from "./lot/log.ts";
import { emulatedStart } from "./testing/emulated.ts";

const START = formatRecord(emulatedStart(1_767_225_600_000_000));
const READING = { kind: "reading", fromUs: 10, toUs: 20, wallShiftUs: 0, step: 7 };

const problemsOf = (...lines: readonly string[]): readonly string[] =>
  parseDriftLog(`${START}${lines.join("\n")}\n`, "x").problems;
const reading = (changed: object): string => JSON.stringify({ ...READING, ...changed });

test.each([
  ["NaN", reading({}).replace("10", "NaN"), "not JSON"],
  ["an infinite number", reading({}).replace("10", "1e999"), "fromUs must be a whole number"],
  ["seconds for microseconds", reading({ toUs: 20.5 }), "toUs must be a whole number"],
  ["an answer before its request", reading({ toUs: 9 }), "toUs must not be below fromUs"],
  ["a negative step", reading({ step: -1 }), "step must be a whole number from 0"],
  ["a missing field", reading({ step: undefined }), "step must be a whole number from 0"],
  ["another kind", reading({ kind: "banana" }), "kind must be start, reading, note, end"],
  ["a kind every object has", reading({ kind: "toString" }), "kind must be"],
  ["a list", "[1]", "no JSON object"],
  ["a long line", reading({ pad: "x".repeat(5000) }), "longer than 4096 characters"],
])("%s is left out, and said with its line", (_, line, problem) => {
  expect(problemsOf(reading({}), line)).toEqual([expect.stringContaining(`line 3: ${problem}`)]);
});

test("a field that nobody knows is passed over, and the reading counts", () => {
  const read = parseDriftLog(`${START}${reading({ colour: "red" })}\n`, "x");
  expect(read.records).toHaveLength(2);
  expect(read.problems).toEqual(["line 2: unknown field colour: passed over"]);
});

test("what is said of a line never repeats its values", () => {
  expect(problemsOf('{"kind":"reading","fromUs":"GEZDGNBVGY3TQOJQ"}').join()).not.toContain("GEZ");
});

test("a thousand bad lines are told by the first 20", () => {
  const problems = problemsOf(...Array.from({ length: 1000 }, () => "{}"));
  expect(problems).toHaveLength(21);
  expect(problems.at(-1)).toBe("and 980 more lines like these");
});

test("a log that does not begin with a session says what its first line lacks", () => {
  expect(() => parseDriftLog("", "x")).toThrow("x is no drift log (it is empty)");
  expect(() => parseDriftLog('{"kind":"start"}\n', "x")).toThrow("line 1: format must be");
  expect(() => parseIntakeLog("hello\n", "x")).toThrow("line 1: not JSON");
});

test("200,000 readings of one token are judged", () => {
  const readings = Array.from({ length: 200_000 }, (_, at) => ({
    serial: "FT-1",
    constraint: { lowerAt: at * 30, lower: -1, upperAt: at * 30, upper: 1 },
  }));
  const [judged] = acceptLot(readings, { specPpm: 5 });
  expect(judged).toMatchObject({ verdict: "in-specification", readings: 200_000 });
});
