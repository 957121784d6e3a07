import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { PERFORMANCE_PAGE, performanceText } from "./performance.ts";

test("docs/performance.md is what the saved run beside it comes to", async () => {
  expect(await readFile(PERFORMANCE_PAGE, "utf8")).toBe(await performanceText());
});

test("it names no host and no path of the machine", async () => {
  const text = await performanceText();
  expect(text).not.toContain(hostname());
  expect(text).not.toMatch(/(?:^|[\s"`(])\/(?:home|root|tmp|work|usr)\b/m);
});
