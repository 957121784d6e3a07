// Failures, delays and locks (RFC 4226 §7.3). Row ids: verifier-cases B.

import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { codeOf, otherCode } from "../testing/codes.ts";
import { Desk, outcomeOf, secondsUs, stepUs } from "../testing/desk.ts";

const PARAMETERS = totpParameters();
const NOW = 10_000;
const code = (step: number) => codeOf(PARAMETERS, step);
const WRONG = otherCode(...Array.from({ length: 3000 }, (_, at) => code(NOW - 1500 + at)));
const verify = (desk: Desk, given: string, atUs = stepUs(NOW)) =>
  outcomeOf(desk.verify(given, atUs));

test("the limit of consecutive failures locks; then the right code is refused (T01)", () => {
  const desk = new Desk({ policy: { throttleLimit: 5 } });
  for (let failure = 1; failure <= 5; failure++) {
    expect(verify(desk, WRONG)).toBe("no-match");
    expect(desk.record).toMatchObject({ failures: failure, locked: failure === 5 });
  }
  const locked = desk.record;
  expect(verify(desk, code(NOW))).toBe("locked");
  expect(verify(desk, code(NOW + 9000), stepUs(NOW + 9000)), "years do not unlock").toBe("locked");
  expect(desk.record).toBe(locked);
});

test("a success before the limit starts the count anew", () => {
  const desk = new Desk({ policy: { throttleLimit: 3 } });
  for (let round = 0; round < 5; round++) {
    const step = NOW + round;
    expect(verify(desk, WRONG, stepUs(step))).toBe("no-match");
    expect(verify(desk, WRONG, stepUs(step))).toBe("no-match");
    expect(verify(desk, code(step), stepUs(step))).toBe("accepted");
    expect(desk.record).toMatchObject({ failures: 0, lastFailureAtUs: 0 });
  }
});

test("replays neither count nor reset the count (T05)", () => {
  const desk = new Desk({ policy: { throttleLimit: 3 } });
  expect(verify(desk, code(NOW))).toBe("accepted");
  expect(verify(desk, WRONG)).toBe("no-match");
  for (let again = 0; again < 10; again++) expect(verify(desk, code(NOW))).toBe("replayed");
  expect(desk.record.failures).toBe(1);
});

test("after A failures the next try waits A times the delay (T02)", () => {
  const desk = new Desk({ policy: { delaySeconds: 7 } });
  let atUs = stepUs(NOW);
  for (let failures = 1; failures <= 5; failures++) {
    expect(verify(desk, WRONG, atUs)).toBe("no-match");
    const retryAtUs = atUs + secondsUs(7 * failures);
    const early = desk.verify(code(NOW), retryAtUs - 1);
    expect(early).toEqual({ outcome: "refused", act: "verify", reason: "throttled", retryAtUs });
    expect(desk.record.failures, "what is not evaluated does not count").toBe(failures);
    atUs = retryAtUs;
  }
  const step = Math.floor(atUs / stepUs(1));
  expect(verify(desk, code(step), atUs), "exactly when the wait is over").toBe("accepted");
  expect(verify(desk, code(step + 1), atUs), "and at once after a success").toBe("accepted");
});

test("a clock set back prolongs the wait, and no more", () => {
  const desk = new Desk({ policy: { delaySeconds: 7 } });
  expect(verify(desk, WRONG)).toBe("no-match");
  expect(verify(desk, code(NOW - 50), stepUs(NOW - 50))).toBe("throttled");
  expect(verify(desk, code(NOW + 1), stepUs(NOW + 1))).toBe("accepted");
});

test("wrong pairs count with wrong codes, and lock enrollment and resync too (S08, S09)", () => {
  const desk = new Desk({ policy: { throttleLimit: 4 } });
  expect(verify(desk, WRONG)).toBe("no-match");
  for (let guess = 0; guess < 3; guess++) {
    expect(outcomeOf(desk.resync([WRONG, WRONG], stepUs(NOW)))).toBe("no-match");
  }
  const right = [code(NOW), code(NOW + 1)];
  expect(outcomeOf(desk.resync(right, stepUs(NOW))), "a lock is not lifted").toBe("locked");
  const pending = new Desk({ enabled: false, policy: { throttleLimit: 1 } });
  expect(outcomeOf(pending.enroll([WRONG, WRONG], stepUs(NOW)))).toBe("no-match");
  expect(outcomeOf(pending.enroll(right, stepUs(NOW)))).toBe("locked");
});

