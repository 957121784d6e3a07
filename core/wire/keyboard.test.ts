import fc from "fast-check";
import { expect, test } from "vitest";
import { TypedTextReader, typeText } from "./keyboard.ts";
import { bytes, hex } from "./testing/frames.ts";

const read = (reports: readonly Uint8Array[]): string => {
  const reader = new TypedTextReader();
  return reports
    .map((report) => reader.read(report))
    .map((result) => (result.kind === "typed" ? result.text : "?"))
    .join("");
};

test("types a digit by pressing and releasing its key", () => {
  expect(typeText("1").map(hex)).toEqual(["00001E0000000000", "0000000000000000"]);
  expect(typeText("0").map(hex)[0]).toBe("0000270000000000");
});

test.each([
  ["c", "0000060000000000"],
  ["v", "0000190000000000"],
  ["A", "0200040000000000"],
  ["\n", "0000280000000000"],
  ["\t", "00002B0000000000"],
  ["#", "0200200000000000"],
  ["~", "0200350000000000"],
  ["/", "0000380000000000"],
])("types %j by the right key", (character, report) => {
  expect(hex(typeText(character)[0] ?? bytes(""))).toBe(report);
});

test("types digits on the numeric keypad when asked to", () => {
  const pressed = typeText("1290", "keypad").filter((_, at) => at % 2 === 0);
  expect(pressed.map((report) => report[2])).toEqual([0x59, 0x5a, 0x61, 0x62]);
  expect(read(typeText("1290\n", "keypad"))).toBe("1290\n");
});

test.each(["é", "😀", "\u0000"])("types no %j", (character) => {
  expect(() => typeText(character)).toThrow(RangeError);
});

test("types no text that is too long", () => {
  expect(() => typeText("1".repeat(1025))).toThrow(RangeError);
});

test("reads what a token types, prefix and Enter", () => {
  expect(read(typeText("ubhe00000000755224\n"))).toBe("ubhe00000000755224\n");
});

test("reads a key that stays down once, and one that is pressed twice", () => {
  const one = bytes("00001E0000000000");
  const two = bytes("00001E1F00000000");
  const none = bytes("0000000000000000");
  expect(read([one, one, two, none, one])).toBe("121");
});

test("reads no report of another length", () => {
  expect(new TypedTextReader().read(bytes("00")).kind).toBe("malformed");
});

test("reads back all that it types", () => {
  const character = fc.constantFrom(
    ...[..."\n\t"],
    ...Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)),
  );
  fc.assert(
    fc.property(fc.array(character, { maxLength: 40 }), (characters) => {
      expect(read(typeText(characters.join("")))).toBe(characters.join(""));
    }),
  );
});
