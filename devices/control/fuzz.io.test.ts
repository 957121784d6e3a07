import { expect, test } from "vitest";
import { fuzzControlClients } from "./testing/control-fuzz.ts";

test("10,000 damaged lines are answered or end their connection, and hold up nobody", async () => {
  const { answered, ended } = await fuzzControlClients(10_000);
  expect(answered + ended).toBe(10_000);
  expect(answered).toBeGreaterThan(1000);
  expect(ended).toBeGreaterThan(1000);
});
