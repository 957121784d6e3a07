import { hostname, userInfo } from "node:os";
import { expect, test } from "vitest";
import { describeEnvironment, installedVersion } from "./environment.ts";

test("says what a verdict rests on, and nothing that names a person or a host", async () => {
  const facts = await describeEnvironment();
  const values = new Map(facts.map(({ name, value }) => [name, value]));
  expect(values.get("node")).toBe(process.version);
  expect(values.get("processor")).toMatch(/, \d+ cores$/);
  expect(values.get("otplib")).toMatch(/^\d+\.\d+\.\d+/);
  expect([...values.values()].filter((value) => value === "")).toEqual([]);
  const text = JSON.stringify(facts).toLowerCase();
  for (const name of [hostname(), userInfo().username, userInfo().homedir]) {
    if (name.length > 3) expect(text).not.toContain(name.toLowerCase());
  }
});

test("a package that is not there is said not to be installed", async () => {
  expect(await installedVersion("oathbed-has-no-such-package")).toBe("not installed");
});
