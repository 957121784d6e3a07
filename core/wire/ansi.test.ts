import fc from "fast-check";
import { expect, test } from "vitest";
import { AnsiFilter, stripAnsi } from "./ansi.ts";

test.each([
  ["colours", "\x1b[92mdone\x1b[0m", "done"],
  ["parameters and intermediates", "a\x1b[1;31;4 qb", "ab"],
  ["cursor movement", "\x1b[A\x1b[2K\rdone", "\rdone"],
  ["two-character sequences", "\x1bcdone\x1b7", "done"],
  ["a sequence begun again", "\x1b[9\x1b[0mdone", "done"],
  ["an ESC at the end", "done\x1b", "done"],
  ["colours around a line end", "a\x1b[0m\n\x1b[1mb", "a\nb"],
])("drops %s", (_, text, plain) => {
  expect(stripAnsi(text)).toBe(plain);
});

test("never takes a line end for a part of a sequence", () => {
  expect(stripAnsi("\x1b\n$ ")).toBe("\n$ ");
  expect(stripAnsi("\x1b[12\n$ ")).toBe("\n$ ");
});

test("takes what follows 64 characters of a sequence for text", () => {
  expect(stripAnsi(`\x1b[${"1".repeat(64)}mdone`)).toBe("done");
  expect(stripAnsi(`\x1b[${"1".repeat(65)}mdone`)).toBe("1mdone");
});

test("forgets a sequence under way on reset", () => {
  const filter = new AnsiFilter();
  expect(filter.pass("\x1b") + filter.pass("[")).toBe("");
  filter.reset();
  expect(filter.pass("7")).toBe("7");
});

test("leaves text without ESC as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
      const plain = text.replaceAll("\x1b", "");
      expect(stripAnsi(plain)).toBe(plain);
    }),
  );
});
