import { describe, expect, it } from "vitest";
import { benchPage } from "./page.ts";
import { parseResult, resultJson } from "./result-file.ts";
import type { BenchResult } from "./run.ts";
import type { Measurement } from "./workload.ts";

const RATE = { suite: "verify", name: "wrong code", unit: "operations/s", slices: 9 } as const;
const RESULT: BenchResult = {
  version: 1,
  durationMs: 500,
  machine: { processor: "<p>", cores: 2, platform: "linux x64", node: "24", load: 0 },
  measurements: [
    { ...RATE, subject: "otplib", median: 40_000, low: 30_000, high: 50_000 },
    { ...RATE, subject: "oathbed-batch", median: 6e6, low: 5e6, high: 7e6 },
    {
      ...RATE,
      subject: "oathbed-batch",
      name: "wrong code: against otplib",
      unit: "times",
      median: 150,
      low: 140,
      high: 160,
      goal: { comparison: "at-least", value: 200 },
    },
  ],
  absent: [{ suite: "verify", subject: "pyotp", name: "wrong code", reason: "pip install pyotp" }],
  notes: ["otplib 13.5.0"],
  warnings: ["the machine was busy"],
};

describe("the page of a result", () => {
  const page = benchPage(RESULT);

  it("has a bar with its spread for each figure, and goals", () => {
    expect(page.match(/<div class="bar">/g)).toHaveLength(3);
    expect(page).toContain('<i style="width:100.0%"></i>'.replace("100.0", "97.3"));
    expect(page).toContain("oathbed-batch ÷ otplib");
    expect(page).toContain('<span class="goal out">≥ 200 times: MISSED</span>');
    expect(page).toContain('<u style="left:100.0%"></u>');
    expect(page).toMatch(
      /Goals missed.*against otplib: 150 times \(140 to 160\); <span class="out">/,
    );
    expect(page).toContain("0 of 1 goals met");
    expect(page).toContain("scale is logarithmic");
  });

  it("draws no spread of what was measured once, and doubts a goal its spread reaches", () => {
    const [rate, , ratio] = RESULT.measurements as [Measurement, Measurement, Measurement];
    const measurements = [
      { ...rate, slices: 1 },
      { ...ratio, high: 210 },
    ];
    const other = benchPage({ ...RESULT, measurements });
    expect(other.match(/<b style=/g)).toHaveLength(1);
    expect(other).toContain('<span class="goal undecided">≥ 200 times: missed (spread reaches it');
  });

  it("says what is missing and what to doubt, and asks nothing of the network", () => {
    expect(page).toContain("pip install pyotp");
    expect(page).toContain("the machine was busy");
    expect(page).toContain("&lt;p&gt;");
    expect(page).not.toMatch(/(?:src|href)=|<p><\/dd>/);
  });
});

describe("a saved result", () => {
  it("comes back as it was", () => {
    expect(parseResult(resultJson(RESULT), "a file")).toMatchObject(RESULT);
  });

  it.each([
    ["{", /a file is not JSON at line 1, column 2/],
    ["{}", /a file is no result of oathbed bench: at the top: must have/],
    [resultJson(RESULT).replace('"absent"', '"extra": 1, "absent"'), /additional.*\(extra\)/],
  ])("is refused when it is %s", (text, message) => {
    expect(() => parseResult(text, "a file")).toThrow(message);
  });
});
