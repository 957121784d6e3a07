// Time-step arithmetic of RFC 6238 §4.2: T = floor((now - T0) / X), in 64-bit whole numbers.

import { SECOND_US } from "../time/clock.ts";

/** Below this, quotients of seconds and steps round to no other whole number. */
const EXACT_SECONDS = 2 ** 50;

/** The two parameters that tie time to steps. */
export interface StepGrid {
  /** X: whole seconds. */
  readonly stepSeconds: number;
  /** T0: Unix time of step 0, whole seconds. */
  readonly t0: number;
}

/**
 * The time step that holds `atUs` (microseconds since the Unix epoch).
 * Negative before T0: such a step has no code, callers refuse it and never wrap it.
 */
export function timeStepAt(atUs: number, grid: StepGrid): bigint {
  const near = Math.floor(atUs / SECOND_US) - grid.t0;
  // Exact in doubles, and three times as fast, for the next 35 million years.
  if (Math.abs(near) < EXACT_SECONDS) return BigInt(Math.floor(near / grid.stepSeconds));
  const seconds = BigInt(Math.floor(atUs / SECOND_US)) - BigInt(grid.t0);
  const step = BigInt(grid.stepSeconds);
  const quotient = seconds / step;
  return seconds < 0n && quotient * step !== seconds ? quotient - 1n : quotient;
}

/** When `timeStep` begins: microseconds since the Unix epoch. */
export function stepStartUs(timeStep: bigint, grid: StepGrid): number {
  const near = Number(timeStep) * grid.stepSeconds + grid.t0;
  if (Math.abs(near) < EXACT_SECONDS) return near * SECOND_US;
  return Number(timeStep * BigInt(grid.stepSeconds) + BigInt(grid.t0)) * SECOND_US;
}

/** Microseconds from `atUs` to the start of the next step; above 0, at most the step. */
export function untilNextStepUs(atUs: number, grid: StepGrid): number {
  return stepStartUs(timeStepAt(atUs, grid) + 1n, grid) - atUs;
}

/**
 * What a code of `timeStep`, shown at `atUs`, says of the token's offset (token minus host):
 * an interval in seconds, low end included. Its middle is the estimate (RFC 6238 §6 counts steps;
 * the start of the step would bias by half a step).
 */
export function offsetBoundsSeconds(
  timeStep: bigint,
  atUs: number,
  grid: StepGrid,
): { readonly lowSeconds: number; readonly highSeconds: number } {
  const lowSeconds = (stepStartUs(timeStep, grid) - atUs) / SECOND_US;
  return { lowSeconds, highSeconds: lowSeconds + grid.stepSeconds };
}
