// When a token leaves each policy's window if it is enrolled at the end of a measurement and then
// not used: guaranteed by the bounds of its rate.

import type { Interval } from "../../core/drift/feasible.ts";
import { PRESET_NAMES, type PresetName, policyOf } from "../../verifier/policy.ts";
import { forecastOf } from "../../verifier/transfer/drift.ts";
import type { StartRecord } from "./log.ts";

/** A policy's row; times in microseconds since the Unix epoch. */
export interface PolicyForecast {
  readonly preset: PresetName;
  /** Offsets from the recorded one at which codes are found, seconds. */
  readonly windowSeconds: Interval;
  /** Before this it is surely in the window; null: for a century. */
  readonly earliestUs: number | null;
  /** After this it is surely out; null: nobody can tell. */
  readonly latestUs: number | null;
}

/** The forecast for every preset; empty when nothing is known. */
export function policyForecasts(
  ratePpm: Interval | null,
  offset: Interval | null,
  at: number,
  { wallUs, stepSeconds }: StartRecord,
): readonly PolicyForecast[] {
  if (ratePpm === null || offset === null) return [];
  const half = (offset.high - offset.low) / 2;
  return PRESET_NAMES.map((preset) => {
    const { windowPast, windowFuture } = policyOf(preset);
    const windowSeconds = {
      low: -(windowPast + 0.5) * stepSeconds,
      high: (windowFuture + 0.5) * stepSeconds,
    };
    const forecast = forecastOf({
      token: "",
      user: null,
      firstAtUs: null,
      lastAtUs: null,
      atUs: wallUs + at * 1e6,
      offsetSeconds: { low: -half, high: half },
      ratePpm,
      windowSeconds,
    });
    return { preset, windowSeconds, ...forecast };
  });
}
