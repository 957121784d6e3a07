// Acceptance checks 18 and 24 of the protocol notes on clock drift, section F, at full volume.

import { expect, test } from "vitest";
import { createRandom } from "../time/random.ts";
import { EdgeHunt } from "./edge-hunt.ts";
import { FeasibleClocks, type OffsetConstraint } from "./feasible.ts";

const STEP = 30;

test("the bounds hold the truth in 10,000 random cases (F18)", () => {
  const random = createRandom(181);
  for (let run = 0; run < 10_000; run++) {
    const rate = (random.unit() - 0.5) * 2e-4;
    const offset = (random.unit() - 0.5) * 7200;
    const spanSeconds = 10 ** (2.5 + 2.5 * random.unit());
    const targetSeconds = 0.005 + 0.3 * random.unit();
    const least = 0.05 * random.unit();
    const mean = 0.05 * random.unit();
    const hunt = new EdgeHunt({ stepSeconds: STEP, spanSeconds, targetSeconds, maxReads: 40 });
    let now = 0;
    for (let next = hunt.next(now); next.kind === "read"; next = hunt.next(now)) {
      const from = Math.max(now, next.at);
      const sampledAt = from + least - mean * Math.log(1 - random.unit());
      now = sampledAt + least - mean * Math.log(1 - random.unit());
      hunt.take({ from, to: now, step: Math.floor((sampledAt * (1 + rate) + offset) / STEP) });
    }
    const { low, high } = hunt.clocks.rates;
    expect(hunt.clocks.isFeasible && low <= rate && rate <= high).toBe(true);
  }
});

test("10,000 random sets have the rates that all pairs give, to 1e-12 (F24)", () => {
  const random = createRandom(241);
  for (let set = 0; set < 10_000; set++) {
    const rho = (random.unit() - 0.5) * 4e-4;
    const all: OffsetConstraint[] = Array.from({ length: random.integer(2, 40) }, (_, at) => {
      const upperAt = at * 100 + 90 * random.unit();
      const lowerAt = upperAt + 5 * random.unit();
      const width = 30 * random.unit();
      const share = random.unit();
      const lower = rho * lowerAt - share * width;
      return { lowerAt, lower, upperAt, upper: rho * upperAt + (1 - share) * width };
    });
    const clocks = new FeasibleClocks();
    for (const one of all) clocks.add(one);
    let low = -1;
    let high = 1;
    for (const { lowerAt, lower } of all) {
      for (const { upperAt, upper } of all) {
        const run = upperAt - lowerAt;
        if (run > 0) high = Math.min(high, (upper - lower) / run);
        if (run < 0) low = Math.max(low, (upper - lower) / run);
      }
    }
    expect(Math.abs(clocks.rates.low - low)).toBeLessThanOrEqual(1e-12);
    expect(Math.abs(clocks.rates.high - high)).toBeLessThanOrEqual(1e-12);
  }
});

test("10^6 readings are taken in within 0.5 s, and kept as hulls below 100 points (F24)", () => {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const random = createRandom(242 + round);
    const readings = Array.from({ length: 1_000_000 }, (_, at) => {
      const from = at * 7 + 5 * random.unit();
      return { from, to: from + 0.01 * random.unit(), step: Math.floor((from * 1.00004) / STEP) };
    });
    const clocks = new FeasibleClocks({ rateLow: -2e-4, rateHigh: 2e-4 });
    // Of this thread alone: other tests run beside it.
    const before = process.threadCpuUsage();
    for (const { from, to, step } of readings) {
      const start = step * STEP;
      clocks.add({
        lowerAt: to,
        lower: start - to,
        upperAt: from,
        upper: start + STEP - from,
      });
    }
    const { user, system } = process.threadCpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
    expect(clocks.isFeasible).toBe(true);
    expect(clocks.lower.length).toBeLessThan(100);
    expect(clocks.upper.length).toBeLessThan(100);
  }
  expect(best).toBeLessThanOrEqual(500);
});
