// A measurement without a token: a clock of one rate, read through latencies of a law. What section
// F of the protocol notes on clock drift counts reads and ppm by.

import { EdgeHunt } from "../../core/drift/edge-hunt.ts";
import type { EdgeHuntOptions } from "../../core/drift/hunt-options.ts";
import { centroidOf } from "../../core/drift/polygon.ts";
import type { Random } from "../../core/time/random.ts";

/** Each way takes `leastSeconds`, and on average `meanSeconds` more, exponentially. */
export interface LatencyLaw {
  readonly leastSeconds: number;
  readonly meanSeconds: number;
}

/** Round trips of 4 ms + 2 × Exp(2.5 ms): the notes' "L5". */
export const L5: LatencyLaw = { leastSeconds: 0.002, meanSeconds: 0.0025 };

/** What a simulated measurement came to; rates in ppm. */
export interface HuntOutcome {
  readonly reads: number;
  /** Half of the guaranteed interval. */
  readonly halfWidthPpm: number;
  /** Middle of the interval, and the estimate, less the truth. */
  readonly middleErrorPpm: number;
  readonly estimateErrorPpm: number;
  /** Whether the truth is inside. */
  readonly holds: boolean;
}

/** Measures a clock of `ratePpm` that is `offsetSeconds` ahead. */
export function simulateHunt(
  random: Random,
  { leastSeconds, meanSeconds }: LatencyLaw,
  clock: { readonly ratePpm: number; readonly offsetSeconds: number },
  options: EdgeHuntOptions,
): HuntOutcome {
  const rate = clock.ratePpm * 1e-6;
  const wait = (): number => leastSeconds - meanSeconds * Math.log(1 - random.unit());
  const hunt = new EdgeHunt(options);
  let now = 0;
  for (let next = hunt.next(now); next.kind === "read"; next = hunt.next(now)) {
    const from = Math.max(now, next.at);
    const lookedAt = from + wait();
    now = lookedAt + wait();
    const shown = lookedAt * (1 + rate) + clock.offsetSeconds;
    hunt.take({ from, to: now, step: Math.floor(shown / options.stepSeconds) });
  }
  const { low, high } = hunt.clocks.rates;
  const estimate = centroidOf(hunt.clocks, now)?.rate ?? Number.NaN;
  return {
    reads: hunt.reads,
    halfWidthPpm: (high - low) / 2e-6,
    middleErrorPpm: ((high + low) / 2 - rate) * 1e6,
    estimateErrorPpm: (estimate - rate) * 1e6,
    holds: hunt.clocks.isFeasible && low <= rate && rate <= high,
  };
}
