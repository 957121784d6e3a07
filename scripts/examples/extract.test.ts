import { describe, expect, it } from "vitest";
import { examplesOf, missingOf } from "./extract.ts";

function document(...lines: readonly string[]): string {
  return lines.join("\n");
}

describe("the examples of a document", () => {
  it("are the blocks marked to be run, with the line they begin on", () => {
    const text = document(
      "# Title",
      "```sh run",
      "oathbed --version",
      "```",
      "",
      "```ts run",
      "```",
    );
    expect(examplesOf(text)).toEqual([
      { language: "sh", code: "oathbed --version\n", exitCode: 0, prints: [], line: 3 },
      { language: "ts", code: "\n", exitCode: 0, prints: [], line: 7 },
    ]);
  });

  it("leave out blocks that are only shown", () => {
    expect(examplesOf(document("```sh", "npm ci", "```", "```", "text", "```"))).toEqual([]);
  });

  it("may end with another exit code", () => {
    const text = document("```sh run exit=3", "oathbed devices doctor", "```");
    expect(examplesOf(text)).toEqual([expect.objectContaining({ exitCode: 3 })]);
  });

  it.each(["sh run twice", "sh run exit=256", "py run", "run", "sh  run"])(
    "are refused when marked %s",
    (info) => {
      const text = document("", `\`\`\`${info}`, "x", "```");
      expect(() => examplesOf(text)).toThrow(/^line 2: /);
    },
  );

  it("are refused when a block has no end", () => {
    expect(() => examplesOf(document("```sh run", "x"))).toThrow("line 1: the block has no end");
  });

  it("say what they print, in order", () => {
    const text = document(
      "```sh run",
      "echo a # → a",
      "ls # no output",
      "echo b c d # → b ... d",
      "```",
    );
    const [example] = examplesOf(text);
    expect(example?.prints).toEqual(["a", "b ... d"]);
    const prints = example?.prints ?? [];
    expect(missingOf(prints, "x\na\nb c d\n")).toBeUndefined();
    expect(missingOf(prints, "b c d\na\n"), "in order").toBe("b ... d");
    expect(missingOf(prints, "a\nd c b\n")).toBe("b ... d");
  });
});
