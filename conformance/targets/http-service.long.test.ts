import { expect, test } from "vitest";
import { startTestService } from "../../service/test-service.ts";
import { run } from "../runner.ts";
import { SUITES } from "../suites/index.ts";
import { httpServiceTarget } from "./http-service.ts";

const target = httpServiceTarget({ start: startTestService });

test("the service passes every verifier case over HTTP", { timeout: 120_000 }, async () => {
  const report = await run({
    suites: SUITES,
    targets: [target],
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
  });
  const others = report.results.filter(({ status }) => status !== "pass" && status !== "skip");
  expect(others.map(({ id, status, reason }) => `${id} ${status} ${reason}`)).toEqual([]);
  expect(report.results.filter(({ status }) => status === "pass").length).toBeGreaterThan(80);
  for (const { status, reason } of report.results) {
    if (status === "skip") expect(reason).not.toBe("");
  }
});
