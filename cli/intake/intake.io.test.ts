// A lot of display tokens, from the vendor's file to the report: expected codes are otplib's.

import { execFile } from "node:child_process";
import { open, readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { otplibCode } from "../../conformance/oracle.ts";
import { oathbed, startOathbed } from "../testing/oathbed.ts";
import { type Scratch, scratch } from "../testing/scratch.ts";

const DAY = 86_400;
const SET_AT = 1_767_225_600;
const SERIALS: readonly string[] = ["FT-1", "FT-2", "FT-3", "FT-4"];
const RATES: readonly number[] = [1, 30, 4.9, -2];
const hexOf = (number: number): string => `${number}`.repeat(40);

let folder: Scratch;
let secrets: string;

beforeEach(async () => {
  folder = await scratch();
  const rows = SERIALS.map((serial, at) => `${serial},${hexOf(at + 1)}\r\n`);
  secrets = await folder.write("lot.csv", `serial,secret\r\n${rows.join("")}`);
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

function codeOf(number: number, at: number): string {
  const secret = Buffer.from(hexOf(number), "hex");
  return otplibCode(secret, "SHA1", 6, BigInt(Math.floor(at / 30)));
}

/** Lines of a rig that looks at every token on `day`, each at 10 moments of a step. */
function rigLines(day: number, shown: readonly number[] = [1, 2, 3, 4]): string {
  return shown
    .flatMap((maker, at) =>
      Array.from({ length: 10 }, (_, look) => {
        const from = SET_AT + day * DAY + look * 3;
        const ahead = (from - SET_AT) * (RATES[maker - 1] ?? 0) * 1e-6;
        return `${SERIALS[at]},${from},${from + 0.02},${codeOf(maker, from + 0.01 + ahead)}\n`;
      }),
    )
    .join("");
}

const words = (...more: readonly string[]): readonly string[] => [
  "intake",
  "--lot",
  "L-7",
  "--secrets",
  secrets,
  "--host-error-s",
  "0",
  "--log",
  folder.at("log.jsonl"),
  ...more,
];

test("a rig's lines of two days become verdicts and a report; the log holds no secret", async () => {
  for (const day of [1, 30]) {
    const ended = await oathbed(words("--rig", "-", "--json"), { input: rigLines(day) });
    expect(ended.exitCode).toBe(0);
    expect(JSON.parse(ended.out)).toMatchObject({ tokens: 4, read: 4, missing: [], problems: [] });
  }
  const log = folder.at("log.jsonl");
  const text = await readFile(log, "utf8");
  expect(text.match(/"kind":"start"/g)).toHaveLength(2);
  expect(text).not.toMatch(/1111|2222|secret|code/);
  expect((await stat(log)).mode & 0o777).toBe(0o600);
  const out = folder.at("vendor");
  const accepted = await oathbed(["fleet", "accept", log, "--json", "--report", out]);
  expect(accepted.exitCode).toBe(1);
  const { verdicts } = JSON.parse(accepted.out) as { verdicts: readonly { verdict: string }[] };
  expect(verdicts.map(({ verdict }) => verdict)).toEqual([
    "in-specification",
    "out-of-specification",
    "undecided",
    "in-specification",
  ]);
  expect(await readFile(`${out}/lot.html`, "utf8")).toContain("<svg");
  expect((await readFile(`${out}/lot.csv`, "utf8")).split("\r\n")).toHaveLength(6);
  const analyzed = await oathbed(["drift", "analyze", log, "--csv"]);
  expect(analyzed.out).toBe(await readFile(`${out}/lot.csv`, "utf8"));
});

test("one look and the date the clocks were set decide as well", async () => {
  const rig = await folder.write("codes.csv", `${rigLines(200)}FT-1,12`);
  const ended = await oathbed(words("--rig", rig));
  expect(ended.err).toContain("line 41: notBefore and notAfter must be");
  const when = ["--set-on", new Date(SET_AT * 1000).toISOString().slice(0, 10)];
  const { out, exitCode } = await oathbed(["fleet", "accept", folder.at("log.jsonl"), ...when]);
  expect(exitCode).toBe(1);
  expect(out).toMatch(/FT-2 +out-of-specification/);
  expect(out).toMatch(/FT-4 +in-specification/);
});

test("a named pipe is read as the rig writes to it, until the rig closes it", async () => {
  const pipe = folder.at("rig.pipe");
  await promisify(execFile)("mkfifo", [pipe]);
  const started = startOathbed(words("--rig", pipe));
  await using rig = await open(pipe, "w");
  const [first = "", ...rest] = rigLines(1).split(/(?<=\n)/);
  await rig.write(first);
  await started.says(/FT-1: its clock is/);
  await rig.write(rest.slice(0, 12).join(""));
  await rig.close();
  expect(await started.says(/lot L-7: (\d) of 4/)).toBe("2");
  expect((await started.stop()).exitCode).not.toBe(4);
});

test("exchanged tokens are told, and neither is accepted", async () => {
  await oathbed(words("--rig", "-"), { input: rigLines(30, [3, 2, 1, 4]) });
  const accepted = await oathbed(["fleet", "accept", folder.at("log.jsonl")]);
  expect(accepted.exitCode).toBe(1);
  expect(accepted.out).toContain("FT-1 and FT-3 are exchanged");
});

test("a person scans, taps and types; Ctrl-C keeps what is there, the same command goes on", async () => {
  const started = startOathbed(words(), { hasKeyboard: true });
  await started.says(/serial number: /);
  started.terminal.typeLine("FT-1");
  await started.says(/FT-1, code, Enter/);
  started.terminal.typeLine("");
  await started.says(/FT-1: change 1/);
  started.terminal.typeLine(codeOf(1, Date.now() / 1000));
  await started.says(/FT-1: its clock is/);
  const { exitCode, out } = await started.stop();
  expect(exitCode).toBe(130);
  expect(out).toContain("1 of 4 tokens read");
  const text = await readFile(folder.at("log.jsonl"), "utf8");
  expect(text).toContain('"by":"tap"');
  const end = JSON.parse(text.trimEnd().split("\n").at(-1) ?? "") as { why: string; at: number };
  expect(end.why).toBe("interrupted");
  expect(end.at).toBeGreaterThan(SET_AT);
  await folder.write("log.jsonl", text.slice(0, -10));
  const again = await oathbed(words("--rig", "-"), { input: "end\n" });
  expect(again.err).toMatch(/cut off[\s\S]*1 of 4 tokens are read/);
});

test("an intake that nobody feeds ends by itself", async () => {
  const started = startOathbed(words("--timeout", "0.05s"), { hasKeyboard: true });
  await started.says(/log: /);
  expect((await started.stop()).exitCode).not.toBe(4);
  expect(await readFile(folder.at("log.jsonl"), "utf8")).toContain("nothing came for 0.05 s");
});

test("the secrets may be in a state store, by their labels", async () => {
  const state = folder.at("s.db");
  expect((await oathbed(["admin", "import", secrets, "--state", state])).exitCode).toBe(0);
  const lot = ["intake", "--lot", "L", "--state", state, "--log", folder.at("l.jsonl")];
  const { out } = await oathbed([...lot, "--rig", "-", "--json"], { input: rigLines(1) });
  expect(JSON.parse(out)).toMatchObject({ tokens: 4, read: 4 });
});

test.each([
  ["no secrets", ["intake", "--lot", "L"], /secrets are needed/],
  ["two places of them", ["--state", "s.db"], /from one place/],
  ["a lot that is no name", ["--lot", "../x"], /given twice|--lot must be/],
  ["a reaction that is none", ["--reaction-ms", "600"], /two numbers/],
  ["a log of another lot", ["--log", "OTHER"], /is of the lot L-8/],
  ["a log that is none", ["--log", "NONE"], /is no log of an intake/],
])("refuses %s", async (_, more, message) => {
  const { format } = { format: '"format":"oathbed-intake-log","version":1' };
  const host = '{"state":"stated","ratePpm":0,"offsetSeconds":0,"text":"t"}';
  const start = `{"kind":"start",${format},"lot":"L-8","at":1,"tokens":1,"host":${host}}\n`;
  const files = {
    OTHER: await folder.write("other.jsonl", start),
    NONE: await folder.write("none.jsonl", "hello\n"),
  };
  const given = more.map((word) => files[word as keyof typeof files] ?? word);
  const own = more[0] === "intake" ? given : [...words().slice(0, -2), ...given];
  const ended = await oathbed(own, { input: "" });
  expect(ended.exitCode).toBe(2);
  expect(ended.err).toMatch(message);
});

test.each([
  ["--spec-ppm", "0"],
  ["--set-on", "yesterday"],
  ["--set-within-s", "-1"],
])("fleet accept refuses %s %s", async (option, value) => {
  await oathbed(words("--rig", "-"), { input: "end\n" });
  const log = folder.at("log.jsonl");
  const empty = await oathbed(["fleet", "accept", log]);
  expect([empty.exitCode, empty.err]).toEqual([5, expect.stringContaining("holds no reading")]);
  expect((await oathbed(["fleet", "accept", log, `${option}=${value}`])).exitCode).toBe(2);
});
