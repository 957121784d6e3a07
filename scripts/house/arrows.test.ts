import { describe, expect, it } from "vitest";
import { arrowProblems } from "./arrows.ts";

const PACKAGES = ["yargs", "serialport"];

/** Problems of a tree of one file that imports one thing. */
function judge(path: string, ...lines: readonly string[]): readonly string[] {
  const coreFiles = path.startsWith("core/") && !path.endsWith(".test.ts") ? [path] : [];
  return arrowProblems([{ path, text: lines.join("\n") }], { coreFiles, packages: PACKAGES });
}

const ALLOWED = [
  ["core/oath/a.ts", "../time/clock.ts"],
  ["core/index.ts", "./oath/a.ts"],
  ["firmware-sim/a.ts", "../core/oath/a.ts"],
  ["firmware-sim/shell/a.ts", "../token.ts"],
  ["verifier/a.ts", "../core/drift/steps.ts"],
  ["devices/virtual.ts", "../firmware-sim/token.ts"],
  ["devices/rigs/a.ts", "../../firmware-sim/token.ts"],
  ["service/a.ts", "../verifier/verifier.ts"],
  ["service/page/web/a.tsx", "../contract.ts"],
  ["service/page/web/a.tsx", "preact"],
  ["conformance/targets/library.ts", "../../verifier/verifier.ts"],
  ["conformance/run/a.ts", "../../devices/subject.ts"],
  ["bench/a.ts", "../firmware-sim/token.ts"],
  ["cli/a.ts", "../conformance/runner.ts"],
  ["cli/a.ts", "../package.json"],
  ["scripts/a.ts", "../verifier/verifier.ts"],
  ["vitest.config.ts", "vitest/config"],
  ["firmware-sim/a.test.ts", "../verifier/verifier.ts"],
  ["devices/testing/contract.ts", "vitest"],
  ["firmware-sim/testing/host.ts", "../../devices/serial/driver.ts"],
] as const;

const FORBIDDEN = [
  ["core/time/a.ts", "../oath/a.ts", "core/time may not import core/oath"],
  ["core/drift/a.ts", "../wire/a.ts", "core/drift may not import core/wire"],
  ["core/wire/a.ts", "../../devices/device.ts", "core/wire may not import devices"],
  ["firmware-sim/a.ts", "../verifier/record.ts", "firmware-sim may not import verifier"],
  ["verifier/a.ts", "../firmware-sim/hotp.ts", "verifier may not import firmware-sim"],
  ["devices/serial.ts", "../firmware-sim/token.ts", "devices may not import firmware-sim"],
  ["devices/virtual.ts", "../verifier/record.ts", "devices may not import verifier"],
  ["service/a.ts", "../conformance/case.ts", "service may not import conformance"],
  ["service/page/web/a.tsx", "../serve.ts", "service/page/web may not import service"],
  ["service/page/web/a.tsx", "yargs", "yargs is not among the packages it is built of"],
  ["conformance/a.ts", "../verifier/verifier.ts", "conformance may not import verifier"],
  ["conformance/a.ts", "../firmware-sim/hotp.ts", "conformance may not import firmware-sim"],
  ["bench/a.ts", "../conformance/report.ts", "bench may not import conformance"],
  ["cli/a.ts", "../scripts/build.ts", "cli may not import scripts"],
  ["cli/a.ts", "../verifier/index.ts", "verifier/index.ts is for users"],
  ["cli/a.ts", "../verifier/a.test.ts", "verifier/a.test.ts is for tests"],
  ["cli/a.ts", "../devices/testing/contract.ts", "devices/testing/contract.ts is for tests"],
  ["cli/a.ts", "vitest", "vitest is not among the dependencies"],
  ["attic/a.ts", "../core/oath/a.ts", "attic is no room of the house"],
] as const;

describe("the arrows of the house", () => {
  it.each(ALLOWED)("let %s import %s", (path, specifier) => {
    expect(judge(path, `import { a } from "${specifier}";`)).toEqual([]);
  });

  it.each(FORBIDDEN)("keep %s from importing %s: %s", (path, specifier, problem) => {
    const found = judge(path, "", `import { a } from "${specifier}";`);
    expect(found).toEqual([expect.stringContaining(`${path}:2: ${problem}`)]);
  });

  it.each([
    'import type { A } from "../verifier/a.ts";',
    'export * from "../verifier/a.ts";',
    'export type { A } from "../verifier/a.ts";',
    'const a = await import("../verifier/a.ts");',
    'let a: import("../verifier/a.ts").A;',
  ])("hold for %s", (line) => {
    expect(judge("firmware-sim/a.ts", line)).toHaveLength(1);
  });

  it("let native packages load inside functions only", () => {
    expect(judge("devices/serial.ts", 'import { SerialPort } from "serialport";')).toHaveLength(1);
    expect(judge("devices/serial.ts", 'import type { SerialPort } from "serialport";')).toEqual([]);
    expect(judge("devices/serial.ts", 'const s = await import("serialport");')).toEqual([]);
  });

  it("refuse an import() that cannot be read", () => {
    expect(judge("devices/a.ts", "const a = await import(name);")).toEqual([
      "devices/a.ts:1: import() takes a literal text",
    ]);
  });
});

describe("core", () => {
  it("has no file that is not on its list, and the list no file that core has not", () => {
    const files = [{ path: "core/oath/new.ts", text: "" }];
    const problems = arrowProblems(files, { coreFiles: ["core/oath/old.ts"], packages: [] });
    expect(problems).toEqual([
      expect.stringContaining("core/oath/new.ts: is not in scripts/house/core-files.ts"),
      expect.stringContaining("core/oath/old.ts: is in scripts/house/core-files.ts and does not"),
    ]);
  });

  it("may have a folder whose files the list does not name", () => {
    const files = [{ path: "core/wire/ykoath/log.ts", text: "" }];
    const judgeList = (...coreFiles: readonly string[]): readonly string[] =>
      arrowProblems(files, { coreFiles, packages: [] });
    expect(judgeList("core/wire/ykoath/")).toEqual([]);
    expect(judgeList("core/wire/", "core/drift/")).toHaveLength(1);
    expect(judgeList("core/wire/ykoath/log")).toHaveLength(2);
  });

  it("has no circles, types included", () => {
    const files = [
      { path: "core/oath/a.ts", text: 'import type { B } from "./b.ts";' },
      { path: "core/oath/b.ts", text: 'export * from "./c.ts";' },
      { path: "core/oath/c.ts", text: 'import { a } from "./a.ts";' },
    ];
    const coreFiles = files.map(({ path }) => path);
    expect(arrowProblems(files, { coreFiles, packages: [] })).toEqual([
      "core/oath/a.ts: a circle: " +
        "core/oath/a.ts -> core/oath/b.ts -> core/oath/c.ts -> core/oath/a.ts",
    ]);
  });
});
