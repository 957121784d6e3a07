import { describe, expect, it } from "vitest";
import { withBuiltPaths } from "./built-paths.ts";

describe("paths in the build", () => {
  it("of workers and children get the ending they have in dist", () => {
    expect(withBuiltPaths('new Worker(new URL("./child.ts", import.meta.url))')).toBe(
      'new Worker(new URL("./child.js", import.meta.url))',
    );
    expect(withBuiltPaths("new URL(\n  '../a/b.ts',\n  import.meta.url,\n)")).toBe(
      "new URL(\n  '../a/b.js',\n  import.meta.url,\n)",
    );
  });

  it.each([
    'new URL("./page.html", import.meta.url)',
    'new URL("./child.ts", base)',
    'const name = "./child.ts";',
    'import { a } from "./child.ts";',
  ])("leave %s alone", (text) => {
    expect(withBuiltPaths(text)).toBe(text);
  });
});
