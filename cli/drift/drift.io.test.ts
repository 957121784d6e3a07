import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { oathbed, startOathbed } from "../testing/oathbed.ts";
import { type Scratch, scratch } from "../testing/scratch.ts";

let folder: Scratch;

beforeEach(async () => {
  folder = await scratch();
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

interface Measured {
  readonly reads: number;
  readonly ratePpm: { readonly low: number; readonly high: number };
}

async function measured(...words: readonly string[]): Promise<Measured> {
  const ended = await oathbed(["drift", ...words, "--json"]);
  expect(ended.exitCode).toBe(0);
  return JSON.parse(ended.out) as Measured;
}

test.each([40, -25, 0])(
  "an hour with a token %i ppm off bounds its rate, truth inside",
  async (ppm) => {
    const { reads, ratePpm } = await measured("measure", "--device", "virtual", `--ppm=${ppm}`);
    expect(ratePpm.low).toBeLessThanOrEqual(ppm);
    expect(ratePpm.high).toBeGreaterThanOrEqual(ppm);
    expect(ratePpm.high - ratePpm.low).toBeLessThan(12);
    expect(reads).toBeLessThan(60);
  },
);

test("a log gives the same bounds again, also when its last line was cut off", async () => {
  const log = folder.at("t.jsonl");
  const words = ["measure", "--device", "virtual", "--ppm", "40", "--duration", "10min"];
  const first = await measured(...words, "--log", log);
  expect((await measured("analyze", log)).ratePpm).toEqual(first.ratePpm);
  const text = await readFile(log, "utf8");
  const cut = folder.at("cut.jsonl");
  await folder.write("cut.jsonl", text.slice(0, -20));
  const { ratePpm } = await measured("analyze", cut);
  expect(ratePpm.low).toBeLessThanOrEqual(40);
  expect(ratePpm.high).toBeGreaterThanOrEqual(40);
});

test("a log never holds the secret or a code", async () => {
  const log = folder.at("t.jsonl");
  await measured("measure", "--device", "virtual", "--duration", "10min", "--log", log);
  const text = await readFile(log, "utf8");
  expect(text).not.toMatch(/12345678901234567890|GEZDGNBV|3132333435/);
});

test("a token without a clock of its own is told so", async () => {
  const ended = await oathbed(["drift", "measure", "--device", "ykoath:emulated"]);
  expect(ended.exitCode).toBe(3);
  expect(ended.err).toContain("has no clock");
});

test("Ctrl-C prints what is known, says when it ended, and the same command goes on", async () => {
  const log = folder.at("t.jsonl");
  const words = ["drift", "measure", "--device", "virtual", "--ppm=40", "--log", log];
  const long = ["--duration", "30d", "--watch", "2min", "--max-reads", "1000000"];
  const started = startOathbed([...words, ...long], { isTerminal: true });
  await started.says(/(\d\d+) reads/);
  const { exitCode, out } = await started.stop();
  expect(exitCode).toBe(130);
  expect(out).toContain("surely");
  const lines = (await readFile(log, "utf8")).trimEnd().split("\n");
  const end = JSON.parse(lines.at(-1) ?? "") as { why: string; atUs: number };
  const last = JSON.parse(lines.at(-2) ?? "") as { toUs: number };
  expect(end.why).toBe("interrupted");
  expect(end.atUs).toBeGreaterThanOrEqual(last.toUs);
  await folder.write("t.jsonl", lines.join("\n").slice(0, -15));
  const again = await oathbed([...words, "--duration", "10min", "--json"]);
  expect(again.err).toMatch(/cut off[\s\S]*going on with/);
  expect(JSON.parse(again.out)).toMatchObject({ sessions: 2 });
});

test("a duration too short to tell anything is refused with the least that does", async () => {
  const words = ["drift", "measure", "--device", "virtual", "--duration"];
  const { exitCode, out, err } = await oathbed([...words, "5min"]);
  expect([exitCode, out]).toEqual([2, ""]);
  expect(err).toContain("--duration must be 6 min or more for codes of 30 s");
});

test("the secret may come from a state store, by its label", async () => {
  const state = folder.at("s.db");
  const enrolled = await oathbed(["enroll", "T-1", "--state", state]);
  expect(enrolled.exitCode).toBe(0);
  const words = ["drift", "measure", "--device", "virtual", "--duration", "6min", "--label"];
  const { exitCode, err } = await oathbed([...words, "T-1", "--state", state]);
  expect([exitCode, err]).toEqual([0, ""]);
  expect((await oathbed([...words, "T-9", "--state", state])).exitCode).toBe(2);
});

test.each([
  ["--report", "/proc/none", "--report /proc/none cannot be written"],
  ["--prior-ppm", "0", "--prior-ppm must be a number from 0.1 to 100000"],
  ["--target-ms", "0", "--target-ms must be a number from 0.01 to 60000"],
  ["--lag-ms", "-1", "--lag-ms must be a number from 0 to 600000"],
])("%s %s is refused before anything is read", async (option, value, message) => {
  const words = ["drift", "measure", "--device", "virtual", "--log", folder.at("x.jsonl")];
  const { exitCode, err } = await oathbed([...words, `${option}=${value}`]);
  expect(exitCode).toBe(2);
  expect(err).toContain(message);
  expect(existsSync(folder.at("x.jsonl"))).toBe(false);
});
