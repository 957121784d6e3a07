// Enrollment and resync of time-based tokens. Row ids: verifier-cases B.

import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { codeOf, otherCode } from "../testing/codes.ts";
import { Desk, type DeskOptions, fakeKey, outcomeOf, secondsUs, stepUs } from "../testing/desk.ts";

const PARAMETERS = totpParameters();
const NOW = 10_000;
const code = (step: number) => codeOf(PARAMETERS, step);
const pair = (step: number) => [code(step), code(step + 1)];
const pending = (options: DeskOptions = {}) => new Desk({ enabled: false, ...options });
const enroll = (desk: Desk, codes: unknown, step = NOW) =>
  outcomeOf(desk.enroll(codes, stepUs(step)));
const resync = (desk: Desk, codes: unknown, step = NOW) =>
  outcomeOf(desk.resync(codes, stepUs(step)));
const verify = (desk: Desk, given: string, step: number) =>
  outcomeOf(desk.verify(given, stepUs(step)));

test("two consecutive codes enable the token and are consumed (E01)", () => {
  const desk = pending();
  expect(desk.enroll(pair(NOW - 1), stepUs(NOW))).toEqual({
    outcome: "accepted",
    act: "enroll",
    movingFactor: BigInt(NOW),
    offsetSteps: 0,
    outOfSync: false,
  });
  expect(desk.record).toMatchObject({
    state: "enabled",
    watermark: BigInt(NOW),
    offsetSteps: 0,
    anchor: { offsetSteps: 0, atUs: stepUs(NOW) },
    lastAcceptedAtUs: stepUs(NOW),
  });
});

const wrong = otherCode(...Array.from({ length: 200 }, (_, at) => code(NOW - 100 + at)));
test.each<[string, readonly string[]]>([
  ["the same code twice", [code(NOW), code(NOW)]],
  ["codes in the wrong order", [code(NOW + 1), code(NOW)]],
  ["codes with a gap", [code(NOW), code(NOW + 2)]],
  ["a wrong second code", [code(NOW), wrong]],
  ["a wrong first code", [wrong, code(NOW + 1)]],
])("refuses %s, at enrollment and at resync (E02, S03)", (_, codes) => {
  const desk = pending();
  expect(enroll(desk, codes)).toBe("no-match");
  expect(desk.record).toMatchObject({ state: "created", watermark: -1n, failures: 1 });
  const enabled = new Desk();
  expect(resync(enabled, codes)).toBe("no-match");
  expect(enabled.record).toMatchObject({ watermark: -1n, offsetSteps: 0, failures: 1 });
});

test.each<[string, unknown]>([
  ["no codes", []],
  ["one code", [code(NOW)]],
  ["three codes", [code(NOW), code(NOW + 1), code(NOW + 2)]],
  ["a code too short", [code(NOW), "81804"]],
  ["numbers", [287_082, 359_152]],
  ["nulls", [null, null]],
  ["full-width digits", ["\uff12\uff18\uff17\uff10\uff18\uff12", code(NOW + 1)]],
  ["4 KiB of text", ["1".repeat(4096), code(NOW + 1)]],
  ["a hole", new Array(2)],
  ["null", null],
  ["a text", code(NOW)],
])("refuses %s as malformed, without a failure", (_, codes) => {
  const desk = pending();
  expect(enroll(desk, codes)).toBe("malformed");
  expect(resync(new Desk(), codes)).toBe("malformed");
  expect(desk.record.failures).toBe(0);
});

test("neither code of the pair logs in, the next one does (E03, R04)", () => {
  const desk = pending();
  expect(enroll(desk, pair(NOW - 1))).toBe("accepted");
  expect(verify(desk, code(NOW - 1), NOW)).toBe("replayed");
  expect(verify(desk, code(NOW), NOW)).toBe("replayed");
  expect(verify(desk, code(NOW + 1), NOW + 1)).toBe("accepted");
});

