// How wide the bins of the drift histograms are: found from the first tokens of the fleet, which
// every worker and shard knows, so that parts add up whatever the clock.

import { TokenHistory } from "./history.ts";
import { type FleetSpec, YEAR_SECONDS } from "./spec.ts";
import type { DriftBins } from "./totals.ts";

const SAMPLED_TOKENS = 200;
const BINS = 600;
/** Of a thousand times as many tokens some walk further. */
const MARGIN = 2;
const LEAST_WIDTH_SECONDS = 0.1;

/** One histogram after the first year, and one after the whole life where that is longer. */
export function driftBinsOf(spec: FleetSpec): readonly DriftBins[] {
  const history = new TokenHistory(spec);
  const spans = spec.years === 1 ? [1] : [1, spec.years];
  const furthest = spans.map(() => 0);
  for (let token = 0; token < Math.min(SAMPLED_TOKENS, spec.tokens); token++) {
    history.load(token);
    for (const [at, years] of spans.entries()) {
      const drift = Math.abs(history.driftAfter(years * YEAR_SECONDS));
      furthest[at] = Math.max(furthest[at] ?? 0, drift);
    }
  }
  return spans.map((years, at) => ({
    years,
    bins: BINS,
    widthSeconds: roundUp((2 * MARGIN * (furthest[at] ?? 0)) / BINS),
  }));
}

/** 1, 2 or 5 times a power of ten. */
function roundUp(width: number): number {
  let unit = LEAST_WIDTH_SECONDS;
  for (;;) {
    for (const times of [1, 2, 5]) if (times * unit >= width) return times * unit;
    unit *= 10;
  }
}
