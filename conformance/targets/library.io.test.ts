import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { hotpParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";
import { run } from "../runner.ts";
import { SUITES } from "../suites/index.ts";
import { libraryTarget } from "./library.ts";

const HOTP = { secret: rfc4226Secret(), parameters: hotpParameters() };

function folders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("oathbed-target-"));
}

test("a restart opens the same file again, and closing removes it", async () => {
  const before = new Set(folders());
  const target = await libraryTarget({ store: "sqlite" }).open({ preset: "rfc6238" });
  const id = await target.create(HOTP);
  await target.enroll(id, ["755224", "287082"], 0);
  await target.restart?.();
  expect(await target.submit(id, "287082", 0)).toMatchObject({ accepted: false });
  expect(await target.submit(id, "359152", 0)).toEqual({ accepted: true });
  const own = folders().filter((name) => !before.has(name));
  expect(own.length).toBeGreaterThan(0);
  await target[Symbol.asyncDispose]();
  expect(folders().filter((name) => own.includes(name))).toEqual([]);
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
