import { expect, test } from "vitest";
import { measureMemory } from "./memory.ts";

test("tells what tokens take, without the goals of a million when they are fewer", async () => {
  const measured = await measureMemory(1);
  expect(measured.map(({ name, unit }) => [name, unit])).toEqual([
    ["a token of 2,000, enrolled and keyed", "bytes"],
    ["the same, of the process's memory", "bytes"],
    ["2,000 tokens loaded and keyed", "s"],
    ["2,000 tokens keyed", "s"],
  ]);
  for (const { median, goal } of measured) {
    expect(median).toBeGreaterThan(0);
    expect(goal).toBeUndefined();
  }
});
