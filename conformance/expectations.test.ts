import { expect, test } from "vitest";
import { expectationsFileName, expectFailure, parseExpectations } from "./expectations.ts";
import { SchemaError } from "./schema-check.ts";

const REASON = "its firmware rounds the time";

function text(change: object = {}): string {
  return JSON.stringify({
    version: 1,
    subject: "serial:emulated",
    knownFailures: [{ case: "rfc6238/5.2/replayed-code", reason: REASON }],
    ...change,
  });
}

test("known failures are read by case", () => {
  const { subject, knownFailures } = parseExpectations(text(), "a.json");
  expect(subject).toBe("serial:emulated");
  expect([...knownFailures]).toEqual([["rfc6238/5.2/replayed-code", REASON]]);
});

test.each<[string, object, string]>([
  ["another version", { version: 2 }, "a.json: at /version: must be 1"],
  ["no subject", { subject: "" }, "a.json: at /subject: must NOT have fewer than 1 characters"],
  ["a word nobody knows", { extra: 1 }, 'a.json: at the top: unknown property "extra"'],
  [
    "a reason that says nothing",
    { knownFailures: [{ case: "a/b", reason: "because" }] },
    "a.json: at /knownFailures/0/reason: must NOT have fewer than 10 characters",
  ],
  [
    "an id that is none",
    { knownFailures: [{ case: "A B", reason: REASON }] },
    "a.json: at /knownFailures/0/case: must match pattern",
  ],
  [
    "a case named twice",
    { knownFailures: ["a/b", "a/b"].map((id) => ({ case: id, reason: REASON })) },
    "a.json: at /knownFailures: a case is named twice",
  ],
])("%s is refused, naming the place", (_, change, message) => {
  expect(() => parseExpectations(text(change), "a.json")).toThrow(SchemaError);
  expect(() => parseExpectations(text(change), "a.json")).toThrow(message);
});

test("names of subjects become names of files", () => {
  expect(expectationsFileName("serial:/dev/ttyACM0 + library")).toBe(
    "serial-dev-ttyacm0-library.json",
  );
});

test.each([
  ["fail", "xfail"],
  ["warn", "xfail"],
  ["info", "xfail"],
  ["pass", "xpass"],
  ["skip", "skip"],
  ["error", "error"],
] as const)("a case that is known to fail: %s becomes %s", (status, expected) => {
  expect(expectFailure({ status, reason: "r" }, REASON).status).toBe(expected);
});
