import { describe, expect, it } from "vitest";
import { importsOf, packageOf, resolveImport } from "./imports.ts";

function read(source: string): readonly string[] {
  return importsOf(source).map(({ kind, specifier, line }) => `${line} ${kind} ${specifier}`);
}

describe("reading imports", () => {
  it("reads each form of an import", () => {
    const source = [
      'import "node:fs";',
      'import { a, type B } from "./a.ts";',
      'import type { C } from "./c.ts";',
      'import * as d from "d";',
      'import e from "./e.json" with { type: "json" };',
    ].join("\n");
    expect(read(source)).toEqual([
      "1 value node:fs",
      "2 value ./a.ts",
      "3 type ./c.ts",
      "4 value d",
      "5 value ./e.json",
    ]);
  });

  it("reads re-exports", () => {
    const source = [
      'export * from "./a.ts";',
      'export { b } from "./b.ts";',
      'export type { C } from "./c.ts";',
    ].join("\n");
    expect(read(source)).toEqual(["1 value ./a.ts", "2 value ./b.ts", "3 type ./c.ts"]);
  });

  it("reads an import over several lines, at its first", () => {
    expect(read('\nimport {\n  a,\n  b,\n} from "./a.ts";\n')).toEqual(["2 value ./a.ts"]);
  });

  it("tells import() from an import type, and from a computed one", () => {
    const source = [
      'const a = await import("a");',
      'function f(): Promise<typeof import("b")> {}',
      'let c: import("c").C;',
      "const d = await import(name);",
    ].join("\n");
    expect(read(source)).toEqual(["1 dynamic a", "2 type b", "3 type c", "4 computed "]);
  });

  it("passes over comments, import.meta and words that look like it", () => {
    const source = [
      '// import { a } from "./a.ts";',
      '/* import { a } from "./a.ts"; */',
      " * import { a } from './a.ts';",
      'const text = "from here";',
      "export const b = import.meta.url;",
      'const important = ("x");',
    ].join("\n");
    expect(read(source)).toEqual([]);
  });
});

describe("what a specifier means", () => {
  it.each([
    ["core/oath/codes.ts", "./base32.ts", "core/oath/base32.ts"],
    ["core/oath/codes.ts", "../time/clock.ts", "core/time/clock.ts"],
    ["cli/a/b.ts", "../../verifier/verifier.ts", "verifier/verifier.ts"],
    ["cli/a.ts", "../../elsewhere.ts", undefined],
    ["cli/a.ts", "node:fs", undefined],
    ["cli/a.ts", "yargs", undefined],
  ])("in %s, %s is %s", (file, specifier, target) => {
    expect(resolveImport(file, specifier)).toBe(target);
  });

  it.each([
    ["ajv/dist/2020.js", "ajv"],
    ["@noble/hashes/sha1", "@noble/hashes"],
    ["node:fs", undefined],
    ["./a.ts", undefined],
  ])("%s is of package %s", (specifier, name) => {
    expect(packageOf(specifier)).toBe(name);
  });
});
