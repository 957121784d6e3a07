import { expect, test } from "vitest";
import { runOptionsOf, shardOf } from "./run-options.ts";

const DEFAULTS = {
  repeat: "1",
  parallel: "1",
  "last-failed": false,
  resume: false,
} as const;

test("a shard is a part and how many there are", () => {
  expect(shardOf("2/5")).toEqual({ index: 2, of: 5 });
});

test.each(["0/5", "6/5", "2", "2/", "a/b", "1/1001", "-1/5", "1/5/9"])(
  "shard %j is refused with an example",
  (text) => {
    expect(() => shardOf(text)).toThrow(/--shard must be a part and how many there are/);
  },
);

test("options become what a run takes", async () => {
  const args = { ...DEFAULTS, repeat: "3", parallel: "2", "case-timeout": "60", shard: "1/2" };
  expect(await runOptionsOf(args)).toEqual({
    repetitions: 3,
    parallel: 2,
    caseTimeoutMs: 60_000,
    shard: { index: 1, of: 2 },
  });
});

test.each([
  [{ repeat: "0" }, "--repeat must be a whole number from 1"],
  [{ parallel: "65" }, "--parallel must be a whole number from 1 to 64"],
  [{ "case-timeout": "0.5" }, "--case-timeout must be a whole number"],
  [{ "last-failed": true }, "--last-failed reads the report of the run before"],
  [{ resume: true }, "--resume reads the report of the run before"],
  [{ resume: true, "last-failed": true }, "exclude each other"],
])("%o is refused in words", async (more, message) => {
  await expect(runOptionsOf({ ...DEFAULTS, ...more })).rejects.toThrow(message);
});
