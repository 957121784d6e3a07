import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClockEvent, Draw } from "./terms.ts";
import { drawTimeline, withEvents } from "./timeline.ts";

const DAY_US = 86_400e6;

function draw(unit = 0.5): Draw {
  return { unit: () => unit, normal: () => 0 };
}

function clock(events: readonly ClockEvent[], ppm = 0, unit = 0.5) {
  return withEvents((seconds) => ppm * seconds, drawTimeline(events, draw(unit)));
}

test("without events it is the smooth phase, and runs all the time", () => {
  const { phaseUs, runUs } = clock([], 20);
  expect([0, 1e6, DAY_US].map(phaseUs)).toEqual([0, 20, 20 * 86_400]);
  expect(runUs(DAY_US)).toBe(DAY_US);
});

test("a step is there from its microsecond on", () => {
  const { phaseUs, runUs } = clock([{ kind: "step", atDays: 1, bySeconds: -0.2 }]);
  expect([DAY_US - 1, DAY_US, 9 * DAY_US].map(phaseUs)).toEqual([0, -200_000, -200_000]);
  expect(runUs(9 * DAY_US)).toBe(9 * DAY_US);
});

test("steps add up, whatever order they are told in", () => {
  const { phaseUs } = clock([
    { kind: "step", atDays: 3, bySeconds: 1 },
    { kind: "step", atDays: 1, bySeconds: 10 },
    { kind: "step", atDays: 2, bySeconds: -4 },
  ]);
  expect([0.5, 1.5, 2.5, 3.5].map((days) => phaseUs(days * DAY_US) / 1e6)).toEqual([0, 10, 6, 7]);
});

test("a brown-out loses its time, and what the crystal would have gained", () => {
  const { phaseUs, runUs } = clock([{ kind: "stop", atDays: 1, forSeconds: 600 }], 10);
  const before = 10 * 86_400;
  expect(phaseUs(DAY_US)).toBe(before);
  expect(phaseUs(DAY_US + 300e6)).toBe(before - 300e6);
  expect(phaseUs(DAY_US + 600e6)).toBe(before - 600e6);
  expect(phaseUs(DAY_US + 700e6)).toBe(before - 600e6 + 10 * 100);
  expect([DAY_US + 300e6, DAY_US + 700e6].map(runUs)).toEqual([DAY_US, DAY_US + 100e6]);
});

test("a stuck clock shows the same microsecond for ever", () => {
  const { phaseUs } = clock([{ kind: "stuck", atDays: { low: 30, high: 300 } }], 3.7, 0.1);
  const at = 57 * DAY_US;
  const stands = at + phaseUs(at);
  for (const later of [1, 12_345, 1e6, 3_333_333, DAY_US, 1000 * DAY_US]) {
    expect(at + later + phaseUs(at + later)).toBe(stands);
  }
  expect(stands).toBe(at + Math.round(3.7 * 57 * 86_400));
});

test("a stop begins at a whole microsecond of token time, half a microsecond away at most", () => {
  const { phaseUs } = clock([{ kind: "stop", atDays: 1, forSeconds: 1 }], 0.123_456_7);
  expect(Number.isInteger(phaseUs(DAY_US))).toBe(true);
  expect(Math.abs(phaseUs(DAY_US) - 0.123_456_7 * 86_400)).toBeLessThanOrEqual(0.5);
});

test("stops that overlap count once", () => {
  const { phaseUs } = clock([
    { kind: "stop", atDays: 1, forSeconds: 100 },
    { kind: "stop", atDays: 1, forSeconds: 50 },
    { kind: "stop", atDays: 1 + 60 / 86_400, forSeconds: 100 },
  ]);
  expect(phaseUs(2 * DAY_US)).toBe(-160e6);
});

test("a zone is one of its offsets, from the start", () => {
  const event = { kind: "zone", hours: [-8, 5.75, 9] } as const;
  for (const [unit, hours] of [
    [0, -8],
    [0.34, 5.75],
    [0.99, 9],
  ] as const) {
    const { phaseUs } = clock([event], 0, unit);
    expect([0, DAY_US].map(phaseUs)).toEqual([hours * 3600e6, hours * 3600e6]);
  }
});

test("drawn stops are as many as their rate says, within their days", () => {
  let count = 0;
  const numbers: Draw = { unit: () => ((count++ * 7919) % 1000) / 1000, normal: () => 0 };
  const event = {
    kind: "stops",
    days: { low: 200, high: 260 },
    perDay: 0.2,
    forSeconds: { low: 1, high: 600 },
  } as const;
  const { stops } = drawTimeline([event], numbers);
  expect(stops).toHaveLength(12);
  for (const { fromUs, toUs } of stops) {
    expect(fromUs).toBeGreaterThanOrEqual(200 * DAY_US);
    expect(toUs - fromUs).toBeGreaterThanOrEqual(1e6);
    expect(toUs).toBeLessThanOrEqual(260 * DAY_US + 600e6);
  }
});

test("any stops and steps equal a clock that is run microsecond by microsecond", () => {
  const seconds = (us: number): number => us / 86_400e6;
  const span = fc.record({ at: fc.nat(60), length: fc.integer({ min: 1, max: 20 }) });
  const jump = fc.record({ at: fc.nat(60), by: fc.integer({ min: -5, max: 5 }) });
  fc.assert(
    fc.property(
      fc.array(span, { maxLength: 5 }),
      fc.array(jump, { maxLength: 5 }),
      (spans, jumps) => {
        const { phaseUs, runUs } = clock([
          ...spans.map(({ at, length }) => ({
            kind: "stop" as const,
            atDays: seconds(at),
            forSeconds: length / 1e6,
          })),
          ...jumps.map(({ at, by }) => ({
            kind: "step" as const,
            atDays: seconds(at),
            bySeconds: by / 1e6,
          })),
        ]);
        let ran = 0;
        for (let us = 0; us <= 90; us++) {
          const stepped = jumps.reduce((sum, { at, by }) => (at <= us ? sum + by : sum), 0);
          expect([phaseUs(us), runUs(us)]).toEqual([ran - us + stepped, ran]);
          if (!spans.some(({ at, length }) => us >= at && us < at + length)) ran++;
        }
      },
    ),
    { numRuns: 300 },
  );
});
