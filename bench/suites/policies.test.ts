import { expect, it } from "vitest";
import { PRESET_NAMES } from "../../verifier/policy.ts";
import { runBench } from "../run.ts";

it("shows every preset on the same fleet, the default one against its goals", async () => {
  const result = await runBench({ suites: ["policies"], sources: [], durationMs: 1 });
  const rows = result.measurements.map(({ subject, name }) => `${subject}: ${name}`);
  const rhythms = ["daily", "weekly", "60d"];
  expect(rows).toEqual([
    ...PRESET_NAMES.flatMap((preset) =>
      rhythms.flatMap((rhythm) => [
        `${preset}: ${rhythm}: logins refused`,
        `${preset}: ${rhythm}: codes compared`,
      ]),
    ),
    ...rhythms.map((rhythm) => `default: ${rhythm}: record with its tracker`),
  ]);
  const goals = result.measurements.filter(({ goal }) => goal !== undefined);
  expect(new Set(goals.map(({ subject }) => subject))).toEqual(new Set(["default"]));
  expect(goals.map(({ goal }) => goal?.value)).toEqual([2, 4, 2, 4.5, 2, 6.5, 1024, 1024, 1024]);
  const state = result.measurements.filter(({ unit }) => unit === "bytes");
  for (const { median, high } of state) {
    expect(median).toBeGreaterThan(100);
    expect(high).toBeLessThanOrEqual(1024);
  }
  const fixed = result.measurements.find(({ subject }) => subject === "fixed-window");
  expect(fixed?.unit).toBe("per 1,000");
  expect(result.notes.join()).toContain("10 tokens over 5 years in 5 parts");
});
