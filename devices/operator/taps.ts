// The change of a display, told by a person who taps a key when it happens. A tap comes 0.15 to
// 0.6 s after what it answers: simple visual reaction times of adults, with room at both ends.

import type { KeyPress, OperatorTerminal } from "./terminal.ts";

/** How long after the change a tap comes, microseconds. */
export const REACTION_US = { least: 150_000, most: 600_000 } as const;

/** When the display changed: between these, host time, microseconds since the Unix epoch. */
export interface ChangeBounds {
  readonly notBeforeUs: number;
  readonly notAfterUs: number;
}

/** The bounds of the change that a tap answers. */
export function changeOf({ atUs }: Pick<KeyPress, "atUs">): ChangeBounds {
  return { notBeforeUs: atUs - REACTION_US.most, notAfterUs: atUs - REACTION_US.least };
}

/** Taps that are nearer than this are one: keys bounce and repeat. */
const LEAST_DISTANCE_US = 1_000_000;

/**
 * Collects the changes of a display.
 *
 * @param count how many, 1 to 1000
 * @throws {DeviceError} cancelled; the signal's reason; {RangeError} for a count out of range
 */
export async function collectTaps(
  terminal: OperatorTerminal,
  count: number,
  signal: AbortSignal,
): Promise<readonly ChangeBounds[]> {
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw new RangeError(`count must be a whole number from 1 to 1000, got ${count}`);
  }
  const often = count === 1 ? "once" : `${count} times`;
  terminal.show(`Press the space bar when the code on the display changes: ${often}.`);
  const taps: KeyPress[] = [];
  for await (const press of terminal.keys(signal)) {
    const last = taps.at(-1);
    if (last !== undefined && press.atUs - last.atUs < LEAST_DISTANCE_US) continue;
    taps.push(press);
    terminal.show(`${taps.length} of ${count}`);
    if (taps.length === count) break;
  }
  return taps.map(changeOf);
}

/** A clock beside the host's: token minus host, microseconds, positive = ahead. */
export interface OffsetBounds {
  readonly leastUs: number;
  readonly mostUs: number;
}

/**
 * How far a clock is from the host's by the changes of its display, which come at the boundaries
 * of its time steps (RFC 6238 §4.2, T0 = 0). Whole steps are not told: the nearest boundary is
 * taken. Undefined when the changes contradict each other: other steps, or a tap beside them.
 *
 * @param stepSeconds X
 */
export function offsetOfTaps(
  changes: readonly ChangeBounds[],
  stepSeconds: number,
): OffsetBounds | undefined {
  const stepUs = stepSeconds * 1_000_000;
  let [leastUs, mostUs] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { notBeforeUs, notAfterUs } of changes) {
    const boundaryUs = Math.round((notBeforeUs + notAfterUs) / 2 / stepUs) * stepUs;
    leastUs = Math.max(leastUs, boundaryUs - notAfterUs);
    mostUs = Math.min(mostUs, boundaryUs - notBeforeUs);
  }
  return changes.length > 0 && leastUs <= mostUs ? { leastUs, mostUs } : undefined;
}
