// Login windows by rule: the tracker's, and those it is compared with.

import { expect, test } from "vitest";
import { totpParameters } from "../../core/oath/parameters.ts";
import { createRandom } from "../../core/time/random.ts";
import { codeOf } from "../testing/codes.ts";
import { Desk, fakeKey, outcomeOf, stepUs } from "../testing/desk.ts";
import { loginWindow } from "./window.ts";

const PARAMETERS = totpParameters();
const START = 1_000_000;
const DAY = 2880;
const TRACKER = { windowRule: "tracker", slewSteps: 1 } as const;
/** No two steps near each other share their digits. */
const KEY = fakeKey((step) => String(step % 1_000_000).padStart(6, "0"));
const code = (step: number) => String(step % 1_000_000).padStart(6, "0");

function enrolled(policy: ConstructorParameters<typeof Desk>[0]): Desk {
  const desk = new Desk({ key: KEY, enabled: false, ...policy });
  expect(outcomeOf(desk.enroll([code(START - 1), code(START)], stepUs(START)))).toBe("accepted");
  return desk;
}

const windowAt = (desk: Desk, step: number) => loginWindow(desk.input(stepUs(step)), PARAMETERS);
const widthAt = (desk: Desk, step: number) =>
  windowAt(desk, step).high - windowAt(desk, step).low + 1;

test("the tracker's window is never wider than its cap, whatever the pause", () => {
  const desk = enrolled({ policy: TRACKER });
  for (const days of [0, 1, 10, 100, 1000]) {
    const { low, high, centre } = windowAt(desk, START + days * DAY);
    expect(high - low + 1).toBeLessThanOrEqual(8);
    expect(low).toBeLessThanOrEqual(centre - 1);
    expect(high).toBeGreaterThanOrEqual(centre + 1);
  }
  expect(widthAt(desk, START + 1000 * DAY)).toBe(8);
});

test("a token three steps a year fast is followed for three years (D04)", () => {
  const desk = enrolled({ policy: TRACKER });
  const random = createRandom(5);
  for (let week = 1; week <= 156; week++) {
    const now = START + week * 7 * DAY + random.integer(0, 900);
    const shown = now + Math.floor((3 * (now - START)) / (365 * DAY));
    expect(outcomeOf(desk.verify(code(shown), stepUs(now) + 12e6)), `week ${week}`).toBe(
      "accepted",
    );
  }
  expect(desk.record.offsetSteps).toBeGreaterThanOrEqual(8);
  expect(widthAt(desk, START + 1100 * DAY)).toBeLessThanOrEqual(5);
});

test.each([1, -1])(
  "300 codes at the window's edge (%i) move it by at most 2 steps (D07)",
  (side) => {
    const desk = enrolled({ policy: TRACKER });
    let taken = 0;
    for (let login = 1; login <= 300; login++) {
      const now = START + 3 * login;
      const { low, high } = windowAt(desk, now);
      const verdict = desk.verify(code(now + (side > 0 ? high : low)), stepUs(now));
      taken += verdict.outcome === "accepted" ? 1 : 0;
    }
    expect(taken).toBeGreaterThan(100);
    expect(Math.abs(desk.record.offsetSteps)).toBeLessThanOrEqual(2);
  },
);

test("codes typed up to 45 s late do not make a token slow (D06)", () => {
  const desk = enrolled({ policy: TRACKER });
  const random = createRandom(6);
  let refused = 0;
  for (let login = 1; login <= 200; login++) {
    const nowUs = stepUs(START + login * DAY) + random.integer(0, 29) * 1e6;
    const shown = Math.floor((nowUs / 1e6 - random.unit() * 45) / 30);
    if (desk.verify(code(shown), nowUs).outcome === "refused") refused++;
  }
  expect(refused).toBeLessThanOrEqual(2);
  expect(Math.abs(desk.record.offsetSteps)).toBeLessThanOrEqual(1);
});

