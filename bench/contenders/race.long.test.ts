import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CONTENDER_NAMES } from "./list.ts";
import { runRace } from "./race.ts";
import { RACES } from "./races.ts";

// About ten seconds: every contender compiles, starts and judges rightly, or says what is missing.
test.each(RACES)("every contender judges or is absent with its reason: $name", async (race) => {
  const folder = await mkdtemp(join(tmpdir(), "oathbed-race-"));
  try {
    const { measured, absent } = await runRace(race, { durationMs: 3, folder });
    const seen = [...measured, ...absent].map(({ subject }) => subject);
    expect(new Set(seen)).toEqual(new Set(race.entrants));
    for (const { reason } of absent) expect(reason).toMatch(/install|not there|compile|SHA/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("every contender races somewhere", () => {
  const entrants = new Set(RACES.flatMap((race) => race.entrants));
  expect([...entrants].toSorted()).toEqual([...CONTENDER_NAMES].toSorted());
});
