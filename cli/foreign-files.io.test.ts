// A file that is none of what a command asks for may hold a secret: no message quotes it.

import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { oathbed } from "./testing/oathbed.ts";
import { type Scratch, scratch } from "./testing/scratch.ts";

const SECRET = "JBSWY3DPEHPK3PXP";

let folder: Scratch;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder[Symbol.asyncDispose]());

type Words = (path: string) => readonly string[];
const AGAINST = "http://127.0.0.1:9";

test.each<[string, Words]>([
  ["a report", (path) => ["report", "diff", path, path]],
  ["a report that is shown", (path) => ["report", "show", path]],
  ["an inventory", (path) => ["conformance", "--device", "mine", "--inventory", path]],
  ["a server's template", (path) => ["conformance", "verifier", "--target", `http:${path}`]],
  ["a bench result", (path) => ["bench", "--compare", path]],
  ["a load's template", (path) => ["bench", "--against", AGAINST, "--template", path]],
  ["a clock", (path) => ["fleet", "simulate", "--clock", path]],
  ["accounts", (path) => ["serve", "--iam", "--state", folder.at("i.db"), "--config", path]],
  [
    "a token's state",
    (path) => ["token", "run", "--attach", "vpcd", "--profile", "canokey", "--state", path],
  ],
])("%s that is no JSON is refused by file, line and column", async (what, wordsOf) => {
  const path = await folder.write(`${what}.json`, `{\n  "key": ${SECRET}, "other": 1\n}\n`);
  const [command = "", ...words] = wordsOf(path);
  const tokens = what === "a load's template" ? ["--tokens", path] : [];
  const ended = await oathbed([command, ...words, ...tokens]);
  expect(ended).toMatchObject({ exitCode: 2, out: "" });
  expect(ended.err).toContain(path);
  expect(ended.err).toContain("not JSON at line 2, column 10: a value should stand there");
  refuseQuotes(ended.err);
});

test("a report in a folder is refused the same way", async () => {
  await mkdir(folder.at("run"));
  await folder.write("run/report.json", SECRET);
  const ended = await oathbed(["conformance", "--report", folder.at("run"), "--resume"]);
  expect(ended).toMatchObject({ exitCode: 2, out: "" });
  expect(ended.err).toContain("report.json: not JSON at line 1, column 1");
  refuseQuotes(ended.err);
});

test("a plug-in that is no module is refused by its place", async () => {
  const paths = [
    await folder.write("secret.js", SECRET),
    await folder.write("secret.mjs", `hello ${SECRET}`),
    await folder.write("secret.cjs", `\nhello ${SECRET}`),
    await folder.write("secret.ts", `\n\nhello ${SECRET}`),
  ];
  // In a process of its own: the test runner would load modules its own way.
  const loader = new URL("../conformance/plugin.ts", import.meta.url).href;
  const script = `const { loadPlugin } = await import(${JSON.stringify(loader)});
    for (const path of ${JSON.stringify(paths)}) {
      await loadPlugin(path).catch((e) => console.log(e.name, e.message, e.hint));
    }`;
  const words = ["--input-type=module", "--no-warnings", "-e", script];
  const { stdout } = await promisify(execFile)(process.execPath, words, { timeout: 30_000 });
  const places = [
    "ReferenceError at line 1, column 1",
    "SyntaxError",
    "SyntaxError at line 2, column 7",
    "SyntaxError at line 3, column 7",
  ];
  expect(stdout.trim().split("\n")).toEqual(
    paths.map((path, at) =>
      expect.stringMatching(
        `^PluginError ${path}: does not load: ${places[at]} .*node ${path} shows what is wrong`,
      ),
    ),
  );
  refuseQuotes(stdout);
});

test.each<[string, Words]>([
  ["intake", (path) => ["intake", "--lot", "a", "--log", folder.at("l"), "--secrets", path]],
  ["admin import", (path) => ["admin", "import", path, "--state", folder.at("state.db")]],
  ["drift analyze", (path) => ["drift", "analyze", path]],
  ["fleet replay", (path) => ["fleet", "replay", path]],
  ["fleet accept", (path) => ["fleet", "accept", path]],
  ["serve", (path) => ["serve", "--state", folder.at("w.db"), "--tokens-file", path]],
  ["enroll", (path) => ["enroll", "a", "--state", folder.at("s.db"), "--secret-file", path]],
])("%s does not quote a file that is nothing it knows", async (_what, wordsOf) => {
  const path = await folder.write("foreign.txt", `${SECRET} ${SECRET}1!\n{"a": ${SECRET}\n`);
  const [command = "", ...words] = wordsOf(path);
  const ended = await oathbed([command, ...words]);
  expect(ended.exitCode).toBe(2);
  expect(ended.err).toContain("error: ");
  refuseQuotes(ended.out + ended.err);
});

/** Four characters in a row are a leak. */
function refuseQuotes(text: string): void {
  for (let at = 0; at + 4 <= SECRET.length; at++) {
    expect(text).not.toContain(SECRET.slice(at, at + 4));
  }
}
