import { afterEach, expect, it, vi } from "vitest";
import { runBench } from "../run.ts";
import { POSTGRES_VARIABLE } from "./states.ts";

afterEach(() => vi.unstubAllEnvs());

it("loads a service of its own, compares logins with an empty route, and tells latencies", async () => {
  vi.stubEnv(POSTGRES_VARIABLE, "");
  const result = await runBench({ suites: ["service"], sources: [], durationMs: 1 });
  const rows = new Map(result.measurements.map((row) => [row.name, row]));
  expect([...rows.keys()]).toEqual([
    "empty route",
    "verify a right code",
    "verify ÷ empty route",
    "verify, latency p50, closed load, 64 connections",
    "verify, latency p99, closed load, 64 connections",
    "verify, latency p50, open load, 32 requests/s",
    "verify, latency p99, open load, 32 requests/s",
  ]);
  const ratio = rows.get("verify ÷ empty route");
  expect(ratio?.goal).toEqual({ comparison: "at-least", value: 0.5 });
  expect(ratio?.slices).toBeGreaterThanOrEqual(3);
  for (const { low, median, high } of result.measurements) {
    expect(low).toBeGreaterThan(0);
    expect(median).toBeGreaterThanOrEqual(low);
    expect(high).toBeGreaterThanOrEqual(median);
  }
  const notes = result.notes.join("\n");
  expect(notes).toContain("sqlite: write-ahead log, synchronous FULL");
  expect(result.absent.map(({ subject }) => subject)).toEqual(["http postgres"]);
});
