// Logins, enrollment and resync with counter-based codes (RFC 4226 §7). Row ids: verifier-cases B.

import { expect, test } from "vitest";
import { expectedCode } from "../../conformance/oracle.ts";
import { hotpParameters, MAX_MOVING_FACTOR } from "../../core/oath/parameters.ts";
import { RFC4226_VECTORS, rfc4226Secret } from "../../core/oath/vectors.ts";
import { Desk, type DeskOptions, fakeKey, outcomeOf } from "../testing/desk.ts";

const PARAMETERS = hotpParameters();
const AT = 1_000_000;
const code = (counter: bigint | number) =>
  expectedCode(rfc4226Secret(), PARAMETERS, BigInt(counter));
const desk = (options: DeskOptions = {}) => new Desk({ parameters: PARAMETERS, ...options });
const verify = (at: Desk, given: string) => outcomeOf(at.verify(given, AT));
const resync = (at: Desk, n: bigint | number) =>
  outcomeOf(at.resync([code(n), code(BigInt(n) + 1n)], AT));

test("accepts RFC 4226 D in order and counts on (F03, H01)", () => {
  const token = desk();
  for (const vector of RFC4226_VECTORS) {
    expect(token.verify(vector.code, AT)).toEqual({
      outcome: "accepted",
      act: "verify",
      movingFactor: vector.counter,
      offsetSteps: 0,
      outOfSync: false,
    });
    expect(token.record.watermark).toBe(vector.counter);
  }
});

test.each([6, 7, 8, 9, 10])(
  "accepts codes of %i digits, and of no other length (F06)",
  (digits) => {
    const parameters = hotpParameters({ digits });
    const given = expectedCode(rfc4226Secret(), parameters, 0n);
    expect(given).toBe("1284755224".slice(-digits));
    expect(verify(desk({ parameters }), given)).toBe("accepted");
    expect(verify(desk({ parameters }), `0${given}`)).toBe("malformed");
    expect(verify(desk({ parameters }), given.slice(1))).toBe("malformed");
  },
);

test.each([
  2n ** 31n,
  2n ** 32n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  2n ** 63n,
  MAX_MOVING_FACTOR - 1n,
  MAX_MOVING_FACTOR,
])("accepts counter %s, exactly (F12)", (counter) => {
  const token = desk({ counter, policy: { lookAheadWindow: 1 } });
  if (counter < MAX_MOVING_FACTOR) expect(verify(token, code(counter + 1n))).toBe("no-match");
  expect(verify(token, code(counter))).toBe("accepted");
  expect(token.record.watermark).toBe(counter);
  expect(verify(token, code(counter))).toBe("replayed");
});

test("after the last counter there is none: it never wraps to 0 (H06)", () => {
  const token = desk({ counter: MAX_MOVING_FACTOR - 2n });
  expect(verify(token, code(MAX_MOVING_FACTOR))).toBe("accepted");
  expect(token.record.watermark).toBe(MAX_MOVING_FACTOR);
  for (const counter of [0n, 1n, 9n]) expect(verify(token, code(counter))).toBe("no-match");
  expect(resync(token, 0n)).toBe("no-match");
  expect(token.record.watermark).toBe(MAX_MOVING_FACTOR);
});

test("a pair at the last two counters is the last one (H06)", () => {
  const token = desk({ counter: MAX_MOVING_FACTOR - 5n });
  expect(resync(token, MAX_MOVING_FACTOR - 1n)).toBe("accepted");
  expect(token.record.watermark).toBe(MAX_MOVING_FACTOR);
});

test("a look-ahead of s takes the expected counter and s - 1 more (H02)", () => {
  const policy = { lookAheadWindow: 10 };
  expect(verify(desk({ policy }), code(9))).toBe("accepted");
  expect(verify(desk({ policy }), code(10))).toBe("no-match");
});

test("a wrong code does not advance the counter (H03)", () => {
  const token = desk();
  for (let guess = 0; guess < 5; guess++) expect(verify(token, code(900 + guess))).toBe("no-match");
  expect(token.record).toMatchObject({ watermark: -1n, failures: 5 });
  expect(verify(token, code(0))).toBe("accepted");
});

test("refuses what is older than the counter, skipped or used (H04)", () => {
  const token = desk();
  expect(verify(token, code(5))).toBe("accepted");
  for (const counter of [0, 3, 5]) expect(verify(token, code(counter))).toBe("replayed");
  expect(token.record).toMatchObject({ watermark: 5n, failures: 0 });
});

test("codes submitted twice are replays and lock nobody out (H08)", () => {
  const token = desk({ policy: { throttleLimit: 3 } });
  expect(verify(token, code(0))).toBe("accepted");
  for (let again = 0; again < 49; again++) expect(verify(token, code(0))).toBe("replayed");
  expect(verify(token, code(1))).toBe("accepted");
});

test("of two counters with one code the lowest is taken; then its digits are burned (H07)", () => {
  const key = fakeKey((counter) => (counter === 3 || counter === 4 ? "777777" : `10000${counter}`));
  const token = desk({ key });
  const verdict = token.verify("777777", AT);
  expect(verdict).toMatchObject({ outcome: "accepted", movingFactor: 3n });
  expect(token.record.watermark).toBe(3n);
  expect(verify(token, "777777")).toBe("replayed");
  expect(verify(token, "100005")).toBe("accepted");
});

test("resync finds a pair 500 counters ahead and counts on after it (H05)", () => {
  const token = desk({ policy: { resyncCounters: 1000 } });
  expect(resync(token, 500)).toBe("accepted");
  expect(token.record).toMatchObject({ watermark: 501n, offsetSteps: 0 });
  expect(verify(token, code(501))).toBe("replayed");
  expect(verify(token, code(502))).toBe("accepted");
});

test("a pair may end resyncCounters after the expected counter, and no later", () => {
  const policy = { resyncCounters: 20 };
  expect(resync(desk({ policy }), 19)).toBe("accepted");
  expect(resync(desk({ policy }), 20)).toBe("no-match");
});

test.each([
  ["the same pair again", 500],
  ["a pair that begins with the last used code", 501],
  ["a skipped pair just below", 498],
])("refuses %s as a replay (S04, S05, R04)", (_, n) => {
  const token = desk();
  expect(resync(token, 500)).toBe("accepted");
  expect(resync(token, n)).toBe("replayed");
  expect(token.record).toMatchObject({ watermark: 501n, failures: 0 });
});

test.each([
  [0, 1n],
  [7, 8n],
])("enrolls with the pair at counter %i (E10)", (n, watermark) => {
  const token = desk({ enabled: false });
  expect(outcomeOf(token.enroll([code(n), code(n + 1)], AT))).toBe("accepted");
  expect(token.record).toMatchObject({ state: "enabled", watermark });
  expect(verify(token, code(n + 2))).toBe("accepted");
});
