import { afterEach, expect, it, vi } from "vitest";
import { DeviceError } from "../../devices/errors.ts";
import { openVirtualSubject } from "../../devices/rigs/virtual-subject.ts";
import { runBench } from "../run.ts";
import { POSTGRES_VARIABLE } from "./states.ts";
import type { BenchSource } from "./suite.ts";

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

afterEach(() => vi.unstubAllEnvs());

it("logs tokens in through their drivers, one after the other and together", async () => {
  vi.stubEnv(POSTGRES_VARIABLE, "");
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
