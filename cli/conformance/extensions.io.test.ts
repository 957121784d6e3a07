// Modules of other people, and runs that take up earlier ones: through files.

import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Report } from "../../conformance/report.ts";
import { oathbed } from "../testing/oathbed.ts";
import { type Scratch, scratch } from "../testing/scratch.ts";

let folder: Scratch;
beforeAll(async () => {
  folder = await scratch();
});
afterAll(() => folder[Symbol.asyncDispose]());

const CASE = (name: string, holds: string) => `{
  id: "mine/1/${name}", title: "it is", level: "MUST", subject: "token", needs: [],
  requirement: { text: "It is.", source: "mine" },
  run: async (t) => t.holds("it", ${holds}),
}`;

function suiteText(...cases: readonly string[]): string {
  return `export const suite = { name: "mine", title: "Mine", cases: [${cases.join(", ")}] };\n`;
}

async function reportAt(path: string): Promise<Report> {
  return JSON.parse(await readFile(folder.at(path), "utf8")) as Report;
}

test("a suite outside runs by its path, and the command to repeat a case names it", async () => {
  const path = await folder.write(
    "suite.mjs",
    suiteText(CASE("good", "true"), CASE("bad", "false")),
  );
  const ended = await oathbed(["conformance", "--suite", path, "--device", "virtual", "--json"]);
  expect(ended.exitCode).toBe(1);
  const { results } = JSON.parse(ended.out) as Report;
  expect(results.map(({ id, status }) => [id, status])).toEqual([
    ["mine/1/good", "pass"],
    ["mine/1/bad", "fail"],
  ]);
  const [, ...words] = (results[1]?.repeat ?? "").split(" ");
  expect((await oathbed(words)).out).toContain("mine/1/bad on virtual");
});

test("what failed is judged again until nothing does", async () => {
  const flaky = `(globalThis.mineRuns = (globalThis.mineRuns ?? 0) + 1) > 1`;
  const path = await folder.write("flaky.mjs", suiteText(CASE("good", "true"), CASE("bad", flaky)));
  const words = ["conformance", "--suite", path, "--device", "virtual"];
  const report = ["--report", folder.at("flaky")];
  expect((await oathbed([...words, ...report])).exitCode).toBe(1);
  expect((await oathbed([...words, ...report, "--last-failed"])).exitCode).toBe(0);
  expect((await reportAt("flaky/report.json")).results.map(({ id }) => id)).toEqual(["mine/1/bad"]);
  const none = await oathbed([...words, ...report, "--last-failed"]);
  expect(none).toMatchObject({ exitCode: 2 });
  expect(none.err).toContain("nothing failed in the run before");
});

test("a run that was cut off goes on where it stopped, with its random seed", async () => {
  const path = await folder.write("whole.mjs", suiteText(CASE("a", "true"), CASE("b", "true")));
  const words = ["conformance", "--suite", path, "--device", "virtual"];
  const report = ["--report", folder.at("cut")];
  await oathbed([...words, ...report]);
  const whole = await reportAt("cut/report.json");
  const cut = { ...whole, complete: false, results: whole.results.slice(0, 1) };
  await folder.write("cut/report.json", JSON.stringify(cut));
  expect((await oathbed([...words, ...report, "--resume"])).exitCode).toBe(0);
  const resumed = await reportAt("cut/report.json");
  expect(resumed).toMatchObject({ complete: true, randomSeed: whole.randomSeed });
  expect(resumed.results.map(({ id }) => id)).toEqual(["mine/1/a", "mine/1/b"]);
  expect(resumed.results[0]?.durationMs, "not run again").toBe(whole.results[0]?.durationMs);
  const again = await oathbed([...words, ...report, "--resume"]);
  expect(again).toMatchObject({ exitCode: 2 });
  expect(again.err).toContain("the run before came to its end");
});

test("shards of a run merge to the run, and two runs can be compared", async () => {
  const path = await folder.write("parts.mjs", suiteText(CASE("a", "true"), CASE("b", "true")));
  const words = ["conformance", "--suite", path, "--device", "virtual", "--random-seed", "7"];
  for (const part of ["1", "2"]) {
    await oathbed([...words, "--shard", `${part}/2`, "--report", folder.at(`part-${part}`)]);
  }
  const parts = [folder.at("part-1"), folder.at("part-2")];
  const merged = await oathbed(["report", "merge", ...parts, "--report", folder.at("merged")]);
  expect(merged.exitCode).toBe(0);
  expect((await reportAt("merged/report.json")).results).toHaveLength(2);
  const diff = await oathbed(["report", "diff", folder.at("part-1"), folder.at("merged")]);
  expect(diff.exitCode).toBe(0);
  expect(diff.out).toContain("Not worse: 1 new, 1 case as before.");
});

test("several reports are written at once, each where it is wanted", async () => {
  const path = await folder.write("forms.mjs", suiteText(CASE("a", "true")));
  const files = ["json=x/one.json", "junit=two.xml", "html=three.html"].map((text) =>
    text.replace("=", `=${folder.path}/`),
  );
  const words = ["conformance", "--suite", path, "--device", "virtual"];
  const ended = await oathbed([...words, ...files.flatMap((file) => ["--write", file])]);
  expect(ended.exitCode).toBe(0);
  expect(await reportAt("x/one.json")).toMatchObject({ complete: true });
  expect(await readFile(folder.at("two.xml"), "utf8")).toContain("<testsuites");
  expect(await readFile(folder.at("three.html"), "utf8")).toContain("<html");
  const wrong = await oathbed([...words, "--write", "pdf=out.pdf"]);
  expect(wrong).toMatchObject({ exitCode: 2, out: "" });
});

test.each([
  ["no module", "there is none", "does not load"],
  ["no export", "export const other = 1;", "has no export `suite`"],
  ["no cases", 'export const suite = { name: "mine", title: "t" };', "suites[0].cases is no array"],
  [
    "an id of another suite",
    suiteText(CASE("a", "true").replace("mine/1/a", "other/1/a")),
    'cases[0].id is "other/1/a"',
  ],
  [
    "a level nobody knows",
    suiteText(CASE("a", "true").replace("MUST", "OUGHT")),
    "cases[0].level is none",
  ],
  ["a name that is taken", suiteText().replace('"mine"', '"rfc6238"'), "of this name already"],
])("a suite with %s is refused by the field", async (name, text, message) => {
  const path = await folder.write(`${name.replaceAll(" ", "-")}.mjs`, text);
  const ended = await oathbed(["conformance", "--suite", path, "--device", "virtual"]);
  expect(ended).toMatchObject({ exitCode: 2, out: "" });
  expect(ended.err).toContain(message);
});
