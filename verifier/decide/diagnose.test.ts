import { expect, test } from "vitest";
import { hotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { codeOf, otherCode } from "../testing/codes.ts";
import { Desk, fakeKey, stepUs } from "../testing/desk.ts";
import { diagnose } from "./diagnose.ts";

const PARAMETERS = totpParameters();
const HOTP = hotpParameters();
const NOW = 10_000;
const code = (step: number) => codeOf(PARAMETERS, step);

test.each([2, 240, -2, -240])("a code %i steps off is out of sync, by so much", (offset) => {
  expect(diagnose(new Desk().input(stepUs(NOW)), code(NOW + offset))).toEqual({
    reason: "out-of-sync",
    movingFactor: BigInt(NOW + offset),
    offsetSteps: offset,
  });
});

test("what a resync would not find is no match", () => {
  const wide = new Desk().input(stepUs(NOW));
  expect(diagnose(wide, code(NOW + 241))).toEqual({ reason: "no-match" });
  const narrow = new Desk({ policy: { resyncSteps: 20 } }).input(stepUs(NOW));
  expect(diagnose(narrow, code(NOW + 21))).toEqual({ reason: "no-match" });
  expect(diagnose(narrow, code(NOW + 20)).reason).toBe("out-of-sync");
  const wrong = otherCode(...Array.from({ length: 500 }, (_, at) => code(NOW - 250 + at)));
  expect(diagnose(wide, wrong)).toEqual({ reason: "no-match" });
});

test("a spent code is a replay, wherever it lies", () => {
  const desk = new Desk();
  desk.record = { ...desk.record, watermark: BigInt(NOW) };
  expect(diagnose(desk.input(stepUs(NOW + 50)), code(NOW))).toEqual({
    reason: "replayed",
    movingFactor: BigInt(NOW),
  });
  expect(diagnose(desk.input(stepUs(NOW + 50)), code(NOW + 1)).reason).toBe("out-of-sync");
});

test("counters beyond the look-ahead are out of sync, spent ones replays", () => {
  const desk = new Desk({ parameters: HOTP, counter: 500n });
  const reasonOf = (counter: number) => diagnose(desk.input(0), codeOf(HOTP, counter));
  expect(reasonOf(600)).toEqual({ reason: "out-of-sync", movingFactor: 600n });
  expect(reasonOf(740).reason).toBe("out-of-sync");
  expect(reasonOf(741).reason).toBe("no-match");
  expect(reasonOf(499).reason).toBe("replayed");
  expect(reasonOf(260).reason).toBe("replayed");
  expect(reasonOf(259).reason).toBe("no-match");
});

test("looks at as many candidates whatever the code is", () => {
  const counts = [NOW - 240, NOW, NOW + 240, null].map((match) => {
    let asked = 0;
    const key = fakeKey((step) => {
      asked++;
      return step === match ? "111111" : "222222";
    });
    diagnose(new Desk({ key }).input(stepUs(NOW)), "111111");
    return asked;
  });
  expect(counts).toEqual([481, 481, 481, 481]);
});
