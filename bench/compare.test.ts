import { describe, expect, it } from "vitest";
import { compareResults, formatComparison } from "./compare.ts";
import type { BenchResult } from "./run.ts";
import type { Measurement } from "./workload.ts";

const MACHINE = { processor: "p", cores: 2, platform: "linux x64", node: "24", load: 0 };

function figure(given: Partial<Measurement>): Measurement {
  return {
    suite: "verify",
    subject: "oathbed-batch",
    name: "wrong code",
    unit: "operations/s",
    median: 100,
    low: 95,
    high: 105,
    slices: 9,
    ...given,
  };
}

function result(...measurements: readonly Measurement[]): BenchResult {
  return {
    version: 1,
    durationMs: 1,
    machine: MACHINE,
    measurements,
    absent: [],
    notes: [],
    warnings: [],
  };
}

describe("two results", () => {
  it.each([
    ["a median within the old spread", { median: 104, low: 103, high: 106 }, "no change"],
    ["an old median within the spread", { median: 110, low: 99, high: 120 }, "no change"],
    [
      "a change that no run can tell from the next",
      { median: 101, low: 101, high: 101 },
      "no change",
    ],
    ["what was measured once", { median: 94, low: 94, high: 94, slices: 1 }, "no change"],
    [
      "what was measured once and is far off",
      { median: 80, low: 80, high: 80, slices: 1 },
      "worse: -20 %",
    ],
    ["a faster one", { median: 150, low: 140, high: 160 }, "better: +50 %"],
    ["a slower one", { median: 50, low: 45, high: 60 }, "worse: -50 %"],
  ])("tell %s", (_, now, expected) => {
    const text = formatComparison(result(figure({})), result(figure(now)));
    expect(text.split("\n")[1]?.trimEnd().endsWith(expected)).toBe(true);
  });

  it("know that less time, and less memory, is better", () => {
    for (const unit of ["ms", "bytes"] as const) {
      const before = result(figure({ unit }));
      const after = result(figure({ unit, median: 10, low: 9, high: 11 }));
      expect(compareResults(before, after)[0]?.change).toEqual({ kind: "better", share: -0.9 });
    }
  });

  it("tell what is new and what is gone", () => {
    const before = result(figure({ subject: "old" }));
    const after = result(figure({ subject: "new" }));
    const kinds = compareResults(before, after).map(({ change }) => change.kind);
    expect(kinds).toEqual(["new", "gone"]);
  });

  it("take the goal's word for what is good, and what is counted as it is", () => {
    const goal = { comparison: "at-most", value: 2 } as const;
    const counted = { unit: "per 1,000", goal, median: 0, low: 0, high: 0 } as const;
    const more = { ...counted, median: 0.5, low: 0.5, high: 0.5 };
    const [row] = compareResults(result(figure(counted)), result(figure(more)));
    expect(row?.change).toEqual({ kind: "worse", share: null });
  });

  it("name suites that one of them lacks, and count what changed", () => {
    const before = result(figure({}), figure({ suite: "store" }), figure({ subject: "other" }));
    const after = result(figure({ median: 150, low: 140, high: 160 }), figure({ suite: "codes" }));
    const text = formatComparison(before, after);
    expect(text).not.toMatch(/^(?:store|codes) /m);
    expect(text).toContain("\n1 better, 1 only in the saved run\n");
    expect(text).toContain("\nonly in the saved run: suite store\n");
    expect(text).toContain("\nnot in the saved run: suite codes\n");
  });

  it("warn when one was measured on a busy machine, or longer", () => {
    const busy = { ...result(figure({})), machine: { ...MACHINE, load: 2 }, durationMs: 500 };
    const text = formatComparison(busy, result(figure({})));
    expect(text).toContain("kept the machine busy in the saved run");
    expect(text).toContain("took 500 ms for each figure, this one 1");
  });

  it("warn when the machines differ", () => {
    const other = { ...result(figure({})), machine: { ...MACHINE, cores: 8 } };
    expect(formatComparison(result(figure({})), other)).toContain("compare ratios (times) alone");
    expect(formatComparison(result(figure({})), result(figure({})))).not.toContain("warning");
  });
});
