// conformance, report, demo and bench in this process: they write reports.

import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../conformance/report.ts";
import { subjectSource } from "../devices/sources.ts";
import { runDemo } from "./demo/demo.ts";
import { targetsOf } from "./sources.ts";
import { oathbed } from "./testing/oathbed.ts";
import { type Scratch, scratch } from "./testing/scratch.ts";
import { keptTerminal } from "./testing/terminal.ts";

let folder: Scratch;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder[Symbol.asyncDispose]());

/** A report without what a clock of this machine says. */
function timeless(text: string): Report {
  return JSON.parse(text, (key, value) =>
    key === "durationMs" || key === "startedAt" ? 0 : value,
  ) as Report;
}

const JUDGE = ["conformance", "--device", "drifting-clock", "--suite", "rfc6238"] as const;

test("the same random seed gives the same report, durations aside", async () => {
  const words = [...JUDGE, "--random-seed", "5", "--json"];
  const first = await oathbed(words);
  const second = await oathbed(words);
  expect(first.exitCode).toBe(0);
  expect(timeless(first.out).results.length).toBeGreaterThan(5);
  expect(timeless(second.out)).toEqual(timeless(first.out));
});

test("the random seed is printed, and is the report's", async () => {
  const ended = await oathbed([...JUDGE, "--json", "--report", folder.at("seeded")]);
  const report = JSON.parse(ended.out) as Report;
  expect(ended.err).toContain(`random seed ${report.randomSeed}\n`);
  const written = JSON.parse(await readFile(folder.at("seeded/report.json"), "utf8")) as Report;
  expect(written.randomSeed).toBe(report.randomSeed);
  const [result] = report.results;
  expect(result?.repeat).toContain(`--random-seed ${report.randomSeed}`);
});

test("a report is shown again, with the exit code of its run", async () => {
  const shown = await oathbed(["report", "show", folder.at("seeded")]);
  expect(shown.exitCode).toBe(0);
  expect(shown.out).toContain("drifting-clock");
  const again = await oathbed(["report", "show", folder.at("seeded/report.json"), "--json"]);
  const report = JSON.parse(again.out) as Report;
  expect(report.complete).toBe(true);
  const interrupted = { ...report, complete: false };
  const file = await folder.write("interrupted.json", JSON.stringify(interrupted));
  expect((await oathbed(["report", "show", file])).exitCode).toBe(130);
});

test("the command that a report gives to repeat a case repeats it", async () => {
  const report = JSON.parse((await oathbed([...JUDGE, "--json"])).out) as Report;
  const [, ...words] = (report.results[0]?.repeat ?? "").split(" ");
  const repeated = JSON.parse((await oathbed([...words, "--json"])).out) as Report;
  expect(repeated.results).toHaveLength(1);
  expect(repeated.results[0]).toMatchObject({ id: report.results[0]?.id, status: "pass" });
});

describe("selections", () => {
  test.each([
    [["conformance", "--suite", "nosuch"], 5, 'no suite is called "nosuch"'],
    [["conformance", "--only", "rfc6238/none"], 5, 'no case is called "rfc6238/none"'],
    [["conformance", "--grep", "no case says this"], 5, "none of the"],
    [["conformance", "--device", "usb2:none"], 2, 'there is no "usb2:none"'],
    [["conformance", "--device", "virtual", "--device", "virtual"], 2, "is given twice"],
    [["conformance", "verifier", "--target", "library:sqlit"], 2, "did you mean library:sqlite?"],
    [["conformance", "--max-wait", "soon"], 2, "--max-wait must be a whole number"],
    [["conformance", "--inventory", "/none.json"], 2, "there is no such file"],
    [["report", "show", "/none"], 2, "there is no report at /none"],
    [["bench", "--duration", "0"], 2, "--duration must be a whole number from 1"],
    [["token", "show", "--clock", "sundial", "--once"], 2, 'there is no clock "sundial"'],
    [["token", "show", "--ppm", "many", "--once"], 2, "--ppm must be a number"],
  ] as const)("%j is answered in words", async (words, exitCode, message) => {
    const ended = await oathbed(words);
    expect(ended).toMatchObject({ exitCode, out: "" });
    expect(ended.err).toContain(message);
  });

  test("a list and a plan run nothing", async () => {
    const listed = await oathbed(["conformance", "verifier", "--list", "--json"]);
    const cases = JSON.parse(listed.out) as readonly { readonly id: string }[];
    expect(cases.map(({ id }) => id)).toContain("rfc6238/5.2/replayed-code");
    const planned = await oathbed([...JUDGE, "--plan", "--json"]);
    const { rounds } = JSON.parse(planned.out) as { readonly rounds: readonly unknown[] };
    expect(rounds).toMatchObject([
      { subject: "drifting-clock", cases: 21, runs: 21, skipped: [], token: { kind: "emulated" } },
    ]);
  });
});

test("a report of a folder that cannot be written is an error after the answer", async () => {
  const file = await folder.write("in-the-way", "");
  const ended = await oathbed([...JUDGE, "--report", file]);
  expect(ended.exitCode).toBe(3);
  expect(ended.out).toContain("drifting-clock");
  expect(ended.err).toContain("hint: ");
});

test("the demo lives years, judges, measures, writes reports, and ends with what to open", async () => {
  const terminal = keptTerminal();
  const absent = {
    ...subjectSource("virtual"),
    name: "serial:emulated",
    open: subjectSource("serial:/dev/none").open,
  };
  const input = {
    sources: [subjectSource("drifting-clock"), absent],
    targets: await targetsOf(["library:memory"]),
    randomSeed: 7,
    folder: folder.at("demo"),
    figureMs: 2,
    json: false,
  };
  const context = { terminal, signal: new AbortController().signal, commandLine: "oathbed demo" };
  expect(await runDemo(input, context)).toBe(0);
  const text = terminal.outText;
  expect(text).toContain("Random seed 7");
  expect(text).toMatch(/serial:emulated {2}not here: .*\/dev\/none/);
  expect(text).toContain("Two consecutive codes resync it");
  expect(text).toMatch(/Conformant\. Every (binding )?requirement/);
  expect(text).toMatch(/\nOpen .*demo\/report\.html in a browser\.\n$/);
  const report = JSON.parse(await readFile(folder.at("demo/report.json"), "utf8")) as Report;
  expect(report.timelines.map(({ subject }) => subject)).toEqual(["drifting-clock"]);
  expect(report.figures.length).toBeGreaterThan(3);
  const rows = report.subjects.filter(({ unavailable }) => unavailable !== "");
  expect(rows.map(({ name }) => name)).toEqual(["serial:emulated"]);
  expect(await readFile(folder.at("demo/junit.xml"), "utf8")).toContain("<testsuites");
}, 30_000);
