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
/** Largest form: 468 bytes. */
export const MAX_TRACKER_BYTES: number =
  HEADER_BYTES + 16 * (2 * TRACKER_VERTICES + OUTLIERS_TO_RESTART - 1);

/** Bytes that are no tracker of this version. */
export class TrackerFormatError extends Error {
  override readonly name = "TrackerFormatError";
}

/** The binary form; at most MAX_TRACKER_BYTES. */
export function encodeTracker(tracker: DriftTracker): Uint8Array {
  const { clocks, outliers, anchor } = tracker;
  const pairs = clocks.lower.length + clocks.upper.length + outliers.length;
  const bytes = new Uint8Array(HEADER_BYTES + 16 * pairs);
  const view = new DataView(bytes.buffer);
  bytes.set([VERSION, clocks.lower.length, clocks.upper.length, outliers.length]);
  let at = 4;
  const put = (first: number, second: number): void => {
    view.setFloat64(at, first);
    view.setFloat64(at + 8, second);
    at += 16;
  };
  put(anchor.at, anchor.offset);
  put(clocks.rates.low, clocks.rates.high);
  for (const hull of [clocks.lower, clocks.upper]) {
    for (let vertex = 0; vertex < hull.length; vertex++) {
      put(hull.times[vertex] as number, hull.values[vertex] as number);
    }
  }
  for (const outlier of outliers) put(outlier.at, outlier.startsBy);
  return bytes;
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
