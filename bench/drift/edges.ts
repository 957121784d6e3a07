// Beginnings of steps ("edges") that readings have located from both sides: what a plot shows, and
// what estimates over long runs are made of.

import type { OffsetPoint } from "../../core/drift/robust-line.ts";
import type { HostReading } from "./readings.ts";

/** An edge; host seconds since the measurement began. */
export interface Edge extends OffsetPoint {
  /** Offsets it proves at its time: the lowest and the highest, seconds. */
  readonly low: number;
  readonly high: number;
}

/** Edges known to a second are drawn and counted. */
const WIDEST = 1;
/** An even series needs this many edges. */
const LEAST_EVEN = 8;

/**
 * Edges known to a second or better, in the order of time.
 *
 * @param base the step that offsets are counted from: offset = (step - base) * X - host time
 */
export function edgesOf(
  readings: readonly HostReading[],
  stepSeconds: number,
  base: number,
): readonly Edge[] {
  const after = new Map<number, number>();
  const before = new Map<number, number>();
  for (const { from, to, step } of readings) {
    after.set(step + 1, Math.max(after.get(step + 1) ?? Number.NEGATIVE_INFINITY, from));
    before.set(step, Math.min(before.get(step) ?? Number.POSITIVE_INFINITY, to));
  }
  const edges: Edge[] = [];
  for (const [step, notBefore] of after) {
    const notAfter = before.get(step);
    if (notAfter === undefined || notAfter - notBefore > WIDEST || notAfter < notBefore) continue;
    const start = (step - base) * stepSeconds;
    const at = (notBefore + notAfter) / 2;
    edges.push({ at, offset: start - at, low: start - notAfter, high: start - notBefore });
  }
  return edges.sort((a, b) => a.at - b.at);
}

/** Offsets at even times, read off the polyline through the edges; null below 8 edges. */
export function evenOffsets(
  edges: readonly Edge[],
): { readonly offsets: readonly number[]; readonly spacingSeconds: number } | null {
  const first = edges[0];
  const last = edges.at(-1);
  if (first === undefined || last === undefined || edges.length < LEAST_EVEN) return null;
  // Where edges crowd (at both ends of a measurement) one a spacing is enough.
  const spacingSeconds = edges.reduce(
    (most, { at }, index) => Math.max(most, at - (edges[index - 1]?.at ?? at)),
    0,
  );
  const count = Math.floor((last.at - first.at) / spacingSeconds) + 1;
  if (count < LEAST_EVEN) return null;
  const offsets: number[] = [];
  let next = 1;
  for (let index = 0; index < count; index++) {
    const at = first.at + index * spacingSeconds;
    while (next < edges.length - 1 && (edges[next] as Edge).at < at) next++;
    const [a, b] = [edges[next - 1] as Edge, edges[next] as Edge];
    offsets.push(a.offset + ((b.offset - a.offset) * (at - a.at)) / (b.at - a.at));
  }
  return { offsets, spacingSeconds };
}
