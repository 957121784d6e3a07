import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { hotpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { run } from "../runner.ts";
import { SUITES } from "../suites/index.ts";
import { libraryTarget } from "./library.ts";

const HOTP = { secret: rfc4226Secret(), parameters: hotpParameters() };

test("a restart opens the same file again, and closing removes it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "oathbed-test-"));
  vi.stubEnv("TMPDIR", folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const target = await libraryTarget({ store: "sqlite" }).open({ preset: "rfc6238" });
  const id = await target.create(HOTP);
  await target.enroll(id, ["755224", "287082"], 0);
  await target.restart?.();
  expect(await target.submit(id, "287082", 0)).toMatchObject({ accepted: false });
  expect(await target.submit(id, "359152", 0)).toEqual({ accepted: true });
  expect(readdirSync(folder)).toHaveLength(1);
  await target[Symbol.asyncDispose]();
  expect(readdirSync(folder)).toEqual([]);
});

test("the library passes the cases about restarts and races on a file, too", async () => {
  const report = await run({
    suites: SUITES,
    selection: { grep: "restart" },
    targets: [libraryTarget({ store: "sqlite" })],
    randomSeed: 1,
    command: "test",
    toolVersion: "0",
  });
  const failed = report.results.filter(({ status }) => status !== "pass");
  expect(failed.map(({ id, reason }) => `${id} ${reason}`)).toEqual([]);
  expect(report.results.length).toBeGreaterThan(2);
});
