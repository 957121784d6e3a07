// How long single verifications take, each timed by itself: the whole of a login but for the disk.
// Rates say nothing of the slowest ones, which users notice.

import { policyOf } from "../../verifier/policy.ts";
import { MemoryStore } from "../../verifier/stores/memory.ts";
import { Verifier } from "../../verifier/verifier.ts";
import { benchTokens, FIRST_STEP, middleOf, storeEnrolled } from "../enrolled.ts";
import { quantile } from "../measure.ts";
import { turns } from "../turns.ts";
import type { Goal, Measurement } from "../workload.ts";

/** Tokens in rotation: a slice is one login of each. */
const TOKENS = 1000;
const LEAST_SLICES = 3;
/** Slices before any counts: compilers settle. */
const WARM_UP = 10;
const P99_GOAL: Goal = { comparison: "at-most", value: 20 };

/** Medians over slices of a slice's p50 and p99, microseconds. */
export async function measureLatency(
  durationMs: number,
  signal?: AbortSignal,
): Promise<readonly Measurement[]> {
  await using store = new MemoryStore();
  const policy = policyOf("default");
  const verifier = new Verifier({ store, policy });
  const tokens = benchTokens(durationMs < 100 ? TOKENS / 20 : TOKENS);
  const ids = await storeEnrolled(store, policy, tokens);
  await verifier.prepareKeys();
  const p50: number[] = [];
  const p99: number[] = [];
  const warmUp = durationMs < 100 ? 1 : WARM_UP;
  const turn = turns(signal);
  const beganMs = performance.now();
  for (let slice = 1; ; slice++) {
    await turn();
    const step = FIRST_STEP + 2n * BigInt(slice);
    const codes = tokens.map(({ key }) => key.codeAt(step));
    const sliceUs: number[] = [];
    for (const [at, id] of ids.entries()) {
      const began = process.hrtime.bigint();
      const verdict = await verifier.verify(id, codes[at], middleOf(step));
      sliceUs.push(Number(process.hrtime.bigint() - began) / 1000);
      if (verdict.outcome !== "accepted") throw new Error(`a right code was ${verdict.outcome}`);
    }
    if (slice <= warmUp) continue;
    const sorted = sliceUs.toSorted((a, b) => a - b);
    p50.push(quantile(sorted, 0.5));
    p99.push(quantile(sorted, 0.99));
    if (p50.length >= LEAST_SLICES && performance.now() - beganMs >= durationMs) break;
  }
  return [figure("p50", p50), figure("p99", p99, P99_GOAL)];
}

function figure(what: string, slices: readonly number[], goal?: Goal): Measurement {
  const sorted = slices.toSorted((a, b) => a - b);
  return {
    suite: "verify",
    subject: "memory",
    name: `latency of a right code, ${what}`,
    unit: "µs",
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.05),
    high: quantile(sorted, 0.95),
    slices: sorted.length,
    ...(goal === undefined ? {} : { goal }),
  };
}
