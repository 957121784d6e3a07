// What each way of seeing a code says of a clock (protocol notes on clock drift, C1 and C5). Host
// times are seconds since some reference, steps are counted from any fixed one.

import type { OffsetConstraint } from "./feasible.ts";

/** A code read from a token. */
export interface EdgeReading {
  /** When the request left. */
  readonly from: number;
  /** When the answer was complete; the token looked at its clock between the two. */
  readonly to: number;
  /** The step it showed. */
  readonly step: number;
}

/** How a token is read. */
export interface ReadingAllowance {
  /** X. */
  readonly stepSeconds: number;
  /** What each way between host and token takes at least, seconds, and surely; default 0. */
  readonly leastLatencySeconds?: number;
  /** The token may show a step so long after it ended, seconds; default 0. */
  readonly lagSeconds?: number;
}

/**
 * What a reading says. A declared latency that leaves no time to the reading is taken for a
 * mistake: then the whole reading counts.
 */
export function readingConstraint(
  { from, to, step }: EdgeReading,
  { stepSeconds, leastLatencySeconds = 0, lagSeconds = 0 }: ReadingAllowance,
): OffsetConstraint {
  const sure = to - from > 2 * leastLatencySeconds ? leastLatencySeconds : 0;
  const lowerAt = to - sure;
  const upperAt = from + sure - lagSeconds;
  const start = step * stepSeconds;
  return { lowerAt, lower: start - lowerAt, upperAt, upper: start + stepSeconds - upperAt };
}

/**
 * What a code says that a person read and typed: it was shown at most `delaySeconds` before it was
 * sent (C5: 12 s), never after.
 */
export function typedConstraint(
  sentAt: number,
  delaySeconds: number,
  step: number,
  stepSeconds: number,
): OffsetConstraint {
  return readingConstraint({ from: sentAt - delaySeconds, to: sentAt, step }, { stepSeconds });
}

/**
 * What the change of a display says: step `step` began between `notBefore` and `notAfter`, so the
 * clock is known from both sides as well as those two are near each other.
 */
export function changeConstraint(
  notBefore: number,
  notAfter: number,
  step: number,
  stepSeconds: number,
): OffsetConstraint {
  const start = step * stepSeconds;
  return {
    lowerAt: notAfter,
    lower: start - notAfter,
    upperAt: notBefore,
    upper: start - notBefore,
  };
}
