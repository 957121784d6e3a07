// The verifier on step numbers against the verifier itself.

import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { createRandom } from "../../core/time/random.ts";
import { loginWindow } from "../../verifier/decide/window.ts";
import { Desk, fakeKey, outcomeOf } from "../../verifier/testing/desk.ts";
import { fleetPolicyOf } from "./spec.ts";
import { StepVerifier } from "./verifier.ts";

const DAY = 86_400;
const PARAMETERS = totpParameters();
/** No two steps near each other share their digits. */
const code = (step: number): string => String(step % 1_000_000).padStart(6, "0");
const KEY = fakeKey(code);

/** Lives a random life under both; every answer and every window is the same. */
function liveUnderBoth(policyText: string, seed: number): { accepted: number; refused: number } {
  const { policy } = fleetPolicyOf(policyText);
  const { name: _, ...numbers } = policy;
  // Locks need a clock of their own, and are not what is compared.
  const free = { ...numbers, throttleLimit: 1000, guessesPerDay: 0, lockSeconds: 1 };
  const desk = new Desk({ policy: free, key: KEY, enabled: false });
  const lean = new StepVerifier(policy, "crystal");
  const random = createRandom(seed);
  const ppm = (random.unit() - 0.5) * 40;
  let at = 1e8 + random.integer(0, 100_000_000) / 1000;
  const start = at;
  const shownAt = (now: number): number => {
    const shown = now - 3 - random.integer(0, 50_000) / 1000;
    return Math.floor((shown + 11 + ppm * 1e-6 * (shown - start)) / 30);
  };
  const first = shownAt(at);
  expect(outcomeOf(desk.enroll([code(first - 1), code(first)], at * 1e6))).toBe("accepted");
  expect(lean.enroll(at, first)).toBe(true);
  const seen = { accepted: 0, refused: 0 };
  for (let login = 0; login < 120; login++) {
    const isRetry = random.unit() < 0.2;
    at += isRetry ? 30 : (random.integer(0, 1000) / 1000) * 40 * DAY;
    at = Math.round(at * 1000) / 1000;
    const isOdd = random.unit() < 0.15;
    const step = isOdd ? shownAt(at) + random.integer(-25, 25) : shownAt(at);
    if (random.unit() < 0.05) {
      const verdict = outcomeOf(desk.resync([code(step - 1), code(step)], at * 1e6));
      expect(lean.resync(at, step)).toBe(verdict === "accepted");
    } else {
      const window = loginWindow(desk.input(at * 1e6), PARAMETERS);
      const verdict = outcomeOf(desk.verify(code(step), at * 1e6));
      const judged = lean.judge(at, step);
      expect({ low: lean.low, high: lean.high }).toEqual({ low: window.low, high: window.high });
      expect(judged !== "refused").toBe(verdict === "accepted");
      seen[judged === "refused" ? "refused" : "accepted"]++;
    }
    expect(lean.offsetSteps + 0).toBe(desk.record.offsetSteps + 0);
    expect(BigInt(lean.watermark)).toBe(desk.record.watermark);
  }
  return seen;
}

test.each(["default", "rfc6238", "rfc6238-2", "aws", "gap-growth", "fixed-window", "none-10"])(
  "%s: judges random lives on steps as the verifier does on codes",
  (policy) => {
    const sum = { accepted: 0, refused: 0 };
    for (let seed = 0; seed < 12; seed++) {
      const { accepted, refused } = liveUnderBoth(policy, seed);
      sum.accepted += accepted;
      sum.refused += refused;
    }
    expect(sum.accepted).toBeGreaterThan(100);
    expect(sum.refused).toBeGreaterThan(20);
  },
);

test("300 logins at the window's edge move default by 2 steps at most, naive RFC by 300 (F31)", () => {
  const walk = (text: string, side: 1 | -1): number => {
    const verifier = new StepVerifier(fleetPolicyOf(text).policy, "crystal");
    verifier.enroll(300, 10);
    for (let login = 1; login <= 300; login++) {
      const host = 10 + 3 * login;
      // A code that is surely refused, to learn the window.
      verifier.judge(host * 30, host + 500);
      verifier.judge(host * 30, host + (side > 0 ? verifier.high : verifier.low));
    }
    return Math.abs(verifier.offsetSteps);
  };
  for (const side of [1, -1] as const) expect(walk("default", side)).toBeLessThanOrEqual(2);
  // Naive: the last difference is the new offset, with no bound on its slew.
  expect(walk("rfc6238-2/slewSteps=1000", 1)).toBeGreaterThanOrEqual(300);
});
