import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonTextError, parseJson } from "./json-text.ts";

function refusalOf(text: string): JsonTextError {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof JsonTextError) return error;
  }
  throw new Error("it was taken");
}

describe("a text that is no JSON is refused by its place", () => {
  test.each([
    ["", 1, 1, "a value"],
    ["JBSWY3DPEHPK3PXP\n", 1, 1, "a value"],
    ["\ufeff{}", 1, 1, "a value"],
    ['{\n "secret": JBSWY3DPEHPK3PXP\n}', 2, 12, "a value"],
    ['{"a":1,,}', 1, 8, 'a name in "'],
    ["{a:1}", 1, 2, 'a name in " or }'],
    ['{"a" 1}', 1, 6, "a colon"],
    ["[1,]", 1, 4, "a value"],
    ["[x]", 1, 2, "a value or ]"],
    ["[1 2]", 1, 4, "a comma or ]"],
    ["[1,\r\n{}", 2, 3, "a comma or ]"],
    ["[01]", 1, 3, "a comma or ]"],
    ["[1}", 1, 3, "a comma or ]"],
    ['{"a":1} x', 1, 9, "the end"],
    ["]", 1, 1, "a value"],
    ['"abc', 1, 5, 'the closing "'],
    ['"a\u0001"', 1, 3, 'the closing " or an escaped character'],
    ['"a\\x"', 1, 3, "a known escape"],
    ["tru", 1, 1, "a value"],
    ["-", 1, 1, "a value"],
  ])("%j: line %i, column %i, %s", (text, line, column, wanted) => {
    const error = refusalOf(text);
    expect(error).toMatchObject({ line, column });
    expect(error.message).toBe(
      `not JSON at line ${line}, column ${column}: ${wanted} should stand there`,
    );
    expect(error.cause).toBeUndefined();
  });
});

test("whatever one cuts off or puts in, the place is in the text and its words are not", () => {
  const secret = "JBSWY3DPEHPK3PXP";
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom("", secret), (json, random, added) => {
      const at = random % (json.length + 1);
      const text = json.slice(0, at) + added + (added === "" ? "" : json.slice(at));
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        const error = refusalOf(text);
        expect(error.message).not.toContain(secret.slice(0, 4));
        expect(error.line).toBeLessThanOrEqual(text.split("\n").length);
        return;
      }
      expect(parseJson(text)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test("the place is the one the language's parser means, where it tells one", () => {
  const texts = ['{"a":1,,}', "[1,2", '{"a" 1}', '"abc', "[1 2]", '{"a":1} x', '"\\x"'];
  for (const text of texts) {
    let told = "";
    try {
      JSON.parse(text);
    } catch (error) {
      told = String(error);
    }
    const [, column] = /column (\d+)/.exec(told) ?? [];
    // Of an escape the parser means the character behind the backslash.
    const shift = text.startsWith('"\\') ? 1 : 0;
    expect(refusalOf(text).column + shift, text).toBe(Number(column));
  }
});
