// The recorded offset (RFC 6238 §6) and its bounds. Row ids: verifier-cases B.

import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { DAY_US, SECOND_US } from "../../core/time/clock.ts";
import { codeOf } from "../testing/codes.ts";
import { Desk, type DeskOptions, outcomeOf, secondsUs, stepUs } from "../testing/desk.ts";

const PARAMETERS = totpParameters();
const NOW = 50_000_000;
const code = (step: number) => codeOf(PARAMETERS, step);

/** A desk whose token was enrolled at NOW with offset 0. */
function enrolled(options: DeskOptions = {}): Desk {
  const desk = new Desk({ enabled: false, ...options });
  desk.enroll([code(NOW - 1), code(NOW)], stepUs(NOW));
  return desk;
}

/** A login with the code the token shows when its clock is `offsetSeconds` ahead. */
function login(desk: Desk, atUs: number, offsetSeconds: number): string {
  const step = Math.floor((atUs / SECOND_US + offsetSeconds) / 30);
  return outcomeOf(desk.verify(code(step), atUs));
}

test.each([1, -1])(
  "a token %i step off is recorded so, and its window follows (D01, D02)",
  (off) => {
    const desk = enrolled();
    for (let day = 1; day <= 5; day++) {
      expect(login(desk, stepUs(NOW) + day * DAY_US, off * 30)).toBe("accepted");
      expect(desk.record.offsetSteps).toBe(off);
    }
    const atUs = stepUs(NOW) + 6 * DAY_US;
    for (const [offset, outcome] of [
      [off - 2, "no-match"],
      [off + 2, "no-match"],
      [off - 1, "accepted"],
    ] as const) {
      expect(login(desk, atUs, offset * 30)).toBe(outcome);
    }
  },
);

test("logins at second 29 and at second 0 leave the offset and both edges alone (D09)", () => {
  const desk = enrolled();
  for (let day = 1; day <= 20; day++) {
    const second = day % 2 === 0 ? 0 : 29;
    expect(login(desk, stepUs(NOW) + day * DAY_US + secondsUs(second), 0)).toBe("accepted");
    expect(desk.record.offsetSteps).toBe(0);
  }
});

test("a token that gains 3 steps a year is never refused in 3 years of weeks (D04)", () => {
  const desk = enrolled();
  for (let week = 1; week <= 156; week++) {
    const atUs = stepUs(NOW) + week * 7 * DAY_US;
    expect(login(desk, atUs, (week / 52) * 90)).toBe("accepted");
  }
  expect(desk.record.offsetSteps).toBe(9);
  expect(login(desk, stepUs(NOW) + (156 * 7 + 400) * DAY_US, 369), "400 idle days").toBe(
    "no-match",
  );
});

test.each([1, -1])(
  "300 logins at the edge in a row move the window at most 2 steps (%i)",
  (edge) => {
    const desk = enrolled();
    let accepted = 0;
    for (let count = 1; count <= 300; count++) {
      const atUs = stepUs(NOW + 10 * count);
      const at = 10 * count + NOW + desk.record.offsetSteps + edge;
      if (outcomeOf(desk.verify(code(at), atUs)) === "accepted") accepted++;
    }
    expect(accepted, "each of them is a code of the window").toBe(300);
    expect(desk.record.offsetSteps).toBe(2 * edge);
  },
);

test("a clock that runs on by 30 s a login leaves the window and is refused (D07)", () => {
  const desk = enrolled();
  const outcomes = Array.from({ length: 6 }, (_, at) => {
    return login(desk, stepUs(NOW + 60 * (at + 1)), 30 * (at + 1));
  });
  expect(outcomes.slice(0, 3)).toEqual(["accepted", "accepted", "accepted"]);
  expect(outcomes.slice(3)).toEqual(["no-match", "no-match", "no-match"]);
});

test.each([1, -1])("the recorded offset never passes the cap (D07, D08: %i)", (edge) => {
  const desk = enrolled({ policy: { slewSteps: 1000, driftCapSteps: 40, throttleLimit: 1000 } });
  const outcomes: string[] = [];
  for (let count = 1; count <= 60; count++) {
    outcomes.push(login(desk, stepUs(NOW + 100 * count), 30 * edge * count));
    expect(Math.abs(desk.record.offsetSteps)).toBeLessThanOrEqual(40);
  }
  expect(outcomes.indexOf("no-match"), "the window's edge beyond the cap").toBe(41);
  expect(outcomes.slice(41)).not.toContain("accepted");
});

test("the bound grows with the time since the last pair, at slewPpm", () => {
  // 100 ppm of 3 days are 25.92 s, of 4 days 34.56 s: one step more.
  for (const [days, offset] of [
    [3, 2],
    [4, 3],
  ] as const) {
    const desk = enrolled();
    desk.record = { ...desk.record, offsetSteps: 2 };
    expect(login(desk, stepUs(NOW) + days * DAY_US, 90)).toBe("accepted");
    expect(desk.record.offsetSteps).toBe(offset);
  }
});

test("a clock of the verifier that is set back leaves the bound as it was", () => {
  const desk = enrolled({ policy: { windowPast: 10, windowFuture: 10 } });
  desk.record = { ...desk.record, watermark: -1n };
  expect(login(desk, stepUs(NOW - 1_000_000), 150)).toBe("accepted");
  expect(desk.record.offsetSteps).toBe(2);
});

test("with tracking off logins leave the offset alone, pairs do not (D12)", () => {
  const desk = enrolled({ policy: { trackDrift: false } });
  expect(login(desk, stepUs(NOW + 10), 30)).toBe("accepted");
  expect(desk.record.offsetSteps).toBe(0);
  desk.resync([code(NOW + 24), code(NOW + 25)], stepUs(NOW + 20));
  expect(desk.record.offsetSteps).toBe(5);
});

test("a replay from another offset changes nothing (D11)", () => {
  const desk = enrolled();
  expect(login(desk, stepUs(NOW + 10), 0)).toBe("accepted");
  const before = desk.record;
  expect(login(desk, stepUs(NOW + 11), -30)).toBe("replayed");
  expect(desk.record).toBe(before);
});
