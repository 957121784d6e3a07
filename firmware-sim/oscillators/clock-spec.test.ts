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

test("one of several of a kind, and one of a list, are changed by their place", () => {
  const periods = (spec: string) =>
    clockModelFrom(spec).terms.flatMap((term) => (term.kind === "cycle" ? [term.ppm] : []));
  expect(periods("tcxo-token")).toEqual([0.25, 0.25]);
  expect(periods("tcxo-token,cycle.2.ppm=0.5")).toEqual([0.25, 0.5]);
  expect(periods("tcxo-token,cycle.ppm=0.5")).toEqual([0.5, 0.5]);
  const [synced] = clockModelFrom("smartphone-ntp,synced.errors.2.sigmaSeconds=5").terms;
  expect(synced).toMatchObject({ errors: [{ sigmaSeconds: 0.1 }, { sigmaSeconds: 5 }, {}] });
  const { events } = clockModelFrom("timezone-misset,zone.hours.2=3.5");
  expect(events[0]).toMatchObject({ hours: expect.arrayContaining([-8, 3.5, -6]) });
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
  ["smartphone-ntp,synced.errors.4.share=1", /synced\.errors has no field "4"; it has 1 to 3/],
  ["smartphone-ntp,synced.errors.length=1", /synced\.errors has no field "length"/],
  ["tcxo-token,cycle.3.ppm=1", /tcxo-token has no "cycle\.3"; it has 2 of them/],
  ["tcxo-token,cycle.2=1", /KIND\.FIELD=VALUE/],
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
