import { expect, test } from "vitest";
import { fakeCode } from "./testing/fake-engine.ts";
import { runHistories } from "./testing/histories.ts";

test("no step at or below the watermark is accepted, and none twice, in 10^4 acts", async () => {
  const { crashes } = await runHistories(10_000);
  expect(crashes).toBeGreaterThan(300);
});

test("the codes of those histories collide within a window's reach", () => {
  const near = Array.from({ length: 120 }, (_, at) => fakeCode(50_000n + BigInt(at)));
  expect(new Set(near).size).toBeLessThan(100);
});
