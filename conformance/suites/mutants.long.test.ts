// Every mutant against every case: minutes of work, so that it runs in .ci/run only.

import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { judgeModel, judgeServers, judgeTokens, mutantsText } from "./testing/mutants-table.ts";

test("the model server passes every case until it is broken", async () => {
  expect(await judgeModel()).toEqual([]);
});

test("every mutant is caught, by the cases that the table names", async () => {
  const [servers, tokens] = [await judgeServers(), await judgeTokens()];
  const survivors = [...servers, ...tokens].filter(({ caughtBy }) => caughtBy.length === 0);
  expect(survivors.map(({ name }) => name)).toEqual([]);
  expect(servers.length + tokens.length).toBeGreaterThanOrEqual(40);
  const committed = await readFile(new URL("../MUTANTS.md", import.meta.url), "utf8");
  expect(mutantsText(servers, tokens), "npm run mutants writes it").toBe(committed);
}, 300_000);
