// What a record remembers of its clock's jumps, told apart, when pairs find it again.

import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { codeOf } from "../testing/codes.ts";
import { Desk, stepUs } from "../testing/desk.ts";

const PARAMETERS = totpParameters();
const NOW = 100_000;
const DAY = 2880;
const code = (step: number) => codeOf(PARAMETERS, step);

/** A desk whose token was enrolled at NOW, on time. */
function enrolled(policy = {}): Desk {
  const desk = new Desk({ enabled: false, policy });
  desk.enroll([code(NOW - 1), code(NOW)], stepUs(NOW));
  return desk;
}

/** Resyncs a token that is `offset` steps ahead at step `at`. */
function resync(desk: Desk, at: number, offset: number) {
  return desk.resync([code(at + offset - 1), code(at + offset)], stepUs(at));
}

test.each([
  ["an hour ahead, as in another zone", 120, { kind: "zone", hours: 1 }, 3600],
  ["half an hour behind", -60, { kind: "zone", hours: -0.5 }, -1800],
  ["some minutes ahead", 13, { kind: "step", seconds: 390 }, 390],
])("%s", (_, offset, fault, seconds) => {
  const desk = enrolled();
  expect(resync(desk, NOW + DAY, offset)).toMatchObject({ outcome: "accepted", fault });
  const jump = { atUs: stepUs(NOW + DAY), kind: fault.kind, seconds };
  expect(desk.record.jumps).toEqual([jump]);
});

test("back where the last pair found it: a reset", () => {
  const desk = enrolled();
  resync(desk, NOW + DAY, 13);
  // An operator's correction leaves the anchor of the pair behind.
  desk.record = { ...desk.record, offsetSteps: 0, anchor: { offsetSteps: 13, atUs: stepUs(NOW) } };
  expect(resync(desk, NOW + 2 * DAY, 13)).toMatchObject({ fault: { kind: "reset" } });
  expect(desk.record.jumps.map(({ kind }) => kind)).toEqual(["step", "reset"]);
});

test("time that is lost again and again is the battery's fault; four jumps are remembered", () => {
  const desk = enrolled();
  const losses = [-11, -31, -52, -74, -97];
  const kinds = losses.map((offset, day) => {
    const verdict = resync(desk, NOW + (day + 1) * DAY, offset);
    return verdict.outcome === "accepted" ? verdict.fault?.kind : verdict.reason;
  });
  expect(kinds).toEqual(["step", "step", "battery", "battery", "battery"]);
  expect(desk.record.jumps.map(({ seconds }) => seconds)).toEqual([-600, -630, -660, -690]);
});

test("ordinary drift is no jump, and a jump that a login repairs is one", () => {
  const desk = enrolled({ autoResyncSteps: 20 });
  expect(resync(desk, NOW + DAY, 1)).not.toHaveProperty("fault");
  expect(desk.record.jumps).toEqual([]);
  const at = NOW + 2 * DAY;
  desk.verify(code(at + 15), stepUs(at));
  const fault = { kind: "step", seconds: 420 };
  expect(desk.verify(code(at + 16), stepUs(at + 1))).toMatchObject({ outcome: "accepted", fault });
  expect(desk.record.jumps).toMatchObject([{ kind: "step", seconds: 420 }]);
});
