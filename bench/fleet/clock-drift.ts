// How far the tokens of a clock walk: for people who choose one.

import { createRandom } from "../../core/time/random.ts";
import type { ClockModel } from "../../firmware-sim/oscillators/clocks.ts";
import { PolicyClock } from "../../firmware-sim/oscillators/policy-clock.ts";
import { quantile } from "../measure.ts";

const TOKENS = 400;
const DAY_SECONDS = 86_400;
const SPANS: readonly (readonly [after: string, days: number])[] = [
  ["a day", 1],
  ["30 days", 30],
  ["a year", 365.25],
  ["5 years", 5 * 365.25],
];

/** Where the middle 95 % of a clock's tokens are, token minus true time, seconds. */
export interface DriftSpan {
  readonly after: string;
  readonly low: number;
  readonly high: number;
}

/** Offsets of new tokens after a day, 30 days, a year and five. */
export function clockDrift(model: ClockModel): readonly DriftSpan[] {
  const clock = new PolicyClock(model);
  const random = createRandom(1);
  const offsets = SPANS.map((): number[] => []);
  for (let token = 0; token < TOKENS; token++) {
    clock.load(random.fork(String(token)));
    for (const [at, [, days]] of SPANS.entries()) {
      offsets[at]?.push(clock.secondsAt(days * DAY_SECONDS));
    }
  }
  return SPANS.map(([after], at) => {
    const sorted = (offsets[at] ?? []).sort((a, b) => a - b);
    return { after, low: quantile(sorted, 0.025), high: quantile(sorted, 0.975) };
  });
}

/** `-288 s to 243 s`. */
export function spanText(span: DriftSpan | undefined): string {
  if (span === undefined) return "-";
  const { low, high } = span;
  const [from, to] = [timeText(low), timeText(high)];
  return from === to ? from : `${from} to ${to}`;
}

function timeText(seconds: number): string {
  const size = Math.abs(seconds);
  if (size < 0.005) return "0 s";
  if (size < 10) return `${seconds.toFixed(2)} s`;
  if (size < 3600) return `${seconds.toFixed(0)} s`;
  if (size < 3 * DAY_SECONDS) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / DAY_SECONDS).toFixed(0)} days`;
}
