// The suites with a durable store or a process of their own, in one file: each file costs a worker.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DeviceError } from "../../devices/errors.ts";
import { openVirtualSubject } from "../../devices/rigs/virtual-subject.ts";
import { runBench } from "../run.ts";
import { POSTGRES_VARIABLE } from "./states.ts";
import type { BenchSource } from "./suite.ts";

beforeEach(() => vi.stubEnv(POSTGRES_VARIABLE, ""));
afterEach(() => vi.unstubAllEnvs());

describe("the suite of stores", () => {
  it("measures each durable store in groups against its goal, and says how it writes", async () => {
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

it("loads a service of its own, compares logins with an empty route, and tells latencies", async () => {
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

const virtual: BenchSource = {
  name: "virtual",
  driver: "virtual",
  open: async (options) => openVirtualSubject("virtual", "software", options),
};
const missing: BenchSource = {
  name: "serial:emulated",
  driver: "serial",
  open: async () => {
    throw new DeviceError("not-found", "no such port", { hint: "plug it in" });
  },
};

it("logs tokens in through their drivers, one after the other and together", async () => {
  const sources = [virtual, missing];
  const result = await runBench({ suites: ["end-to-end"], sources, durationMs: 1 });
  expect(result.measurements.map(({ subject, name }) => `${subject}: ${name}`)).toEqual(
    ["login, one after the other", "login, 8 at a time"].flatMap((name) =>
      ["", ", latency p50", ", latency p99"].map((more) => `virtual sqlite: ${name}${more}`),
    ),
  );
  expect(result.measurements[0]?.slices).toBeGreaterThanOrEqual(8);
  expect(result.absent.map(({ subject, reason }) => `${subject}: ${reason}`)).toEqual([
    "serial:emulated sqlite: no such port; plug it in",
    expect.stringContaining("postgres: no server"),
  ]);
  const notes = result.notes.join("\n");
  expect(notes).toMatch(/virtual sqlite: [\d.]+ [▁-█ ]+ [\d.]+ ms, \d+ % within/);
  expect(notes).toContain("end-to-end: sqlite: write-ahead log, synchronous FULL");
});
