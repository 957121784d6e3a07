// Acceptance check 23 of the protocol notes on clock drift, section F: people as sensors.

import { expect, test } from "vitest";
import { createRandom, type Random } from "../time/random.ts";
import { changeConstraint, typedConstraint } from "./constraints.ts";
import { FeasibleClocks } from "./feasible.ts";

const DAY = 86_400;
const STEP = 30;
const DELAY = 12;

interface Outcome {
  readonly halfWidthPpm: number;
  readonly holds: boolean;
}

function outcomeOf(clocks: FeasibleClocks, rate: number): Outcome {
  const { low, high } = clocks.rates;
  return { halfWidthPpm: (high - low) / 2e-6, holds: low <= rate && rate <= high };
}

const newClocks = (): FeasibleClocks => new FeasibleClocks({ rateLow: -2e-4, rateHigh: 2e-4 });

/** A code a day, read 2 to 12 s before Enter. */
function typedDaily(random: Random, days: number): Outcome {
  const rate = (random.unit() - 0.5) * 8e-5;
  const offset = (random.unit() - 0.5) * 60;
  const clocks = newClocks();
  for (let day = 0; day < days; day++) {
    const sentAt = (day + random.unit() * 0.4) * DAY;
    const readAt = sentAt - 2 - 10 * random.unit();
    const step = Math.floor((readAt * (1 + rate) + offset) / STEP);
    clocks.add(typedConstraint(sentAt, DELAY, step, STEP));
  }
  return outcomeOf(clocks, rate);
}

/** Five changes answered by taps 0.15 to 0.6 s later, now and a day later. */
function tappedTwice(random: Random): Outcome {
  const rate = (random.unit() - 0.5) * 8e-5;
  const offset = random.unit() * STEP;
  const clocks = newClocks();
  for (const start of [0, DAY]) {
    const first = Math.ceil((start * (1 + rate) + offset) / STEP);
    for (let step = first; step < first + 5; step++) {
      const tap = (step * STEP - offset) / (1 + rate) + 0.15 + 0.45 * random.unit();
      clocks.add(changeConstraint(tap - 0.6, tap - 0.15, step, STEP));
    }
  }
  return outcomeOf(clocks, rate);
}

function p95(outcomes: readonly Outcome[]): number {
  const sorted = outcomes.map(({ halfWidthPpm }) => halfWidthPpm).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.95)] as number;
}

test.each([
  ["codes typed daily for 30 days", (random: Random) => typedDaily(random, 30), 12],
  ["codes typed daily for 365 days", (random: Random) => typedDaily(random, 365), 0.35],
  ["five taps now and five a day later", tappedTwice, 3],
])("%s bound the rate to so many ppm (95 %), truth inside (F23)", (_, observe, ppm) => {
  const random = createRandom(51);
  const outcomes = Array.from({ length: 300 }, () => observe(random));
  expect(outcomes.every(({ holds }) => holds)).toBe(true);
  expect(p95(outcomes)).toBeLessThanOrEqual(ppm);
});
