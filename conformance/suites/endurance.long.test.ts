// 100,000 operations on the virtual driver, 1,000 on each other one: as `--suite endurance` does.

import { expect, test } from "vitest";
import { subjectSource } from "../../devices/sources.ts";
import { loadExpectations } from "../expectations.ts";
import { run } from "../runner.ts";
import { ENDURANCE_SUITE } from "./endurance/suite.ts";
import { brokenBy } from "./testing/broken-tokens.ts";

async function judge(token: ReturnType<typeof subjectSource>, ids?: readonly string[]) {
  const { results } = await run({
    suites: [ENDURANCE_SUITE],
    selection: ids === undefined ? { suites: ["endurance"] } : { ids },
    tokens: [token],
    expectations: await loadExpectations([token.name]),
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
  });
  return results;
}

test.each([
  "virtual",
  "virtual:programmable-token",
  "serial:emulated",
  "serial:emulated-arduino",
  "hid:emulated",
  "hid:emulated-nitrokey-pro",
  "ykoath:emulated",
  "ykoath:canokey",
  "usb:emulated",
])(
  "%s holds what it must after many operations",
  async (spec) => {
    const results = await judge(subjectSource(spec));
    const bad = results.filter(({ status }) => !["pass", "skip", "xfail"].includes(status));
    expect(bad.map(({ id, status, reason }) => `${status} ${id} ${reason}`)).toEqual([]);
    expect(results.some(({ status }) => status === "pass")).toBe(true);
  },
  120_000,
);

test("memory that grows with every operation is noticed", async () => {
  const kept: Uint8Array[] = [];
  const leaky = brokenBy("leaky", (device) => ({
    readTotp: async (request) => {
      kept.push(...Array.from({ length: 4 }, () => new Uint8Array(64)));
      return device.readTotp(request);
    },
  }));
  const [result] = await judge(leaky, ["endurance/operations/many"]);
  kept.length = 0;
  expect(result?.status).toBe("fail");
}, 120_000);
