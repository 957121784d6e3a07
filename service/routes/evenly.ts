// Refusals at even times: an unknown token costs no write to the disk and a known one does, which
// an answer's time would tell.

import { SystemClock } from "../../core/time/system-clock.ts";

/** Real time, whatever the clock of test mode says. */
const CLOCK = new SystemClock();

/**
 * Starts counting. The function it gives resolves at the next multiple of `everyMs` since then; at
 * once for 0.
 */
export function evenly(everyMs: number): () => Promise<void> {
  const sinceUs = CLOCK.monotonicUs();
  return () => {
    if (everyMs === 0) return Promise.resolve();
    const passedUs = CLOCK.monotonicUs() - sinceUs;
    const everyUs = everyMs * 1000;
    return new Promise((resolve) => {
      CLOCK.setAlarm(everyUs - (passedUs % everyUs), resolve);
    });
  };
}
