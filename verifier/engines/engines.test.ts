import { expect, test } from "vitest";
import { chooseEngine, defaultEngine } from "./default.ts";
import { testAllEngines } from "./testing/register.ts";

// 10^4 random keys an engine: a third for each hash.
testAllEngines(3334);

test("the kernel is the default where it loads, and node:crypto with the reason where not", () => {
  expect(defaultEngine().engine.name).toBe("simd");
  expect(defaultEngine()).toBe(defaultEngine());
  const fallback = chooseEngine({ kind: "unavailable", reason: "no WebAssembly SIMD here" });
  expect(fallback.engine.name).toBe("node-crypto");
  expect(fallback.reason).toBe("no WebAssembly SIMD here");
});