test("a right pair ends the delay of earlier failures, when it may be tried", () => {
  const desk = new Desk({ policy: { delaySeconds: 60 } });
  const right = [code(NOW), code(NOW + 1)];
  expect(verify(desk, WRONG)).toBe("no-match");
  expect(outcomeOf(desk.resync(right, stepUs(NOW + 1)))).toBe("throttled");
  expect(outcomeOf(desk.resync(right, stepUs(NOW + 2)))).toBe("accepted");
  expect(desk.record.failures).toBe(0);
});

test("a limit lowered afterwards locks at the next failure, not before", () => {
  const desk = new Desk({ policy: { throttleLimit: 10 } });
  for (let failure = 0; failure < 4; failure++) verify(desk, WRONG);
  desk.policy = { ...desk.policy, throttleLimit: 3 };
  expect(verify(desk, code(NOW))).toBe("accepted");
});

test("a timed lock ends by itself, and then one failure counts as one (T04)", () => {
  const desk = new Desk({ policy: { throttleLimit: 3, lockSeconds: 900 } });
  for (let failure = 0; failure < 3; failure++) verify(desk, WRONG);
  const untilUs = stepUs(NOW) + secondsUs(900);
  expect(desk.verify(code(NOW), untilUs - 1)).toMatchObject({
    reason: "locked",
    retryAtUs: untilUs,
  });
  expect(verify(desk, WRONG, untilUs)).toBe("no-match");
  expect(desk.record).toMatchObject({ failures: 1, locked: false, lockedUntilUs: null });
  expect(verify(desk, code(NOW + 31), stepUs(NOW + 31))).toBe("accepted");
  expect(desk.record).toMatchObject({ failures: 0, locked: false });
});

test("the right code after a timed lock ends it", () => {
  const desk = new Desk({ policy: { throttleLimit: 1, lockSeconds: 60, delaySeconds: 3600 } });
  verify(desk, WRONG);
  expect(verify(desk, code(NOW + 2), stepUs(NOW + 2))).toBe("accepted");
  expect(desk.record).toMatchObject({ failures: 0, locked: false, lockedUntilUs: null });
});

test("whatever unlocks, a day's guesses are bounded, and successes do not give them back", () => {
  const day = 2880;
  const desk = new Desk({ policy: { throttleLimit: 5, lockSeconds: 60, guessesPerDay: 20 } });
  let evaluated = 0;
  for (let minute = 0; minute < 1440; minute++) {
    const step = NOW + 2 * minute;
    if (verify(desk, WRONG, stepUs(step)) === "no-match") evaluated++;
    if (minute % 10 === 3 && evaluated < 20) {
      expect(["accepted", "locked"]).toContain(verify(desk, code(step), stepUs(step)));
    }
  }
  expect(evaluated).toBe(20);
  const late = NOW + day - 1;
  expect(desk.verify(code(late), stepUs(late))).toMatchObject({
    reason: "throttled",
    retryAtUs: stepUs(NOW + day),
  });
  expect(verify(desk, code(NOW + day), stepUs(NOW + day))).toBe("accepted");
  expect(verify(desk, WRONG, stepUs(NOW + day))).toBe("no-match");
  expect(desk.record.guesses).toEqual({ count: 1, sinceUs: stepUs(NOW + day) });
});

test("a clock set back begins no new day", () => {
  const desk = new Desk({ policy: { guessesPerDay: 2 } });
  expect(verify(desk, WRONG)).toBe("no-match");
  expect(verify(desk, WRONG, stepUs(NOW - 9000))).toBe("no-match");
  expect(verify(desk, WRONG, stepUs(NOW - 9000))).toBe("throttled");
});
