import { describe, expect, it } from "vitest";
import { codeTyped, isCode } from "./code-typed.ts";

describe("a code as people type it", () => {
  it.each([
    ["123456", "123456"],
    [" 123 456\n", "123456"],
    ["123-456", "123456"],
    ["１２３４５６", "123456"],
    ["１２３　４５６", "123456"],
    ["012345", "012345"],
    ["12345a", "12345a"],
  ])("%j is %j", (text, code) => {
    expect(codeTyped(text)).toBe(code);
  });

  it("has six digits, and nothing else", () => {
    expect(["123456", "000000"].map(isCode)).toEqual([true, true]);
    expect(["12345", "1234567", "12345a", "", "１２３４５６"].some(isCode)).toBe(false);
  });
});
