// The driver on this machine, with or without the package and the service.

import { expect, test } from "vitest";
import { DeviceError } from "../errors.ts";
import { smartCardDriver } from "./driver.ts";

test("says whether it can work here, and what to do when it cannot", async () => {
  const health = await smartCardDriver.health();
  expect(health.detail).not.toBe("");
  if (health.state === "unavailable") expect(health.remedy).toMatch(/install|start/);
});

test("a reader that is not there is no token", async () => {
  const opened = smartCardDriver.open("no such reader 00 00");
  await expect(opened).rejects.toBeInstanceOf(DeviceError);
  await expect(opened).rejects.toMatchObject({
    code: expect.stringMatching(/^(not-found|no-access|missing-package)$/),
  });
});
