import { expect, test } from "vitest";
import { CLOCK_NAMES } from "../../firmware-sim/oscillators/clocks.ts";
import { oathbed } from "../testing/oathbed.ts";
import { scratch } from "../testing/scratch.ts";

test("lists every named clock with how far it walks", async () => {
  const { exitCode, out } = await oathbed(["clock", "list"]);
  expect(exitCode).toBe(0);
  for (const name of CLOCK_NAMES) expect(out).toContain(`${name} `);
  expect(out).toMatch(/xtal-token {2,}-1\.\d+ s to 0\.\d+ s {2,}-2\d\d s to 2\d\d s/);
});

test("each field that is shown can be changed by its name", async () => {
  for (const name of CLOCK_NAMES) {
    const { out } = await oathbed(["clock", "show", name]);
    const rows = [...out.matchAll(/^([a-z-]+\.[\w.]+) +(\S+)$/gm)];
    const changes = rows.map(([, field, value]) => `${field}=${value}`);
    const { exitCode, err } = await oathbed(["clock", "show", [name, ...changes].join(), "--json"]);
    expect(`${name} ${exitCode} ${err}`).toBe(`${name} 0 `);
    expect(rows.length).toBeGreaterThan(name === "perfect" ? -1 : 3);
  }
});

test("a clock printed as JSON is a file for --clock", async () => {
  await using folder = await scratch();
  const { out } = await oathbed(["clock", "show", "tcxo-token,cycle.2.ppm=0.5", "--json"]);
  const path = await folder.write("mine.json", out);
  const shown = await oathbed(["clock", "show", path]);
  expect(shown.out).toMatch(/cycle\.2\.ppm +0\.5\n/);
  expect(shown.out).toContain("DS3231");
});

test("an unknown clock is refused with those there are", async () => {
  const { exitCode, err } = await oathbed(["clock", "show", "sundial"]);
  expect(exitCode).toBe(2);
  expect(err).toMatch(/there is no clock "sundial"; there are perfect, xtal-token/);
});
