import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CONTENDERS, type Contender } from "./list.ts";
import type { Found } from "./native.ts";
import { type Race, runRace } from "./race.ts";

const RACE: Race = {
  suite: "verify",
  name: "right code",
  work: { algorithm: "SHA1", window: 1, codes: "right" },
  entrants: ["oathbed-batch", "createHmac", "liboath", "openssl"],
  ratios: [
    { subject: "oathbed-batch", against: "createHmac" },
    { subject: "oathbed-batch", against: "liboath" },
  ],
};

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "oathbed-race-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const real = CONTENDERS.filter(({ name }) => name === "oathbed-batch" || name === "createHmac");
const fake = (name: Contender["name"], found: Found): Contender => ({
  name,
  about: "",
  refuses: () => null,
  find: async () => found,
});
const program = (text: string): Found => ({
  kind: "found",
  command: { program: process.execPath, args: ["-e", text] },
});
const ANSWERS = "process.stdin.on('data', (line) => console.log('1000', ANSWER(Number(line))))";
const answering = (answer: string): Found =>
  program(`console.log("ready 1"); ${ANSWERS.replace("ANSWER", answer)}`);

describe("a race", () => {
  it("gives the rate of each contender, and ratios round by round", async () => {
    const absent = fake("liboath", { kind: "absent", reason: "not here" });
    const mute = fake("openssl", program("console.error('no such library')"));
    const contenders = [...real, absent, mute];
    const { measured, ...rest } = await runRace(RACE, { durationMs: 3, folder, contenders });
    expect(measured.map(({ subject, name, unit }) => [subject, name, unit])).toEqual([
      ["oathbed-batch", "right code", "operations/s"],
      ["createHmac", "right code", "operations/s"],
      ["oathbed-batch", "right code: against createHmac", "times"],
    ]);
    for (const { low, median, high, slices } of measured) {
      expect(low).toBeGreaterThan(0);
      expect(median).toBeLessThanOrEqual(high);
      expect(slices).toBe(3);
    }
    expect(rest.absent.map(({ subject, reason }) => [subject, reason])).toEqual([
      ["liboath", "not here"],
      ["openssl", "no such library"],
    ]);
    expect([...rest.versions.keys()]).toEqual(["oathbed-batch", "createHmac"]);
  });

  it("is void when a contender judges wrongly", async () => {
    const wrong = fake("createHmac", answering("((count) => count - 1)"));
    const options = { durationMs: 3, folder, contenders: [wrong] };
    await expect(runRace(RACE, options)).rejects.toThrow(/createHmac took 63 of 64 right codes/);
  });

  it("ends with what a contender said that broke down", async () => {
    const text = 'console.log("ready"); process.stdin.on("data", () => { throw Error("ouch"); })';
    const broken = fake("createHmac", program(text));
    const options = { durationMs: 3, folder, contenders: [broken] };
    await expect(runRace(RACE, options)).rejects.toThrow(/Node\.js v24/);
  });

  it("stops when it is aborted", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(runRace(RACE, { durationMs: 3, folder, signal })).rejects.toThrow("enough");
  });
});
