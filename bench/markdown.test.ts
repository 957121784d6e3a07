import { describe, expect, it } from "vitest";
import { performancePage } from "./markdown.ts";
import type { BenchResult } from "./run.ts";
import type { Measurement } from "./workload.ts";

const RATE = { suite: "verify", name: "wrong code", unit: "operations/s", slices: 9 } as const;
const RESULT: BenchResult = {
  version: 1,
  durationMs: 500,
  machine: { processor: "a processor", cores: 2, platform: "linux x64", node: "24", load: 0.1 },
  measurements: [
    { ...RATE, subject: "sha-ni", median: 9.8e6, low: 9e6, high: 10e6 },
    { ...RATE, subject: "oathbed-batch", median: 6e6, low: 5e6, high: 7e6 },
    {
      ...RATE,
      subject: "oathbed-batch",
      name: "wrong code: against sha-ni",
      unit: "times",
      median: 0.61,
      low: 0.55,
      high: 0.66,
      goal: { comparison: "at-least", value: 0.6 },
    },
    { ...RATE, suite: "timing", unit: "|t|", subject: "memory", median: 1.5, low: 1, high: 2 },
  ],
  absent: [{ suite: "verify", subject: "pyotp", name: "wrong code", reason: "pip install pyotp" }],
  notes: ["otplib 13.5.0: npm"],
  warnings: ["the machine was busy"],
};

describe("the page of a saved run", () => {
  const page = performancePage(RESULT);

  it("tells machine, goals, and the distance to the limit", () => {
    expect(page).toContain("- a processor, 2 cores, linux x64, Node 24\n");
    expect(page).toContain("1 of 1 are met in this run.");
    expect(page).toContain("| ≥ 0.6 times | met |");
    expect(page).toContain("| wrong code | oathbed-batch | sha-ni | 61 % | 55 % to 66 % |");
  });

  it("tells a goal that is missed within its spread from one that is missed", () => {
    const [ratio] = RESULT.measurements.filter(({ goal }) => goal !== undefined);
    const missed = { ...(ratio as Measurement), median: 0.58 };
    const pageOf = (one: Measurement) => performancePage({ ...RESULT, measurements: [one] });
    expect(pageOf(missed)).toContain("| ≥ 0.6 times | missed (spread reaches it: measure longer");
    expect(pageOf({ ...missed, high: 0.59 })).toContain("| ≥ 0.6 times | **missed** |");
  });

  it("has the figures of each suite, contenders of a race under each other", () => {
    expect(page).toMatch(/### wrong code\n\n.*\n.*\n\| sha-ni \| 9,800,000 operations\/s \|/);
    expect(page).toContain("| oathbed-batch ÷ sha-ni | 0.61 times |");
    expect(page).toContain("| memory | wrong code | 1.5 \\|t\\| |");
  });

  it("says what is missing and what to doubt", () => {
    expect(page).toContain("- verify pyotp: pip install pyotp\n");
    expect(page).toContain("- the machine was busy\n");
  });
});
