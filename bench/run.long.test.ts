import { describe, expect, it } from "vitest";
import { DeviceError } from "../devices/errors.ts";
import { openVirtualSubject } from "../devices/rigs/virtual-subject.ts";
import type { SubjectOptions } from "../devices/subject.ts";
import { thisMachine } from "./machine.ts";
import { type BenchResult, figuresOf, formatBench, runBench } from "./run.ts";
import type { BenchSource } from "./suites/suite.ts";
import { BENCH_SUITES, type BenchSuite } from "./workload.ts";

const virtual: BenchSource = token("virtual", {});
const missing: BenchSource = {
  name: "serial:emulated",
  driver: "serial",
  open: async () => {
    throw new DeviceError("not-found", "no such port", { hint: "plug it in" });
  },
};

function token(name: string, given: SubjectOptions): BenchSource {
  return {
    name,
    driver: "virtual",
    open: async (options) => openVirtualSubject(name, "software", { ...given, ...options }),
  };
}

/** Those with tests of their own are not measured twice. */
const TRIED_ALONE: readonly BenchSuite[] = ["store", "service", "timing", "policies", "end-to-end"];
const SUITES = BENCH_SUITES.filter((suite) => !TRIED_ALONE.includes(suite));

describe("the bench", () => {
  it("measures every suite, and prints each figure", { timeout: 60_000 }, async () => {
    const seen: string[] = [];
    const result = await runBench({
      suites: SUITES,
      sources: [virtual],
      contenders: [],
      durationMs: 1,
      onProgress: (what) => seen.push(what),
    });
    expect([...new Set(result.measurements.map(({ suite }) => suite))]).toEqual(SUITES);
    expect(seen.length).toBeGreaterThan(SUITES.length);
    for (const { median, low, high } of result.measurements) {
      expect(low).toBeGreaterThan(0);
      expect(median).toBeGreaterThanOrEqual(low);
      expect(median).toBeLessThanOrEqual(high);
    }
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
    const text = formatBench(result);
    for (const { name } of result.measurements) expect(text).toContain(name);
    expect(text).toContain("note: sqlite: write-ahead log, synchronous FULL");
  });

  it("names a token that is not there, and measures the others", async () => {
    const sources = [missing, virtual];
    const result = await runBench({ suites: ["drivers", "year"], sources, durationMs: 1 });
    const rows = result.measurements.map(
      ({ suite, subject, unit }) => `${suite} ${subject} ${unit}`,
    );
    expect(rows).toEqual([
      "drivers virtual ms",
      "drivers virtual ms",
      "drivers virtual operations/s",
      "year virtual ms",
    ]);
    expect(result.absent.map(({ suite, subject, reason }) => [suite, subject, reason])).toEqual([
      ["drivers", "serial:emulated", "no such port; plug it in"],
      ["year", "serial:emulated", "no such port"],
    ]);
  });

  it("does not press buttons", async () => {
    const sources = [token("virtual", { pressToShow: true })];
    const { absent } = await runBench({ suites: ["drivers", "year"], sources, durationMs: 1 });
    expect(absent.map(({ reason }) => reason)).toEqual([
      "shows codes only after its button",
      "shows codes only after its button",
    ]);
  });

  it("lives a simulated year of weekly logins in less than 50 ms", async () => {
    const sources = [virtual, token("drifting-clock", { clockName: "drifting" })];
    const { measurements } = await runBench({ suites: ["year"], sources, durationMs: 20 });
    expect(measurements.map(({ subject }) => subject)).toEqual(["virtual", "drifting-clock"]);
    for (const { median } of measurements) expect(median).toBeLessThan(50);
  });

  it("stops when it is aborted, and says why", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(runBench({ suites: ["codes"], signal })).rejects.toThrow("enough");
  });
});

describe("the figures of a result", () => {
  it("have the form of a report", () => {
    const result: BenchResult = {
      version: 1,
      durationMs: 1,
      measurements: [
        {
          suite: "drivers",
          subject: "virtual",
          name: "read",
          unit: "operations/s",
          median: 2,
          low: 1,
          high: 3,
          slices: 4,
        },
      ],
      machine: thisMachine(),
      absent: [],
      notes: [],
      warnings: [],
    };
    expect(figuresOf(result)).toEqual([
      {
        subject: "virtual",
        name: "drivers: read",
        median: 2,
        unit: "operations/s",
        low: 1,
        high: 3,
      },
    ]);
  });
});
