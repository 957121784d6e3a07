// Acceptance check F30 of the protocol notes on clock drift: who guesses at a verifier that repairs
// tokens by pairs of codes. There are fewer codes here than digits allow, so that guesses succeed
// often enough to be counted; the chances scale with their number.

import { expect, test } from "vitest";
import { createRandom, mix, type Random } from "../../core/time/random.ts";
import { Desk, fakeKey, stepUs } from "../../verifier/testing/desk.ts";

const FIRST = 60_000_000;

const codeAt = (step: number, codes: number): number => mix(step) % codes;
const textOf = (code: number): string => String(code).padStart(6, "0");

/**
 * A verifier that keeps a first code until a code of the window proves it wrong: any other guess
 * leaves it as it was. How often guesses succeed, times the number of codes.
 */
function stickySuccesses(guesses: number, width: number, random: Random): number {
  const codes = 1000;
  const window = Array.from({ length: width + 1 }, (_, at) => codeAt(FIRST + at, codes));
  const stepOf = new Int32Array(codes).fill(-1);
  for (const [at, code] of window.slice(0, width).entries()) stepOf[code] = at;
  let stored: number | undefined;
  let successes = 0;
  for (let guess = 0; guess < guesses; guess++) {
    const code = random.uint32() % codes;
    if (stored !== undefined && window[stored + 1] === code) {
      successes++;
      stored = undefined;
      continue;
    }
    const step = stepOf[code] as number;
    if (step >= 0) stored = stored === undefined ? step : undefined;
  }
  return (successes * codes) / guesses;
}

test.each([41, 201])(
  "a first code that sticks in %i steps lets in half a guess in 10^d (F30)",
  (width) => {
    const rate = stickySuccesses(3_000_000, width, createRandom(width));
    expect(Math.abs(rate - 0.5)).toBeLessThan(0.03);
  },
);

const FEW_CODES = 100;
const REACH = 5;

/** The same guesses at our own decisions; successes are logins outside the login window. */
function successesOfOurs(guesses: number, random: Random): number {
  const desk = new Desk({
    key: fakeKey((step) => textOf(codeAt(step, FEW_CODES))),
    policy: { autoResyncSteps: REACH, windowPast: 0, windowFuture: 0 },
  });
  const fresh = { ...desk.record, watermark: BigInt(FIRST - 1000) };
  desk.record = fresh;
  let successes = 0;
  for (let guess = 0; guess < guesses; guess++) {
    const verdict = desk.verify(textOf(random.integer(0, FEW_CODES - 1)), stepUs(FIRST));
    if (verdict.outcome === "accepted") {
      if (verdict.offsetSteps !== 0) successes++;
      desk.record = fresh;
    }
    // The throttle would end this at once, and is not what is measured.
    desk.record = { ...desk.record, failures: 0 };
  }
  return (successes * FEW_CODES) / guesses;
}

test("our decisions let in no more than W guesses in 10^2d (F30)", () => {
  const guesses = 40_000;
  const most = (2 * REACH + 1) / FEW_CODES;
  const rate = successesOfOurs(guesses, createRandom(30));
  // Some forty of them: four sigma. None at all would mean that the repair is off.
  const sigma = Math.sqrt((most * FEW_CODES) / guesses);
  expect(rate).toBeGreaterThan(most / 3);
  expect(rate).toBeLessThanOrEqual(most + 4 * sigma);
});
