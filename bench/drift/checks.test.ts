import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const TEXT = readFileSync(new URL("./CHECKS.md", import.meta.url), "utf8");

interface Row {
  readonly name: string;
  readonly held: readonly (readonly [path: string, title: string])[];
}

const ROWS: readonly Row[] = TEXT.split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (?:check|goal) /.test(line))
  .map((line) => {
    const cells = line.split(" | ");
    const named = (cells[2] ?? "").matchAll(/`([^`]+\.ts)`: (.+?)(?=; `| \|$|$)/g);
    return {
      name: (cells[0] ?? "").slice(2),
      held: [...named].map(([, path = "", title = ""]) => [path, title] as const),
    };
  });

test("each of the 32 checks is here once, with what holds it", () => {
  const checks = ROWS.filter(({ name }) => /^F\d+$/.test(name));
  expect(checks.map(({ name }) => name)).toEqual(
    Array.from({ length: 32 }, (_, at) => `F${at + 1}`),
  );
  for (const { name, held } of ROWS) expect(held.length, name).toBeGreaterThan(0);
});

test.each(ROWS)("$name: what holds it exists", ({ held }) => {
  for (const [path, title] of held) {
    const url = new URL(path, ROOT);
    expect(existsSync(url), path).toBe(true);
    expect(readFileSync(url, "utf8"), path).toContain(title);
  }
});

test("a title that no file has is found out", () => {
  const [first] = ROWS;
  const [path = ""] = first?.held[0] ?? [];
  expect(readFileSync(new URL(path, ROOT), "utf8")).not.toContain("no such title");
});
