import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import type { Report } from "../report.ts";
import { hostile, SAMPLE_SECRET_FORMS, sampleReport } from "../testing/sample-report.ts";
import { consoleReport } from "./console.ts";
import { columnsOf, cutTo, wrapTo } from "./terminal-text.ts";

const SAMPLE: Report = await sampleReport();

function plain(report: Report, width = 80, verbose = false): string {
  return consoleReport(report, { color: false, width, verbose });
}

test("the matrix counts the statuses of each suite on each subject", () => {
  expect(plain(SAMPLE)).toContain(
    [
      "              virtual      drifting-clock  fake-server",
      "  rfc4226     5✓ 1!        5✓ 1!           1✗",
      "  rfc6238     1✓ 1i 1≈ 1–  1✓ 1E 2–",
      "  enrollment                               1↑",
    ].join("\n"),
  );
});

test("subjects that do not fit beside each other stand below each other", () => {
  const lines = plain(SAMPLE, 40).split("\n");
  const heads = lines.filter((line) => /^ {4,}(virtual|drifting-clock|fake-server)/.test(line));
  expect(heads.map((line) => line.trim())).toEqual(["virtual", "drifting-clock", "fake-server"]);
});

test("a failure shows requirement, both values and the command on one line", () => {
  expect(plain(SAMPLE)).toContain(
    [
      "✗ fail  rfc4226/7.2/replayed-code on fake-server",
      "  MUST, RFC 4226 §7.2: The server increments its counter after a successful",
      "  validation.",
      "  the code of the next step",
      "    expected  accepted",
      "    actual    refused: no-match",
      "  repeat  oathbed conformance verifier --target fake-server " +
        "--only rfc4226/7.2/replayed-code --random-seed 42",
    ].join("\n"),
  );
});

test("skips are grouped by their reason, and an unreachable token says why", () => {
  const text = plain(SAMPLE);
  expect(text).toMatch(/Skipped: 3\n {2}2 {2}needs "sha512": the token has SHA1 only +virtual, /);
  expect(text).toContain("not judged  serial:emulated\n  DeviceError unsupported-platform: no");
});

test("stories, figures and totals are told, the verdict last", () => {
  const text = plain(SAMPLE);
  expect(text).toContain("  2026-09-24  resync with two consecutive codes: accepted, +3 steps");
  expect(text).toMatch(/offset {2}▁+▂+.*█+ {2}0\.0 s to \+123 s\n/);
  expect(text).toMatch(/serial:emulated +code read, round trips +2,640 1\/s {2}1,900 to 2,910/);
  expect(text.trimEnd().split("\n").slice(-3)).toEqual([
    "No verdict",
    "The bench broke in 1 case, which therefore has no verdict; 1 requirement failed",
    "besides.",
  ]);
});

test("many failures are counted rather than printed, unless asked for", () => {
  const failed = SAMPLE.results.find((result) => result.status === "fail");
  if (failed === undefined) throw new Error("the sample has no failure");
  const many = { ...SAMPLE, results: Array.from({ length: 30 }, () => failed) };
  expect(plain(many).match(/✗ fail {2}/g)).toHaveLength(12);
  expect(plain(many)).toContain("and 18 more results like these");
  expect(plain(many, 80, true).match(/✗ fail {2}/g)).toHaveLength(30);
});

test.each([40, 80, 120])("no line is wider than %i columns, but commands to repeat", (width) => {
  for (const report of [SAMPLE, hostile(SAMPLE)]) {
    const lines = plain(report, width).split("\n");
    const free = lines.filter((line) => !/^ {2}repeat|^(E error|✗ fail|↑ xpass|! warn)/.test(line));
    const wide = free.filter((line) => columnsOf(line) > width);
    expect(wide).toEqual([]);
  }
});

test("control characters of hostile texts do not reach the terminal", () => {
  const text = plain(hostile(SAMPLE), 100, true);
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}](?<!\n)/u);
  expect(text).toContain("\\x1b[31mred");
});

test("colours are set only when asked for, and change nothing else", () => {
  const colored = consoleReport(SAMPLE, { color: true, width: 80 });
  expect(plain(SAMPLE)).not.toContain("\x1b");
  expect(colored).toContain("\x1b[31m✗ fail\x1b[39m");
  expect(stripVTControlCharacters(colored)).toBe(plain(SAMPLE));
});

test("no form of a secret is printed", () => {
  const text = plain(SAMPLE, 120, true);
  for (const form of SAMPLE_SECRET_FORMS) expect(text).not.toContain(form);
});

test("an empty report says that nothing was judged", () => {
  const empty = { ...SAMPLE, subjects: [], results: [], timelines: [], figures: [] };
  expect(plain(empty)).toContain("Nothing judged\nNo case ran.\n");
});

test("texts are cut and wrapped by the columns they take up", () => {
  expect(cutTo("日本語です", 6)).toBe("日本…");
  expect(cutTo("👩‍👩‍👧‍👦 family", 40)).toContain("family");
  expect(wrapTo("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrapTo("x".repeat(25), 10)).toEqual(["x".repeat(10), "x".repeat(10), "x".repeat(5)]);
});
