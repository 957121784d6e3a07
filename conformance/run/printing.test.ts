import { expect, test } from "vitest";
import { DeviceError } from "../../devices/errors.ts";
import { isSameValue, oneLine, printError, printValue } from "./printing.ts";
import { Redactor } from "./redactor.ts";

test.each<[unknown, string]>([
  ["081804", '"081804"'],
  ['say "no" \\ \n\t\u0000', '"say \\"no\\" \\\\ \\n\\t\\x00"'],
  [2n ** 64n - 1n, "18446744073709551615"],
  [-0, "-0"],
  [0, "0"],
  [Number.NaN, "NaN"],
  [undefined, "undefined"],
  [null, "null"],
  [[], "[]"],
  [[1, "a"], '[1, "a"]'],
  [{ b: 1, a: { c: true } }, "{ a: { c: true }, b: 1 }"],
  [new Uint8Array([0, 255]), "00ff (2 bytes)"],
  [new Uint8Array([7]), "07 (1 byte)"],
  [new Uint8Array(0), "no bytes"],
  [new Map([["a", 1n]]), 'Map { "a": 1 }'],
  [new Set([1]), "Set { 1 }"],
  [new Date(0), "1970-01-01T00:00:00.000Z"],
  [new Date(Number.NaN), "[no date]"],
  [() => 1, "[function]"],
  [{ secret: new Uint8Array(20) }, "{ secret: [secret: 20 bytes] }"],
  [new DeviceError("refused", "no"), "DeviceError refused: no"],
])("%o is printed", (value, text) => {
  expect(printValue(value)).toBe(text);
});

test("whatever is long is cut, with its length", () => {
  expect(printValue("x".repeat(500))).toBe(`"${"x".repeat(199)}…" (500 characters)`);
  expect(printValue(new Uint8Array(100))).toBe(`${"00".repeat(64)}… (100 bytes)`);
  expect(printValue(Array(40).fill(1))).toMatch(/, … 8 more\]$/);
  expect(printValue(Array(32).fill("x".repeat(190))).length).toBe(2000);
  expect(printValue({ a: { b: { c: { d: { e: 1 } } } } })).toBe("{ a: { b: { c: { d: {…} } } } }");
});

test("a value that holds itself is printed to its depth", () => {
  const loop: { self?: unknown } = {};
  loop.self = loop;
  expect(printValue(loop)).toContain("{…}");
});

test("a secret is not printed, and neither is its beginning where a text was cut in it", () => {
  const redactor = new Redactor();
  const secret = Buffer.from("3f8a1c5be07742d9a6130eb4c98d72f5604eab19", "hex");
  redactor.hide(secret);
  expect(printValue(secret, redactor)).toMatch(/^\[secret: 20 bytes, sha256:/);
  const text = `${"x".repeat(180)}${secret.toString("hex")}`;
  expect(printValue(text, redactor)).not.toContain("3f8a1c5be077");
  expect(printError(new Error(text), redactor)).not.toContain("3f8a1c5be077");
});

test("errors are one line: name, code, message, and the message of the cause", () => {
  const cause = new Error("EACCES");
  expect(printError(new DeviceError("no-access", "cannot\nopen", { cause }))).toBe(
    "DeviceError no-access: cannot\\nopen (EACCES)",
  );
  expect(printError("just text")).toBe('thrown: "just text"');
});

test("one line stays one line, with nothing in it that turns or hides text", () => {
  expect(oneLine("a\u202eb\u2028c\u200bd\ud800e\u009bf")).toBe(
    "a\\u{202e}b\\u{2028}c\\u{200b}d\\u{d800}e\\x9bf",
  );
});

test("values are the same by contents and kind, bytes by their contents alone", () => {
  expect(isSameValue(Buffer.from([1, 2]), new Uint8Array([1, 2]))).toBe(true);
  expect(isSameValue({ a: [1n] }, { a: [1n] })).toBe(true);
  expect(isSameValue(1n, 1)).toBe(false);
  expect(isSameValue("1", 1)).toBe(false);
  expect(isSameValue(0, -0)).toBe(false);
});
