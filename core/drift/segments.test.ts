// Acceptance checks 21 and 22 of the protocol notes on clock drift, section F.

import { expect, test } from "vitest";
import { createRandom, type Random } from "../time/random.ts";
import { classifyClock } from "./classify.ts";
import { changeConstraint, readingConstraint } from "./constraints.ts";
import { leastDetectable, SegmentedClocks } from "./segments.ts";

const DAY = 86_400;
const STEP = 30;
const POLL = 3600;
const WIDTH = 0.02;

interface Run {
  readonly found: readonly number[];
  readonly outliers: number;
}

/** A token watched edge by edge, an edge a poll and known to 20 ms; its clock jumps once. */
function watch(random: Random, straySeconds: number, jumpSeconds: number, days = 30): Run {
  const clocks = new SegmentedClocks({ straySeconds, priorPpm: 200 });
  const rate = (random.unit() - 0.5) * 1e-4;
  const jumpAt = (0.3 + 0.4 * random.unit()) * days * DAY;
  const found: number[] = [];
  for (let poll = 0; poll * POLL < days * DAY; poll++) {
    // Each poll looks at two edges: the second confirms.
    for (const edge of [poll * POLL, poll * POLL + STEP]) {
      const bend = 0.02 * Math.sin((2 * Math.PI * edge) / DAY);
      const offset = rate * edge + bend + (edge >= jumpAt ? jumpSeconds : 0);
      const host = edge - offset;
      const from = host - random.unit() * WIDTH;
      const event = clocks.take(changeConstraint(from, from + WIDTH, edge / STEP, STEP));
      if (event.kind === "jump") found.push(edge - jumpAt);
    }
  }
  return { found, outliers: clocks.outliers.length };
}

test("a step of 0.2 s is found within a poll where a clock strays 0.05 s at most (F21)", () => {
  const random = createRandom(41);
  for (let run = 0; run < 200; run++) {
    const { found } = watch(random, 0.05, run % 2 === 0 ? 0.2 : -0.2);
    expect(found).toHaveLength(1);
    expect(found[0]).toBeLessThanOrEqual(POLL + STEP);
  }
});

test("200 clean runs of 30 days give no false alarm and no outlier (F21)", () => {
  const random = createRandom(42);
  for (let run = 0; run < 200; run++) {
    expect(watch(random, 0.05, 0)).toEqual({ found: [], outliers: 0 });
  }
});

test("a step of 1 s is called not detectable where a clock may stray 0.5 s (F21)", () => {
  const clocks = new SegmentedClocks({ straySeconds: 0.5, priorPpm: 200 });
  expect(clocks.isDetectable(1, WIDTH)).toBe(false);
  expect(clocks.isDetectable(1.03, WIDTH)).toBe(true);
  expect(leastDetectable(0.05, WIDTH)).toBeCloseTo(0.12, 12);
});

const reading = (at: number, step: number) =>
  readingConstraint({ from: at, to: at + 0.01, step }, { stepSeconds: STEP });

test("one reading that fits nothing is an outlier and narrows nothing", () => {
  const clocks = new SegmentedClocks({ straySeconds: 0.05, priorPpm: 200 });
  for (const at of [10, 40, 70]) clocks.take(reading(at, Math.floor(at / STEP)));
  const before = clocks.current?.clocks.offsetAt(200);
  expect(clocks.take(reading(100, 77))).toEqual({ kind: "waiting" });
  expect(clocks.current?.clocks.offsetAt(200)).toEqual(before);
  expect(clocks.take(reading(130, 4)).kind).toBe("outlier");
  expect([clocks.outliers, clocks.segments.length, clocks.waiting]).toEqual([[100.01], 1, 0]);
});

test("two readings of two wrong places agree with nothing", () => {
  const clocks = new SegmentedClocks({ straySeconds: 0.05, priorPpm: 200 });
  for (const at of [10, 40]) clocks.take(reading(at, Math.floor(at / STEP)));
  expect(clocks.take(reading(100, 77)).kind).toBe("waiting");
  expect(clocks.take(reading(130, 500)).kind).toBe("waiting");
  expect(clocks.waiting).toBe(2);
  for (let at = 160; at < 160 + 30 * 9; at += 30) clocks.take(reading(at, (at * at) % 7919));
  expect(clocks.jumps).toEqual([]);
  expect(clocks.waiting).toBeLessThanOrEqual(8);
});

test("a jump's bounds hold the jump; one of an hour is a zone (F22)", () => {
  const clocks = new SegmentedClocks({ straySeconds: 0.05, priorPpm: 200 });
  for (let at = 10; at < 4000; at += 100) clocks.take(reading(at, Math.floor(at / STEP)));
  for (const at of [4010, 4110]) clocks.take(reading(at, Math.floor((at + 3600) / STEP)));
  const [jump] = clocks.jumps;
  const { low = 0, high = 0 } = jump?.seconds ?? {};
  expect(low).toBeLessThan(3600);
  expect(high).toBeGreaterThan(3600);
  expect([jump?.after, jump?.before]).toEqual([3910.01, 4010.01]);
  const fault = classifyClock({
    stepSeconds: STEP,
    expectedSeconds: 0,
    toleranceSeconds: (high - low) / 2,
    foundSeconds: (low + high) / 2,
    anchorSeconds: 0,
    sinceSeconds: 100,
    ratePpm: 200,
  });
  expect(fault).toEqual({ kind: "zone", hours: 1 });
});
