// Acceptance check F19 of the protocol notes on clock drift: clocks with all that crystals do are
// measured from their codes, and the bounds hold the rate that the clock had on average.

import { expect, test } from "vitest";
import { EdgeHunt } from "../../core/drift/edge-hunt.ts";
import { createRandom } from "../../core/time/random.ts";
import { createOscillator } from "../../firmware-sim/oscillators/create.ts";

const STEP = 30;
const TOKENS = 250;
const MONTH_US = 30 * 86_400e6;

/** Whether any clock fits what was read, and whether the bounds hold the mean rate. */
function measure(seed: number, spanSeconds: number): { isFeasible: boolean; holds: boolean } {
  const random = createRandom(seed);
  const { phaseUs } = createOscillator("xtal-token", { random });
  // Somewhere in its first two years.
  const startUs = random.unit() * 24 * MONTH_US;
  const offsetAt = (seconds: number): number => phaseUs(startUs + seconds * 1e6) / 1e6;
  const wait = (): number => 0.002 - 0.0025 * Math.log(1 - random.unit());
  const hunt = new EdgeHunt({ stepSeconds: STEP, spanSeconds, targetSeconds: 0.018, maxReads: 80 });
  const shift = STEP * random.unit();
  let now = 0;
  for (let next = hunt.next(now); next.kind === "read"; next = hunt.next(now)) {
    const from = Math.max(now, next.at);
    const sampledAt = from + wait();
    now = sampledAt + wait();
    const step = Math.floor((sampledAt + shift + offsetAt(sampledAt)) / STEP);
    hunt.take({ from, to: now, step });
  }
  const mean = (offsetAt(now) - offsetAt(0)) / now;
  const { low, high } = hunt.clocks.rates;
  return { isFeasible: hunt.clocks.isFeasible, holds: low <= mean && mean <= high };
}

test.each([
  ["an hour", 3600],
  ["a day", 86_400],
])(
  "%s of a real crystal: its mean rate is within the bounds, and a clock fits (F19)",
  (_, span) => {
    const outcomes = Array.from({ length: TOKENS }, (__, seed) => measure(seed + 1, span));
    expect(outcomes.filter(({ isFeasible }) => !isFeasible)).toHaveLength(0);
    const holding = outcomes.filter(({ holds }) => holds).length;
    expect(holding / TOKENS).toBeGreaterThanOrEqual(0.995);
  },
);
