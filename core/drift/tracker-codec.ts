// The binary form of what a tracker knows, version 1, for a verifier's record. Big-endian.
//
//   offset  size  field
//   0       1     version = 1
//   1       1     n = vertices of the lower bounds' hull, at most TRACKER_VERTICES
//   2       1     m = vertices of the upper bounds' hull
//   3       1     k = outliers, below OUTLIERS_TO_RESTART
//   4       16    anchor: at, offset (doubles)
//   20      16    rates that fit: low, high (doubles)
//   36      16n   vertices: time, value (doubles), then 16m, then 16k (at, startsBy)
//
// Settings are not part of it: they are the policy's, and may change between two codes.

import type { UpperHull } from "./hull.ts";
import {
  DriftTracker,
  OUTLIERS_TO_RESTART,
  TRACKER_VERTICES,
  type TrackerSettings,
} from "./tracker.ts";

const VERSION = 1;
const HEADER_BYTES = 36;
/** Largest form: 452 bytes. */
export const MAX_TRACKER_BYTES: number =
  HEADER_BYTES + 16 * (2 * TRACKER_VERTICES + OUTLIERS_TO_RESTART - 1);

/** Bytes that are no tracker of this version. */
export class TrackerFormatError extends Error {
  override readonly name = "TrackerFormatError";
}

/** Where a tracker is put together: making a view for each costs as much as filling it. */
const SCRATCH: Uint8Array = new Uint8Array(MAX_TRACKER_BYTES);
const SCRATCH_VIEW: DataView = new DataView(SCRATCH.buffer);

/** The binary form; at most MAX_TRACKER_BYTES. */
export function encodeTracker(tracker: DriftTracker): Uint8Array {
  const { clocks, outliers, anchor } = tracker;
  const { lower, upper, rates } = clocks;
  SCRATCH[0] = VERSION;
  SCRATCH[1] = lower.length;
  SCRATCH[2] = upper.length;
  SCRATCH[3] = outliers.length;
  let at = putPair(4, anchor.at, anchor.offset);
  at = putPair(at, rates.low, rates.high);
  at = putHull(at, lower);
  at = putHull(at, upper);
  for (const outlier of outliers) at = putPair(at, outlier.at, outlier.startsBy);
  return SCRATCH.slice(0, at);
}

function putPair(at: number, first: number, second: number): number {
  SCRATCH_VIEW.setFloat64(at, first);
  SCRATCH_VIEW.setFloat64(at + 8, second);
  return at + 16;
}

function putHull(from: number, { times, values, length }: UpperHull): number {
  let at = from;
  for (let vertex = 0; vertex < length; vertex++) {
    at = putPair(at, times[vertex] as number, values[vertex] as number);
  }
  return at;
}

/** @throws {TrackerFormatError} for another version, a wrong length, numbers that are not finite */
export function decodeTracker(bytes: Uint8Array, settings: TrackerSettings): DriftTracker {
  const [version, lowers = 0, uppers = 0, outliers = 0] = bytes;
  if (version !== VERSION) {
    throw new TrackerFormatError(
      `tracker version ${version} is not ${VERSION}, the one known here`,
    );
  }
  if (
    lowers > TRACKER_VERTICES ||
    uppers > TRACKER_VERTICES ||
    outliers >= OUTLIERS_TO_RESTART ||
    bytes.length !== HEADER_BYTES + 16 * (lowers + uppers + outliers)
  ) {
    throw new TrackerFormatError(`a tracker of ${bytes.length} bytes does not hold what it says`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pairAt = (index: number): readonly [number, number] => [
    finite(view.getFloat64(4 + 16 * index)),
    finite(view.getFloat64(12 + 16 * index)),
  ];
  const tracker = new DriftTracker(settings);
  const [anchorAt, offset] = pairAt(0);
  tracker.anchor = { at: anchorAt, offset };
  fill(tracker.clocks.lower, lowers, (index) => pairAt(2 + index));
  fill(tracker.clocks.upper, uppers, (index) => pairAt(2 + lowers + index));
  tracker.clocks.recompute();
  const [low, high] = pairAt(1);
  tracker.clocks.narrowRates({ low, high });
  tracker.outliers = Array.from({ length: outliers }, (_, index) => {
    const [at, startsBy] = pairAt(2 + lowers + uppers + index);
    return { at, startsBy };
  });
  return tracker;
}

/** Vertices are points of a hull already: adding them in order keeps each. */
function fill(
  hull: UpperHull,
  count: number,
  pairAt: (index: number) => readonly [number, number],
): void {
  for (let index = 0; index < count; index++) hull.add(...pairAt(index));
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new TrackerFormatError("a number is not finite");
  return value;
}
