// Runs on worker threads.

import { expect, test } from "vitest";
import { clockModelOf } from "../../firmware-sim/oscillators/clocks.ts";
import { mergeResults } from "./result.ts";
import { runFleet } from "./run.ts";
import { FLEET_DEFAULTS, type FleetSpec, policiesOf, rhythmsOf, shardOf } from "./spec.ts";

const SPEC: FleetSpec = {
  version: 1,
  randomSeed: 11,
  tokens: 90,
  years: 2,
  clock: clockModelOf("xtal-token"),
  policies: policiesOf("default,rfc6238"),
  rhythms: rhythmsOf("weekly,60d"),
  ...FLEET_DEFAULTS,
};

test("workers, shards and one thread give the same bytes (F3)", async () => {
  const here = JSON.stringify(await runFleet(SPEC, { workers: 0 }));
  const seen: number[] = [];
  const onProgress = ({ tokens }: { tokens: number }): number => seen.push(tokens);
  const three = await runFleet(SPEC, { workers: 3, onProgress });
  expect(JSON.stringify(three)).toBe(here);
  expect(seen.at(-1)).toBe(SPEC.tokens);
  const parts = [
    await runFleet(SPEC, { workers: 2, shard: shardOf("2/2") }),
    await runFleet(SPEC, { workers: 0, shard: shardOf("1/2") }),
  ];
  expect(JSON.stringify(mergeResults(parts))).toBe(here);
});

test("a run on workers that is called off ends with the reason", async () => {
  const controller = new AbortController();
  const run = runFleet(
    { ...SPEC, tokens: 20_000 },
    { workers: 1, signal: controller.signal, onProgress: () => controller.abort(new Error("off")) },
  );
  await expect(run).rejects.toThrow("off");
});