test("enrolls a token 40 steps fast, which logs in at once (E04)", () => {
  const desk = pending();
  expect(verify(new Desk(), code(NOW + 40), NOW)).toBe("no-match");
  const verdict = desk.enroll(pair(NOW + 39), stepUs(NOW));
  expect(verdict).toMatchObject({ outcome: "accepted", offsetSteps: 40, outOfSync: false });
  expect(verify(desk, code(NOW + 45), NOW + 5)).toBe("accepted");
});

test.each([0, 1, 2, 20])("a pair given %i steps late is taken, and told (E07)", (late) => {
  const desk = pending({ policy: { enrollSteps: 21 } });
  const verdict = desk.enroll(pair(NOW - late - 1), stepUs(NOW));
  expect(verdict).toMatchObject({ outcome: "accepted", outOfSync: late > 1 });
  expect(verdict).toMatchObject({ offsetSteps: 0 - late });
  const next = NOW + 1;
  expect(verify(desk, code(next), next)).toBe(late > 1 ? "no-match" : "accepted");
  expect(resync(desk, pair(next + 1), next + 2)).toBe("accepted");
  expect(desk.record.offsetSteps).toBe(0);
  expect(verify(desk, code(next + 3), next + 3)).toBe("accepted");
});

test("enrolls once: an enabled token keeps its record (E06)", () => {
  const desk = pending();
  expect(enroll(desk, pair(NOW))).toBe("accepted");
  const before = desk.record;
  expect(enroll(desk, pair(NOW + 2))).toBe("wrong-state");
  expect(desk.record).toBe(before);
});

test.each(["deactivated", "deleted"] as const)("a %s token takes no pair", (state) => {
  const desk = pending();
  desk.record = { ...desk.record, state };
  expect(enroll(desk, pair(NOW))).toBe("not-enrolled");
  expect(resync(desk, pair(NOW))).toBe("not-enrolled");
});

test("a created token takes no resync", () => {
  expect(resync(pending(), pair(NOW))).toBe("not-enrolled");
});

test("two adjacent steps that share their code are consecutive (E09)", () => {
  const twins = pair(910_737);
  expect(twins[0]).toBe(twins[1]);
  const desk = pending();
  expect(enroll(desk, twins, 910_738)).toBe("accepted");
  expect(desk.record).toMatchObject({ watermark: 910_738n, offsetSteps: 0 });
  expect(verify(desk, code(910_738), 910_738)).toBe("replayed");
});

test("a pair that fits two places is refused, whichever is nearer", () => {
  const key = fakeKey((step) => {
    if (step === NOW || step === NOW + 30) return "111111";
    return step === NOW + 1 || step === NOW + 31 ? "222222" : `${300_000 + step}`;
  });
  for (const desk of [new Desk({ key }), new Desk({ key })]) {
    expect(resync(desk, ["111111", "222222"])).toBe("no-match");
    expect(desk.record).toMatchObject({ watermark: -1n, failures: 1 });
  }
});

test("a pair that fits a spent and a fresh place is refused too", () => {
  const key = fakeKey((step) => `${100_000 + (step % 50)}`);
  const desk = new Desk({ key, policy: { resyncSteps: 45 } });
  desk.record = { ...desk.record, watermark: BigInt(NOW) };
  expect(resync(desk, ["100020", "100021"]), "at -30 and at +20").toBe("no-match");
});

test("one code that fits two places is no hindrance: the pair decides (S10)", () => {
  const key = fakeKey((step) => {
    if (step === NOW - 50 || step === NOW + 200) return "111111";
    return step === NOW + 201 ? "222222" : `${300_000 + step}`;
  });
  const desk = new Desk({ key });
  expect(resync(desk, ["111111", "222222"])).toBe("accepted");
  expect(desk.record.offsetSteps).toBe(201);
});

test.each([200, 2, -200, -2])("resyncs a token %i steps off, exactly (S01, S16)", (offset) => {
  const desk = new Desk();
  const verdict = desk.resync(pair(NOW + offset - 1), stepUs(NOW) + secondsUs(29));
  expect(verdict).toMatchObject({ outcome: "accepted", offsetSteps: offset, outOfSync: false });
  expect(desk.record).toMatchObject({
    offsetSteps: offset,
    watermark: BigInt(NOW + offset),
    anchor: { offsetSteps: offset },
  });
});

