import { describe, expect, it } from "vitest";
import { dataProblems, fileProblems, linkProblems, pathProblems } from "./manners.ts";

function judge(path: string, text: string): readonly string[] {
  return fileProblems({ path, text }, { "cli/long.ts": "a table" });
}

const HEAD = "// What it is.\n";

describe("the manners of a file", () => {
  it("let a file pass that keeps them", () => {
    expect(judge("cli/a.ts", `${HEAD}export const a = 1;\n`)).toEqual([]);
    expect(judge("scripts/a.sh", "#!/bin/sh\n# What it is.\n")).toEqual([]);
  });

  it("ask for a head that says what it is", () => {
    expect(judge("cli/a.ts", "export const a = 1;\n")).toHaveLength(1);
    expect(judge("scripts/a.sh", "#!/bin/sh\nset -e\n")).toHaveLength(1);
    expect(judge("cli/a.ts", "//\nexport const a = 1;\n")).toHaveLength(1);
  });

  it("allow 100 columns to a comment, and not 101", () => {
    expect(judge("cli/a.ts", `${HEAD}// ${"x".repeat(97)}\n`)).toEqual([]);
    expect(judge("cli/a.ts", `${HEAD}// ${"x".repeat(98)}\n`)).toEqual([
      "cli/a.ts:2: longer than 100 columns",
    ]);
  });

  it("allow 120 columns to code, which Biome breaks where it can", () => {
    const lines = (length: number): string => `${HEAD}  text: "${"x".repeat(length - 11)}",\n`;
    expect(judge("cli/a.ts", lines(120))).toEqual([]);
    expect(judge("cli/a.ts", lines(121))).toEqual(["cli/a.ts:2: longer than 120 columns"]);
  });

  it("allow 300 lines, and more to a file that is listed", () => {
    const text = HEAD + "x\n".repeat(299);
    expect(judge("cli/a.ts", text)).toEqual([]);
    expect(judge("cli/a.ts", `${text}x\n`)).toEqual([expect.stringContaining("301 lines")]);
    expect(judge("cli/long.ts", `${text}x\n`)).toEqual([]);
  });

  it.each([
    ["// TODO later", "a loose end"],
    ["const a = Math.random();", "chance comes from"],
    ["const a = Date.now();", "time comes from"],
    ["const a = performance.now();", "time comes from"],
    ["const a = new Date();", "time comes from"],
  ])("refuse %s", (line, problem) => {
    expect(judge("verifier/a.ts", `${HEAD}${line}\n`)).toEqual([
      expect.stringContaining(`verifier/a.ts:2: ${problem}`),
    ]);
  });

  it("let the system clock, benches and tests read the time", () => {
    for (const path of ["core/time/system-clock.ts", "bench/a.ts", "cli/a.io.test.ts"]) {
      expect(judge(path, `${HEAD}const a = performance.now();\n`)).toEqual([]);
    }
  });
});

describe("paths in texts", () => {
  const exists = (path: string): boolean => path === "cli/child.ts";
  const judgePaths = (text: string): readonly string[] =>
    pathProblems({ path: "cli/a.ts", text }, exists);

  it("may stand in imports and beside import.meta.url", () => {
    expect(judgePaths('import { a } from "./other.ts";')).toEqual([]);
    expect(judgePaths('export type { A } from "./other.ts";')).toEqual([]);
    expect(judgePaths('const a = await import("./other.ts");')).toEqual([]);
    expect(judgePaths('new Worker(new URL("./child.ts", import.meta.url));')).toEqual([]);
  });

  it("are refused elsewhere: they would be lost in dist", () => {
    expect(judgePaths('fork("./child.ts");')).toEqual([expect.stringContaining("lost in dist")]);
  });

  it("are refused when nothing is there", () => {
    expect(judgePaths('new URL("./gone.ts", import.meta.url)')).toEqual([
      "cli/a.ts: cli/gone.ts does not exist",
    ]);
  });
});

describe("data files", () => {
  const judgeData = (value: unknown): readonly string[] =>
    dataProblems({ path: "a.json", text: JSON.stringify(value) });
  const draft = "https://json-schema.org/draft/2020-12/schema";

  it("name a schema", () => {
    expect(judgeData({ $schema: "./a-schema.json" })).toEqual([]);
    expect(judgeData({})).toHaveLength(1);
    expect(judgeData([])).toHaveLength(1);
    expect(dataProblems({ path: "a.json", text: "{" })).toEqual(["a.json: is not JSON"]);
  });

  it("are closed when they are schemas", () => {
    expect(judgeData({ $schema: draft, type: "object", additionalProperties: false })).toEqual([]);
    expect(judgeData({ $schema: draft, type: "object" })).toHaveLength(1);
  });
});

describe("links of documents", () => {
  it("lead to files, from the document's folder", () => {
    const exists = (path: string): boolean => path === "README.md";
    const text = "[a](../README.md) [b](../README.md#start) [c](https://x.example) [d](#here)";
    expect(linkProblems({ path: "docs/a.md", text }, exists)).toEqual([]);
    expect(linkProblems({ path: "docs/a.md", text: "![e](gone.png)" }, exists)).toEqual([
      "docs/a.md: there is no gone.png",
    ]);
  });
});
