// When a key may be used (RFC 6030 section 5): outside of its dates nothing is evaluated.

import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { codeOf } from "../testing/codes.ts";
import { Desk, outcomeOf, secondsUs, stepUs } from "../testing/desk.ts";

const PARAMETERS = totpParameters();
const START = 10_000;
const END = 20_000;
const code = (step: number) => codeOf(PARAMETERS, step);

function dated(enabled = true): Desk {
  const desk = new Desk({ enabled });
  const dates = { validFromUs: stepUs(START), validUntilUs: stepUs(END) };
  desk.record = { ...desk.record, ...dates };
  return desk;
}

test("a login counts from the first moment to the last, and neither before nor after", () => {
  const desk = dated();
  expect(outcomeOf(desk.verify(code(START - 1), stepUs(START) - 1))).toBe("not-yet-valid");
  expect(outcomeOf(desk.verify(code(START), stepUs(START)))).toBe("accepted");
  expect(outcomeOf(desk.verify(code(END), stepUs(END)))).toBe("accepted");
  expect(outcomeOf(desk.verify(code(END + 1), stepUs(END) + 1))).toBe("no-longer-valid");
});

test("nor does a pair, to enroll or to find the clock again", () => {
  const pair = (step: number) => [code(step), code(step + 1)];
  const created = dated(false);
  const early = stepUs(START) - secondsUs(1);
  expect(outcomeOf(created.enroll(pair(START), early))).toBe("not-yet-valid");
  expect(created.record.state).toBe("created");
  expect(outcomeOf(created.enroll(pair(START), stepUs(START)))).toBe("accepted");
  expect(outcomeOf(created.resync(pair(END - 5), stepUs(END)))).toBe("accepted");
  expect(outcomeOf(created.resync(pair(END), stepUs(END + 1)))).toBe("no-longer-valid");
});

test("what comes outside of the dates is no failure, and no guess", () => {
  const desk = dated();
  const before = desk.record;
  for (let guess = 0; guess < 20; guess++) desk.verify("000000", stepUs(END + 9));
  expect(desk.record).toBe(before);
});
