import { expect, it } from "vitest";
import { runBench } from "../run.ts";

it("holds each pair of kinds to the threshold of Welch's t, and says how to read it", async () => {
  const result = await runBench({ suites: ["timing"], sources: [], durationMs: 1 });
  expect(result.measurements.map(({ subject, name }) => `${subject}: ${name}`)).toEqual([
    "in memory: 1 leading digit right, against none",
    ...[2, 3, 4, 5].map((digits) => `in memory: ${digits} leading digits right, against none`),
    "in memory: 5 digits of the window's first step, against 5 digits of its last step",
    "http sqlite: unknown token, against known",
  ]);
  for (const { unit, goal, median } of result.measurements) {
    expect(unit).toBe("|t|");
    expect(goal).toEqual({ comparison: "at-most", value: 4.5 });
    expect(median).toBeGreaterThanOrEqual(0);
  }
  expect(result.notes.join()).toContain("over 100 wrong codes of each kind in memory and 32");
});
