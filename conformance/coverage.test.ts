import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SUITES } from "./suites/index.ts";

const TEXT = readFileSync(new URL("./COVERAGE.md", import.meta.url), "utf8");
const CASES = SUITES.flatMap(({ cases }) => cases);
const NAMED = new Set(
  [
    ...TEXT.matchAll(
      /`((?:rfc4226|rfc6238|enrollment|operations|driver-contract|ykoath)\/[^`]*)`/g,
    ),
  ].map(([, id]) => id ?? ""),
);

/** Cells of the tables' rows, headings left out. */
function rows(columns: number): readonly (readonly string[])[] {
  return TEXT.split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| §") && !line.startsWith("| row"))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter((cells) => cells.length === columns);
}

test("every case it names exists", () => {
  const ids = new Set(CASES.map(({ id }) => id));
  expect([...NAMED].filter((id) => !ids.has(id))).toEqual([]);
});

test("every case of the two RFCs' suites stands beside a sentence", () => {
  const ids = CASES.map(({ id }) => id).filter((id) => id.startsWith("rfc"));
  expect(ids.filter((id) => !NAMED.has(id))).toEqual([]);
});

test("every sentence has a case, or a reason why it has none", () => {
  expect(rows(3).length).toBeGreaterThan(50);
  for (const [section, sentence, judged] of rows(3)) {
    expect(judged, `§${section} ${sentence}`).toMatch(/`rfc|`enrollment|Not judged: .{10}/);
  }
});

const ROWS = Object.entries({ F: 18, E: 10, W: 10, R: 19, D: 15, S: 16, H: 8, T: 14 }).flatMap(
  ([letter, count]) =>
    Array.from({ length: count }, (_, at) => `${letter}${String(at + 1).padStart(2, "0")}`),
);

test("every row of the catalogue is a case's alias, or is listed with a reason", () => {
  const aliases = new Set(CASES.flatMap(({ aliases: own = [] }) => own));
  const excused = rows(2).map(([row]) => row ?? "");
  for (const row of ROWS) {
    expect(aliases.has(row) !== excused.includes(row), row).toBe(true);
  }
  expect([...aliases, ...excused].filter((row) => !ROWS.includes(row))).toEqual([]);
});
