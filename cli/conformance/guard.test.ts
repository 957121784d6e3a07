import { expect, test } from "vitest";
import type { ConformanceCase, TokenNeed } from "../../conformance/case.ts";
import { harmOf } from "./guard.ts";

function needing(...needs: readonly TokenNeed[]): ConformanceCase {
  const requirement = { text: "", source: "" };
  const run = async (): Promise<void> => {};
  return { id: "a/1/b", title: "", level: "MUST", subject: "token", requirement, needs, run };
}

test.each([
  ["reads codes that are there", ["totp"], "reads"],
  ["lists", ["list"], "reads"],
  ["writes a credential", ["totp", "provision"], "writes"],
  ["removes one", ["remove"], "writes"],
  ["sets the clock", ["set-time"], "writes"],
  ["is skipped without a rig", ["provision", "rig"], "reads"],
] as const)("a case that %s", (_what, needs, harm) => {
  expect(harmOf([needing("totp"), needing(...needs)])).toBe(harm);
});

test("no case does no harm", () => {
  expect(harmOf([])).toBe("reads");
});
