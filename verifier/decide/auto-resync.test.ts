// Resynchronization at the login prompt (S11 to S13).

import { expect, test } from "vitest";
import { hotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { codeOf, otherCode } from "../testing/codes.ts";
import { Desk, fakeKey, outcomeOf, stepUs } from "../testing/desk.ts";

const PARAMETERS = totpParameters();
const NOW = 10_000;
const FAR = NOW + 15;
const code = (step: number) => codeOf(PARAMETERS, step);
const WRONG = otherCode(...Array.from({ length: 200 }, (_, at) => code(NOW - 100 + at)));
const POLICY = { autoResyncSteps: 20 } as const;

/** Outcomes of codes given so many steps after now. */
function outcomes(desk: Desk, ...given: readonly (readonly [string, number])[]): string[] {
  return given.map(([text, after]) => outcomeOf(desk.verify(text, stepUs(NOW + after))));
}

test("a code outside is refused, and the next one in time repairs the token (S11)", () => {
  const desk = new Desk({ policy: POLICY });
  expect(outcomes(desk, [code(FAR), 0])).toEqual(["no-match"]);
  expect(desk.record.failures, "it was counted").toBe(1);
  const verdict = desk.verify(code(FAR + 1), stepUs(NOW + 1));
  expect(verdict).toMatchObject({ act: "verify", outcome: "accepted", offsetSteps: 15 });
  expect(desk.record).toMatchObject({ watermark: BigInt(FAR + 1), offsetSteps: 15, failures: 0 });
  expect(desk.record.remembered).toBeNull();
  expect(outcomes(desk, [code(FAR + 1), 1], [code(FAR), 1], [code(FAR + 2), 2])).toEqual([
    "replayed",
    "replayed",
    "accepted",
  ]);
});

test.each([
  [3, "accepted"],
  [4, "no-match"],
])("the next one %i steps later: %s (S12)", (after, outcome) => {
  const desk = new Desk({ policy: POLICY });
  expect(outcomes(desk, [code(FAR), 0], [code(FAR + 1), after])).toEqual(["no-match", outcome]);
});

test("a clock that was set back in between completes nothing", () => {
  const desk = new Desk({ policy: POLICY });
  expect(outcomes(desk, [code(FAR), 0], [code(FAR + 1), -1])).toEqual(["no-match", "no-match"]);
});

test.each<[string, readonly string[]]>([
  ["a wrong one", [code(FAR), WRONG, code(FAR + 1)]],
  ["the same again", [code(FAR), code(FAR)]],
  ["the one before", [code(FAR + 1), code(FAR)]],
  ["the one after the next", [code(FAR), code(FAR + 2)]],
  ["one outside of what is searched", [code(NOW + 21), code(NOW + 22)]],
])("%s in between completes nothing (S13)", (_, codes) => {
  const desk = new Desk({ policy: POLICY });
  expect(outcomes(desk, ...codes.map((one) => [one, 0] as const))).toEqual(
    codes.map(() => "no-match"),
  );
});

test("a login in the window forgets what was remembered", () => {
  const desk = new Desk({ policy: POLICY });
  outcomes(desk, [code(FAR), 0], [code(NOW), 0]);
  expect(desk.record.remembered).toBeNull();
  expect(outcomes(desk, [code(FAR + 1), 1])).toEqual(["no-match"]);
});

test("nothing at or below the watermark is remembered or completed (S04)", () => {
  const desk = new Desk({ policy: POLICY });
  desk.record = { ...desk.record, watermark: BigInt(FAR) };
  expect(outcomes(desk, [code(FAR), 0])).toEqual(["no-match"]);
  expect(desk.record.remembered).toBeNull();
  const raised = new Desk({ policy: POLICY });
  outcomes(raised, [code(FAR), 0]);
  raised.record = { ...raised.record, watermark: BigInt(FAR + 1) };
  expect(outcomes(raised, [code(FAR + 1), 1])).toEqual(["no-match"]);
});

test("a code of two steps outside is not remembered: which is meant cannot be told", () => {
  const twice = fakeKey((step) => (step === FAR || step === FAR + 3 ? "111111" : "222222"));
  const desk = new Desk({ policy: POLICY, key: twice });
  expect(outcomes(desk, ["111111", 0])).toEqual(["no-match"]);
  expect(desk.record.remembered).toBeNull();
});

test("the last failure that is allowed locks, and the next code does not lift the lock (S08)", () => {
  const desk = new Desk({ policy: { ...POLICY, throttleLimit: 1 } });
  expect(outcomes(desk, [code(FAR), 0], [code(FAR + 1), 1])).toEqual(["no-match", "locked"]);
});

test("counters beyond the look-ahead are repaired likewise", () => {
  const parameters = hotpParameters();
  const desk = new Desk({ policy: { autoResyncSteps: 50 }, parameters, counter: 5n });
  const given = (counter: number, second: number) =>
    outcomeOf(desk.verify(codeOf(parameters, counter), second * 1e6));
  expect(given(40, 0)).toBe("no-match");
  expect(given(41, 90)).toBe("accepted");
  expect(desk.record.watermark).toBe(41n);
});

test("a policy without it remembers nothing", () => {
  const desk = new Desk();
  expect(outcomes(desk, [code(FAR), 0], [code(FAR + 1), 1])).toEqual(["no-match", "no-match"]);
});

test("replays and wrong codes cost the same work", () => {
  let asked = 0;
  const key = fakeKey((step) => {
    asked++;
    return step === NOW ? "111111" : "222222";
  });
  const desk = new Desk({ policy: POLICY, key });
  expect(outcomes(desk, ["111111", 0])).toEqual(["accepted"]);
  const counts = ["111111", "333333"].map((text) => {
    asked = 0;
    outcomes(desk, [text, 0]);
    return asked;
  });
  expect(counts).toEqual([44, 44]);
});
