import { expect, test } from "vitest";
import { changeConstraint, readingConstraint } from "../../core/drift/constraints.ts";
import { createRandom } from "../../core/time/random.ts";
import type { Oscillator } from "../../firmware-sim/oscillator.ts";
import { createOscillator } from "../../firmware-sim/oscillators/create.ts";
import { edgeUs } from "../../firmware-sim/oscillators/edges.ts";
import { acceptLot, type LotReading } from "./acceptance.ts";

const DAY = 86_400;
const SET_AT = 1_735_689_600;

/** Taps at a display's change of a token that was set at SET_AT and runs `ppm` fast. */
function tap(serial: string, ppm: number, day: number): LotReading {
  const about = SET_AT + day * DAY;
  const step = Math.ceil((about + (about - SET_AT) * ppm * 1e-6) / 30);
  const at = SET_AT + (step * 30 - SET_AT) / (1 + ppm * 1e-6);
  return { serial, constraint: changeConstraint(at - 0.2, at + 0.25, step, 30) };
}

test("one reading and the factory's date tell a token in from one out of specification", () => {
  const readings = [tap("A", 1, 300), tap("B", 25, 300)];
  const factorySet = { at: SET_AT, withinSeconds: 2 };
  const [a, b] = acceptLot(readings, { specPpm: 5, factorySet });
  expect([a?.verdict, b?.verdict]).toEqual(["in-specification", "out-of-specification"]);
  expect(a?.ratePpm?.low).toBeLessThan(1);
  expect(a?.ratePpm?.high).toBeGreaterThan(1);
});

test("taps weeks apart decide without the factory's date; one alone does not", () => {
  const options = { specPpm: 5 };
  const [twice] = acceptLot([tap("A", 2, 0), tap("A", 2, 21)], options);
  const [once] = acceptLot([tap("A", 2, 0)], options);
  expect(twice?.verdict).toBe("in-specification");
  expect(once?.verdict).toBe("undecided");
});

test("an undecided token is decided by a reading at the date that is named", () => {
  const early = [tap("A", 2, 0), tap("A", 2, 1)];
  const [undecided] = acceptLot(early, { specPpm: 5 });
  expect(undecided?.verdict).toBe("undecided");
  const day = ((undecided?.undecidedUntil ?? 0) - SET_AT) / DAY;
  expect(day).toBeGreaterThan(1);
  expect(acceptLot([...early, tap("A", 2, day)], { specPpm: 5 })[0]?.verdict).toBe(
    "in-specification",
  );
});

test("readings of two tokens under one serial are inconsistent, never a narrow interval", () => {
  const [mixed] = acceptLot([tap("A", 2, 0), { ...tap("A", 900_000, 2) }], { specPpm: 5 });
  expect(mixed).toMatchObject({ verdict: "inconsistent", ratePpm: null });
});

test("no token is called out of specification that is in it, in 1,000 random lots", () => {
  const random = createRandom(61);
  for (let run = 0; run < 1000; run++) {
    const ppm = (random.unit() - 0.5) * 20;
    const offset = (random.unit() - 0.5) * 4;
    const readings = Array.from({ length: random.integer(1, 4) }, (): LotReading => {
      const from = SET_AT + random.unit() * 400 * DAY;
      const shown = from + offset + (from - SET_AT) * ppm * 1e-6;
      const step = Math.floor(shown / 30);
      const constraint = readingConstraint({ from, to: from + 1e-3, step }, { stepSeconds: 30 });
      return { serial: "A", constraint };
    });
    const factorySet = { at: SET_AT, withinSeconds: 2 };
    const [found] = acceptLot(readings, { specPpm: 5, factorySet });
    expect(found?.ratePpm?.low).toBeLessThanOrEqual(ppm + 1e-6);
    expect(found?.ratePpm?.high).toBeGreaterThanOrEqual(ppm - 1e-6);
    const wrong = Math.abs(ppm) <= 5 ? "out-of-specification" : "in-specification";
    expect(found?.verdict).not.toBe(wrong);
  }
});

test("no real crystal that is tapped four times in a year is judged wrongly", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const { phaseUs } = createOscillator("xtal-token", { random: createRandom(seed) });
    const ages = [30, 60, 150, 330].map((days) => days * DAY * 1e6);
    const readings = ages.map((ageUs): LotReading => {
      const step = Math.ceil((ageUs + phaseUs(ageUs)) / 30e6);
      const at = edgeUs(step, 30, { phaseUs } as Oscillator) / 1e6;
      return { serial: "A", constraint: changeConstraint(at - 0.2, at + 0.25, step, 30) };
    });
    const [first = 0, last = 1] = [ages[0], ages.at(-1)];
    const ppm = ((phaseUs(last) - phaseUs(first)) / (last - first)) * 1e6;
    const [found] = acceptLot(readings, { specPpm: 3 });
    const wrong = Math.abs(ppm) <= 3 ? "out-of-specification" : "in-specification";
    expect(found?.verdict).not.toBe(wrong);
    expect(found?.verdict).not.toBe("inconsistent");
  }
});

test("a specification of nothing is refused", () => {
  expect(() => acceptLot([], { specPpm: 0 })).toThrow(/specPpm/);
});

test("a factory's date that is known to the day bounds rates of both signs, truth inside", () => {
  const random = createRandom(62);
  for (let run = 0; run < 300; run++) {
    const ppm = (random.unit() - 0.5) * 60;
    const setAt = SET_AT + (random.unit() - 0.5) * 2 * DAY;
    const from = SET_AT + (30 + 300 * random.unit()) * DAY;
    const step = Math.floor((from + 1 + (from + 1 - setAt) * ppm * 1e-6) / 30);
    const constraint = readingConstraint({ from, to: from + 2, step }, { stepSeconds: 30 });
    const factorySet = { at: SET_AT, withinSeconds: 1, giveOrTakeSeconds: DAY };
    const [found] = acceptLot([{ serial: "A", constraint }], { specPpm: 5, factorySet });
    expect(found?.ratePpm?.low).toBeLessThanOrEqual(ppm + 1e-6);
    expect(found?.ratePpm?.high).toBeGreaterThanOrEqual(ppm - 1e-6);
  }
});

test("a crystal that bends by a second over a year is one clock, one that jumped a minute is not", () => {
  const bent = [0, 60, 120, 180, 240].map((day) => {
    const { constraint } = tap("A", 2, day);
    const bend = Math.sin(day / 38);
    const { lower, upper } = constraint;
    return { serial: "A", constraint: { ...constraint, lower: lower + bend, upper: upper + bend } };
  });
  const [one] = acceptLot(bent, { specPpm: 5 });
  expect(one?.verdict).toBe("in-specification");
  expect(one?.straySeconds).toBeGreaterThan(0.3);
  const last = bent[4]?.constraint as LotReading["constraint"];
  const jumped = { ...last, lower: last.lower - 60, upper: last.upper - 60 };
  const [other] = acceptLot([...bent.slice(0, 4), { serial: "A", constraint: jumped }], {
    specPpm: 5,
  });
  expect(other?.verdict).toBe("inconsistent");
});