test("after a resync the next code logs in, and so does one at either edge (S02)", () => {
  for (const edge of [-1, 0, 1]) {
    const desk = new Desk();
    expect(resync(desk, pair(NOW + 200))).toBe("accepted");
    expect(verify(desk, code(NOW + 202), NOW + 1 - edge)).toBe("accepted");
  }
});

test.each([
  [NOW - 100, "accepted"],
  [NOW - 101, "no-match"],
  [NOW + 99, "accepted"],
  [NOW + 100, "no-match"],
])("with ±100 steps a pair from step %i is %s: both codes lie within (S06)", (first, outcome) => {
  const policy = { resyncSteps: 100, enrollSteps: 100 };
  expect(resync(new Desk({ policy }), pair(first))).toBe(outcome);
  expect(enroll(pending({ policy }), pair(first))).toBe(outcome);
});

test("resync searches its own window, not the login's (S07)", () => {
  const policy = { windowPast: 0, windowFuture: 0, resyncSteps: 1000 };
  expect(resync(new Desk({ policy }), pair(NOW + 999))).toBe("accepted");
});

test("a clock that went on drifting, and one that was set right, are both found", () => {
  const policy = { resyncSteps: 20 };
  for (const offset of [-37, -18, 0, 19]) {
    const desk = new Desk({ policy });
    desk.record = { ...desk.record, offsetSteps: -18 };
    expect(resync(desk, pair(NOW + offset))).toBe("accepted");
  }
});

test("no pair is looked for beyond the cap", () => {
  const policy = { resyncSteps: 100, driftCapSteps: 50 };
  expect(resync(new Desk({ policy }), pair(NOW + 49))).toBe("accepted");
  expect(resync(new Desk({ policy }), pair(NOW + 50))).toBe("no-match");
  expect(resync(new Desk({ policy }), pair(NOW - 50))).toBe("accepted");
  expect(resync(new Desk({ policy }), pair(NOW - 51))).toBe("no-match");
});

test.each([
  ["recorded before the watermark", NOW - 10],
  ["used already", NOW - 1],
  ["begun by the code used last", NOW],
])("a pair %s is a replay (S04, S05, S15)", (_, first) => {
  const desk = new Desk();
  expect(verify(desk, code(NOW), NOW)).toBe("accepted");
  const before = desk.record;
  expect(resync(desk, pair(first), NOW + 1)).toBe("replayed");
  expect(desk.record).toBe(before);
});

test("a token that fell back 200 steps is refused until its clock passes the watermark (S15)", () => {
  const desk = new Desk();
  expect(verify(desk, code(NOW), NOW)).toBe("accepted");
  expect(resync(desk, pair(NOW - 200))).toBe("replayed");
  expect(desk.record.watermark).toBe(BigInt(NOW));
  expect(resync(desk, pair(NOW + 1), NOW + 202)).toBe("accepted");
  expect(desk.record.offsetSteps).toBe(-200);
});

test("before T0 no pair is taken, and no failure counted", () => {
  const parameters = totpParameters({ t0: 2_000_000_000 });
  const desk = pending({ parameters });
  const codes = [codeOf(parameters, 0), codeOf(parameters, 1)];
  expect(outcomeOf(desk.enroll(codes, secondsUs(1_999_999_999)))).toBe("no-match");
  expect(desk.record.failures).toBe(0);
  expect(outcomeOf(desk.enroll(codes, secondsUs(2_000_000_030)))).toBe("accepted");
});

test("a pair's search computes every candidate, whatever matches", () => {
  const counts = [NOW - 900, NOW, NOW + 900, null].map((match) => {
    let asked = 0;
    const key = fakeKey((step) => {
      asked++;
      return step === match || (match !== null && step === match + 1) ? "111111" : "222222";
    });
    resync(new Desk({ key }), ["111111", "111111"]);
    return asked;
  });
  expect(counts).toEqual([2001, 2001, 2001, 2001]);
});
