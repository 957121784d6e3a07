import { expect, test } from "vitest";
import { assertPolicy, PRESET_NAMES, type PresetName, policyOf } from "./policy.ts";
import { MAX_SEARCH_STEPS, POLICY_FIELDS } from "./policy-fields.ts";

test.each(PRESET_NAMES)("the preset %s is valid and carries its name", (name) => {
  expect(policyOf(name).name).toBe(name);
});

test("rfc6238 takes one step to each side, as RFC 6238 §5.2 recommends at most", () => {
  expect(policyOf("rfc6238")).toMatchObject({ windowPast: 1, windowFuture: 1, trackDrift: true });
});

test("aws searches 20 steps for pairs, at enrollment and at resync", () => {
  expect(policyOf("aws")).toMatchObject({ enrollSteps: 20, resyncSteps: 20 });
});

test("one number is overridden and the others stay", () => {
  const { throttleLimit, ...rest } = policyOf("rfc6238", { throttleLimit: 3 });
  expect(throttleLimit).toBe(3);
  expect(policyOf("rfc6238")).toMatchObject(rest);
});

test.each(["", "RFC6238", "toString", "__proto__", "constructor"])(
  "there is no preset %j, and the message lists those there are",
  (name) => {
    expect(() => policyOf(name as PresetName)).toThrow(
      /no preset .*rfc6238, aws, default, fixed-window, gap-growth/,
    );
  },
);

test.each(["windowpast", "name", "toString"])("there is no setting %j to override", (name) => {
  expect(() => policyOf("rfc6238", { [name]: 1 })).toThrow(
    new RegExp(`no policy setting "${name}"; there are: windowPast`),
  );
});

test("the table of fields names every number of a policy once", () => {
  const numbers = Object.entries(policyOf("rfc6238"))
    .filter(([, value]) => typeof value === "number")
    .map(([name]) => name);
  expect(POLICY_FIELDS.map(({ name }) => name).toSorted()).toEqual(numbers.toSorted());
});

test.each(POLICY_FIELDS)("$name is taken from $low to $high and refused outside", (field) => {
  const { name, low, high } = field;
  const narrow = { windowPast: 0, windowFuture: 0 };
  const policyWith = (value: number) => () => policyOf("rfc6238", { ...narrow, [name]: value });
  const highest = name === "windowPast" || name === "windowFuture" ? high - 1 : high;
  expect(policyWith(low)).not.toThrow();
  expect(policyWith(highest)).not.toThrow();
  for (const value of [low - 1, high + 1, low + 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(policyWith(value)).toThrow(`policy ${name} must be a whole number from ${low} to`);
  }
  expect(policyWith("1" as unknown as number)).toThrow(RangeError);
  expect(policyWith(undefined as unknown as number)).toThrow(RangeError);
});

test("a login window of more than 1000 steps is refused (W08)", () => {
  expect(() => policyOf("rfc6238", { windowPast: 499, windowFuture: 500 })).not.toThrow();
  expect(() => policyOf("rfc6238", { windowPast: 500, windowFuture: 500 })).toThrow(/too wide/);
  expect(() => policyOf("rfc6238", { resyncSteps: 1_000_000 })).toThrow(String(MAX_SEARCH_STEPS));
});

test("trackDrift is true or false and nothing else", () => {
  const policy = { ...policyOf("rfc6238"), trackDrift: 1 as unknown as boolean };
  expect(() => assertPolicy(policy)).toThrow(/trackDrift must be true or false/);
});

test("the window rule is one of three", () => {
  const policy = { ...policyOf("rfc6238"), windowRule: "wide" as unknown as "offset" };
  expect(() => assertPolicy(policy)).toThrow(/windowRule must be offset, gap-growth, tracker/);
});

test("the default learns, bounds the guesses of a day, and locks for a while only", () => {
  expect(policyOf("default")).toMatchObject({
    windowRule: "tracker",
    windowPast: 1,
    windowFuture: 1,
    windowCap: 10,
    lockSeconds: 900,
    guessesPerDay: 20,
  });
});
