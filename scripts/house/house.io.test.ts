// The rules of the house, held against the repository as it is.

import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { arrowProblems } from "./arrows.ts";
import { CORE_FILES } from "./core-files.ts";
import { LONG_FILES } from "./long-files.ts";
import { dataProblems, fileProblems, linkProblems, MAX_LINES, pathProblems } from "./manners.ts";
import { filesEndingIn, packageFile, ROOT } from "./tree.ts";

const sources = filesEndingIn(".ts", ".tsx");
const isGenerated = (path: string): boolean => path.endsWith(".gen.ts");
const exists = (path: string): boolean => existsSync(`${ROOT}/${path}`);
const isTest = (path: string): boolean => path.endsWith(".test.ts");

describe("the house", () => {
  it("has the files that these checks are about", () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.some(({ path }) => path === "scripts/house/house.io.test.ts")).toBe(true);
  });

  it("keeps its arrows", () => {
    const { dependencies, optionalDependencies } = packageFile();
    const packages = Object.keys({ ...dependencies, ...optionalDependencies });
    expect(arrowProblems(sources, { coreFiles: CORE_FILES, packages })).toEqual([]);
  });

  it("keeps its manners in every source file", () => {
    const files = [...sources, ...filesEndingIn(".sh", ".js", ".ci/run")];
    // A test file is named by what it tests: its head is its first describe().
    const problems = files
      .filter(({ path }) => !isGenerated(path))
      .flatMap((file) => fileProblems(file, LONG_FILES))
      .filter((problem) => !problem.includes(".test.ts:1: begins with"));
    expect(problems).toEqual([]);
  });

  it("lists no long file that is short again", () => {
    const short = Object.keys(LONG_FILES).filter((path) => {
      const file = sources.find((source) => source.path === path);
      return file === undefined || file.text.split("\n").length - 1 <= MAX_LINES;
    });
    expect(short).toEqual([]);
  });

  it("names its own files so that the build finds them", () => {
    const judged = sources.filter(({ path }) => !isTest(path) && !path.startsWith("scripts/"));
    expect(judged.flatMap((file) => pathProblems(file, exists))).toEqual([]);
  });

  it("has a schema for its data", () => {
    const isConfig = /(?:^|\/)(?:tsconfig(?:\.\w+)?|package|package-lock)\.json$/;
    const data = filesEndingIn(".json").filter(({ path }) => !isConfig.test(path));
    expect(data.flatMap(dataProblems)).toEqual([]);
  });

  it("has no link in its documents that leads nowhere", () => {
    expect(filesEndingIn(".md").flatMap((file) => linkProblems(file, exists))).toEqual([]);
  });

  it("pins every package to one version", () => {
    const { dependencies, devDependencies, optionalDependencies } = packageFile();
    const ranges = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
      .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
      .map(([name, version]) => `${name} ${version}`);
    expect(ranges).toEqual([]);
  });

  it("exports the faces of its rooms", () => {
    const { exports } = packageFile();
    const faces = sources
      .map(({ path }) => /^([a-z-]+)\/index\.ts$/.exec(path)?.[1])
      .filter((room) => room !== undefined);
    const missing = faces.filter((room) => {
      const entry = exports[`./${room}`];
      return typeof entry !== "object" || entry.default !== `./dist/${room}/index.js`;
    });
    expect(missing).toEqual([]);
  });
});
