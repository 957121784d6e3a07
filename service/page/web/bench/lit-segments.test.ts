import { expect, it } from "vitest";
import { litSegments } from "./lit-segments.ts";

const shown = (character: string): string => litSegments(character).map(Number).join("");

it("lights other segments for each digit", () => {
  expect(new Set([..."0123456789"].map(shown)).size).toBe(10);
});

it.each([
  ["8", "1111111"],
  ["1", "0110000"],
  ["0", "1111110"],
  ["-", "0000001"],
  ["x", "0000000"],
])("shows %s as abcdefg = %s", (character, segments) => {
  expect(shown(character)).toBe(segments);
});
