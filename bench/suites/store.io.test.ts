import { afterEach, describe, expect, it, vi } from "vitest";
import { runBench } from "../run.ts";
import { POSTGRES_VARIABLE } from "./states.ts";

afterEach(() => vi.unstubAllEnvs());

describe("the suite of stores", () => {
  it("measures each durable store in groups against its goal, and says how it writes", async () => {
    vi.stubEnv(POSTGRES_VARIABLE, "");
    const result = await runBench({ suites: ["store"], sources: [], durationMs: 1 });
    const rows = result.measurements.map(({ subject, name }) => `${subject}: ${name}`);
    expect(rows).toEqual(
      ["memory", "sqlite"].flatMap((store) => [
        `${store}: record and audit row, one at a time`,
        `${store}: record and audit row, groups of 256`,
        `${store}: verify a right code, groups of 256`,
      ]),
    );
    const verify = result.measurements.at(-1);
    expect(verify?.goal).toEqual({ comparison: "at-least", value: 40_000 });
    expect(result.notes.join()).toContain("sqlite: write-ahead log, synchronous FULL");
    expect(result.absent.map(({ subject, reason }) => `${subject}: ${reason}`)).toEqual([
      "postgres: no server: set OATHBED_POSTGRES=postgres://user@host/database to measure one",
    ]);
  });
});
