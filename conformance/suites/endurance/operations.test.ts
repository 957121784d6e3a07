import { expect, test } from "vitest";
import { run } from "../../runner.ts";
import { brokenBy } from "../testing/broken-tokens.ts";
import { manyOf } from "./operations.ts";
import { ENDURANCE_SUITE } from "./suite.ts";

test("how many operations are many is told by what one costs, not by the driver's name", async () => {
  const slow = brokenBy("mine", ({ capabilities }) => ({
    capabilities: { ...capabilities, inProcess: false },
  }));
  const { results } = await run({
    suites: [ENDURANCE_SUITE],
    selection: { ids: ["endurance/operations/many"] },
    tokens: [slow],
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
  });
  expect(results[0]).toMatchObject({ status: "pass", notes: ["1000 operations"] });
  await using subject = await brokenBy("mine", ({ info }) => ({
    info: { ...info, driver: "mine" },
  })).open({ randomSeed: 1 });
  const { info, capabilities } = await subject.connect();
  expect(info.driver).toBe("mine");
  expect(manyOf(capabilities)).toBe(100_000);
});
