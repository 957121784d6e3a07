// The libraries and tools of other people, as they are installed here.

import { afterAll, expect, test } from "vitest";
import { loadExpectations } from "../expectations.ts";
import { run } from "../runner.ts";
import { SUITES } from "../suites/index.ts";
import type { TargetFactory } from "../target.ts";
import { otpauthTarget, otplibTarget, speakeasyTarget } from "./libraries.ts";

const seen: string[] = [];
afterAll(() => expect(seen, "each was judged").toHaveLength(3));

test.each<[string, () => TargetFactory | Promise<TargetFactory>]>([
  ["otplib", otplibTarget],
  ["otpauth", otpauthTarget],
  ["speakeasy", speakeasyTarget],
])("%s passes what it can be asked, but for what is known of it", async (name, make) => {
  const report = await run({
    suites: SUITES,
    targets: [await make()],
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
    expectations: await loadExpectations([name]),
  });
  const wrong = report.results.filter(
    ({ status }) => status !== "pass" && status !== "skip" && status !== "xfail",
  );
  expect(wrong.map(({ id, status }) => `${id} ${status}`)).toEqual([]);
  expect(report.results.filter(({ status }) => status === "pass").length).toBeGreaterThan(15);
  expect(report.notices).toEqual([]);
  seen.push(name);
});
