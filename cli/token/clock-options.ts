// How an emulated token's clock goes, from the command line.

import type { SubjectOptions } from "../../devices/subject.ts";
import { decimalOf } from "../values.ts";

/** Widest rate error and offset taken; the oscillator's own limits. */
const MAX_PPM = 100_000;
const MAX_OFFSET_SECONDS: number = 400 * 86_400;

/** @see CLOCK_OPTIONS */
export interface ClockArguments {
  readonly clock?: string | undefined;
  readonly ppm?: string | undefined;
  readonly offset?: string | undefined;
}

/** @throws {UsageError} naming a number that is out of range */
export function clockOptionsOf({ clock, ppm, offset }: ClockArguments): SubjectOptions {
  return {
    ...(clock === undefined ? {} : { clockName: clock }),
    ...(ppm === undefined ? {} : { ratePpm: decimalOf("ppm", ppm, MAX_PPM) }),
    ...(offset === undefined
      ? {}
      : { offsetSeconds: decimalOf("offset", offset.replace(/s$/, ""), MAX_OFFSET_SECONDS) }),
  };
}
