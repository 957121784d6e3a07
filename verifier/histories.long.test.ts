import { expect, test } from "vitest";
import { runHistories } from "./testing/histories.ts";

test("no step at or below the watermark is accepted, and none twice, in 10^6 acts (F32)", async () => {
  const { crashes } = await runHistories(1_000_000);
  expect(crashes).toBeGreaterThan(30_000);
});
