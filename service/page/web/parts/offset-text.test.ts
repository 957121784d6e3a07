import { expect, it } from "vitest";
import { offsetText } from "./offset-text.ts";

const ENGLISH = { minutes: "{n} min", seconds: "{n} s" };

it.each([
  [0, "±0 s"],
  [-0.4, "±0 s"],
  [30, "+30 s"],
  [-30, "−30 s"],
  [60, "+1 min"],
  [-90, "−1 min 30 s"],
  [86_400, "+1440 min"],
])("tells %d seconds as %s", (seconds, text) => {
  expect(offsetText(seconds, ENGLISH)).toBe(text);
});
