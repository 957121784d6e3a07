// Acceptance check 25 of the protocol notes on clock drift, section F. A uniform 6-digit number
// stands for a code: what collides is counted, not how codes are made.

import { expect, test } from "vitest";
import { createRandom } from "../time/random.ts";
import { chooseStep, expectedWrongMatches, type StepCandidate } from "./ambiguity.ts";

const WINDOW = 2001;

/** Steps of the window whose code is the true step's, each equally likely. */
function collisions(wrong: number): readonly StepCandidate[] {
  return Array.from({ length: wrong + 1 }, (_, at) => ({ step: BigInt(at), weight: 1 }));
}

test("a single code of 2,001 steps is ambiguous at 0.20 %, a pair never (F25)", () => {
  const random = createRandom(25);
  const runs = 100_000;
  let single = 0;
  let pairs = 0;
  for (let run = 0; run < runs; run++) {
    let wrong = 0;
    let wrongPairs = 0;
    // Each wrong step matches by a chance of 10^-6: the gaps between matches are geometric.
    const p = 1e-6;
    let at = Math.floor(Math.log(1 - random.unit()) / Math.log(1 - p));
    while (at < WINDOW - 1) {
      wrong++;
      if (random.integer(0, 999_999) === 0) wrongPairs++;
      at += 1 + Math.floor(Math.log(1 - random.unit()) / Math.log(1 - p));
    }
    if (chooseStep(collisions(wrong)).kind === "ambiguous") single++;
    if (chooseStep(collisions(wrongPairs)).kind === "ambiguous") pairs++;
  }
  // Standard deviation of the count: 14 of 200.
  expect(single / runs).toBeGreaterThan(0.0016);
  expect(single / runs).toBeLessThan(0.0024);
  expect(pairs).toBe(0);
});

test("says how many wrong matches are expected", () => {
  expect(expectedWrongMatches(2001, 6)).toBeCloseTo(2e-3, 12);
  expect(expectedWrongMatches(2_100_001, 6)).toBeCloseTo(2.1, 12);
  expect(expectedWrongMatches(2_100_001, 6, 2)).toBeCloseTo(2.1e-6, 12);
});

test("a far candidate that weighs nothing does not make a code ambiguous", () => {
  const near = { step: 5n, weight: 1 };
  expect(chooseStep([{ step: 900n, weight: 0.9e-4 }, near])).toEqual({ kind: "one", step: 5n });
  expect(chooseStep([{ step: 900n, weight: 1.1e-4 }, near])).toEqual({
    kind: "ambiguous",
    step: 5n,
    others: 1,
  });
});

test("no candidate is none", () => {
  expect(chooseStep([])).toEqual({ kind: "none" });
});