test("classes differ: after 20 days a crystal may be anywhere, a phone may not", () => {
  const widths = (["crystal", "tcxo", "network"] as const).map((clock) => {
    const desk = enrolled({ policy: { ...TRACKER, windowCap: 100 } });
    desk.record = { ...desk.record, clock };
    return widthAt(desk, START + 20 * DAY);
  });
  expect(widths[0]).toBeGreaterThan(8);
  expect(widths[1]).toBeLessThan(6);
  expect(widths[2]).toBeLessThanOrEqual(widths[1] ?? 0);
});

test("an ambiguous code teaches the tracker nothing (R08)", () => {
  const twice = fakeKey((step) =>
    step === START + 9 || step === START + 10 ? "777777" : code(step),
  );
  const desk = enrolled({ policy: TRACKER, key: twice });
  const before = desk.record.trackedClock;
  expect(outcomeOf(desk.verify("777777", stepUs(START + 10)))).toBe("accepted");
  expect(desk.record.trackedClock).toBe(before);
  expect(desk.record.watermark).toBe(BigInt(START + 10));
});

test("a decision leaves the clock it was given as it was", () => {
  const desk = enrolled({ policy: TRACKER });
  const before = desk.record.trackedClock;
  const bytes = before?.bytes.slice();
  expect(outcomeOf(desk.verify(code(START + DAY), stepUs(START + DAY)))).toBe("accepted");
  expect(desk.record.trackedClock).not.toBe(before);
  expect(before?.bytes).toEqual(bytes);
});

test("a tracker whose clock fits nothing falls back on the recorded offset", () => {
  const desk = enrolled({ policy: TRACKER });
  for (let day = 1; day <= 60; day++) {
    const now = START + day * DAY;
    const shown = now + Math.floor(day / 10);
    expect(outcomeOf(desk.verify(code(shown), stepUs(now) + 15e6))).toBe("accepted");
  }
  desk.record = { ...desk.record, clock: "network" };
  const { offsetSteps } = desk.record;
  const now = START + 61 * DAY;
  expect(windowAt(desk, now)).toMatchObject({ low: offsetSteps - 1, high: offsetSteps + 1 });
  expect(outcomeOf(desk.verify(code(now + offsetSteps), stepUs(now)))).toBe("accepted");
});

test("a token whose tracking is off keeps its window (D12)", () => {
  const desk = enrolled({ policy: TRACKER });
  desk.record = { ...desk.record, isTracked: false };
  expect(windowAt(desk, START + 100 * DAY)).toMatchObject({ low: -1, high: 1 });
  expect(outcomeOf(desk.verify(code(START + DAY + 1), stepUs(START + DAY)))).toBe("accepted");
  expect(desk.record.offsetSteps).toBe(0);
});

test("gap growth widens by the days since the last login, up to the cap", () => {
  const policy = { windowRule: "gap-growth", windowPast: 2, windowCap: 60 } as const;
  const desk = enrolled({ policy });
  const widths = [1, 60, 365, 3650].map((days) => widthAt(desk, START + days * DAY));
  // 23 ppm of 60 days are 119 s, of a year 725 s.
  expect(widths).toEqual([4, 10, 52, 60]);
});

test("real codes are found at the tracker's edges and not beyond", () => {
  const real = (step: number) => codeOf(PARAMETERS, step);
  const fresh = (): Desk => {
    const desk = new Desk({ policy: TRACKER, enabled: false });
    desk.enroll([real(START - 1), real(START)], stepUs(START));
    return desk;
  };
  const now = START + 10 * DAY;
  const { low, high } = windowAt(fresh(), now);
  const outcomes = [low - 1, low, high, high + 1].map((by) =>
    outcomeOf(fresh().verify(real(now + by), stepUs(now))),
  );
  expect(outcomes).toEqual(["no-match", "accepted", "accepted", "no-match"]);
});
