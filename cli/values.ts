// Option texts read strictly: what is no number is refused, never taken for NaN or hexadecimal.

import { randomInt } from "node:crypto";
import { UsageError } from "./usage-error.ts";

const MAX_RANDOM_SEED = 0xffff_ffff;

/** The random seed asked for, or a drawn one. @throws {UsageError} */
export function randomSeedOf(text: string | undefined): number {
  if (text === undefined) return randomInt(MAX_RANDOM_SEED + 1);
  return wholeOf("random-seed", text, 0, MAX_RANDOM_SEED);
}

/** A whole number from `low` to `high`. @throws {UsageError} naming the option and the range */
export function wholeOf(option: string, text: string, low: number, high: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  const shown = JSON.stringify(text.slice(0, 40));
  throw new UsageError(
    `--${option} must be a whole number from ${low} to ${high}, got ${shown}`,
    `for example --${option} ${low}`,
  );
}

/** A decimal number, signs and fractions allowed. @throws {UsageError} naming option and range */
export function decimalOf(option: string, text: string, limit: number): number {
  const value = /^[+-]?\d{1,12}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (Math.abs(value) <= limit) return value;
  const shown = JSON.stringify(text.slice(0, 40));
  throw new UsageError(
    `--${option} must be a number from -${limit} to ${limit}, got ${shown}`,
    `for example --${option} 12.5`,
  );
}
