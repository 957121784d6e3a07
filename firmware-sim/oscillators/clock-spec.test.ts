import { expect, test } from "vitest";
import { checkClock, clockModelFrom, readClockFile } from "./clock-spec.ts";
import { clockModelOf } from "./clocks.ts";
import { createOscillator } from "./create.ts";

test("a name alone is the named clock", () => {
  expect(clockModelFrom("xtal-token")).toBe(clockModelOf("xtal-token"));
});

test("fields are changed one by one, also deep ones, and the rest stays", () => {
  const changed = clockModelFrom("stuck,temperature.meanCelsius=-4.5,stuck.atDays.low=100");
  const plain = clockModelOf("stuck");
  expect(changed.events).toEqual([{ kind: "stuck", atDays: { low: 100, high: 300 } }]);
  const temperature = changed.terms.find(({ kind }) => kind === "temperature");
  expect(temperature).toMatchObject({ meanCelsius: -4.5, dailyCelsius: 3 });
  expect(changed.terms.length).toBe(plain.terms.length);
  expect(clockModelOf("stuck")).toBe(plain);
});

test("emulated tokens take changed clocks by the same words", () => {
  const colder = createOscillator("drifting,temperature.meanCelsius=0");
  expect(colder.phaseUs(1e12)).toBeLessThan(createOscillator("drifting").phaseUs(1e12) - 15e6);
});

test.each([
  ["sundial", /no clock "sundial"/],
  ["xtal-token,temperature", /KIND\.FIELD=VALUE/],
  ["xtal-token,ramp.ppm=1", /xtal-token has no "ramp"; it has tolerance, temperature/],
  ["xtal-token,noise.pink=1", /noise has no field "pink"; it has white, flicker, walk/],
  ["xtal-token,noise.walk=0x10", /noise\.walk must be a number, got "0x10"/],
  ["xtal-token,noise.walk=1", /at \/terms\/4\/walk: must be <= 0\.001/],
  ["xtal-token,aging.sign=odd", /at \/terms\/3\/sign/],
  ["xtal-token,noise.kind=rate", /noise has no field "kind"/],
  ["smartphone-ntp,synced.errors=1", /cannot be set by one value/],
  ["stuck,stuck.atDays.low=900", /atDays: low must not be above high/],
  ["no-such-file.json", /clock file no-such-file\.json cannot be read/],
])("%s is refused with the place that is wrong", (spec, message) => {
  expect(() => clockModelFrom(spec)).toThrow(RangeError);
  expect(() => clockModelFrom(spec)).toThrow(message);
});

test("a clock of a file is closed: unknown kinds and fields are named", () => {
  const base = { name: "mine", summary: "mine", terms: [], events: [] };
  expect(checkClock(base, "f")).toBe(base);
  expect(() => checkClock({ ...base, terms: [{ kind: "moon" }] }, "f")).toThrow(
    /f: at \/terms\/0: unknown kind "moon"/,
  );
  expect(() => checkClock({ ...base, terms: [{ kind: "rate", ppm: 1, x: 1 }] }, "f")).toThrow(
    /f: at \/terms\/0: unknown field "x"/,
  );
  expect(() => checkClock({ ...base, colour: 1 }, "f")).toThrow(/unknown field "colour"/);
  expect(() => readClockFile("/no/such/clock.json")).toThrow(/cannot be read/);
});
