import { expect, test } from "vitest";
import { diagnose, nodeHealth } from "./doctor.ts";
import { DeviceError } from "./errors.ts";
import { DRIVER_NAMES, DRIVERS, driverOf } from "./registry.ts";

test("every driver, Node and pseudo-terminals are looked at", async () => {
  const checks = await diagnose();
  const names = checks.filter(({ subject }) => subject !== "port").map(({ name }) => name);
  expect(names).toEqual(["node", ...DRIVER_NAMES, "pseudo-terminals"]);
  for (const { name, health } of checks) {
    expect(name).not.toBe("");
    expect(health.detail).not.toBe("");
    if (health.state === "unavailable") expect(health.remedy).not.toBe("");
  }
  expect(checks.find(({ name }) => name === "node")?.health.state).toBe("ready");
});

test.each([
  ["24.0.0", "ready"],
  ["26.1.0", "ready"],
  ["22.14.0", "unavailable"],
  ["9.0.0", "unavailable"],
])("Node %s is %s", (version, state) => {
  expect(nodeHealth(version).state).toBe(state);
});

test("drivers are listed by name, and one that does not exist says which do", () => {
  expect(new Set(DRIVER_NAMES).size).toBe(DRIVERS.length);
  for (const name of DRIVER_NAMES) expect(driverOf(name).name).toBe(name);
  expect(() => driverOf("telepathy")).toThrow(
    /^there is no driver "telepathy"; there are virtual, serial/,
  );
});

test.each(DRIVERS)("$name lists what it finds, or says why it cannot look", async (driver) => {
  const found = await driver.list().catch((error: unknown) => {
    expect(error).toBeInstanceOf(DeviceError);
    expect((error as DeviceError).hint).not.toBe("");
    return [];
  });
  for (const { address, description } of found) {
    expect(address).not.toBe("");
    expect(description).not.toBe("");
  }
});

test("the virtual driver opens a token that lives in real time", async () => {
  await using device = await driverOf("virtual").open("software");
  const seconds = await device.readTime();
  expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(5);
  await expect(driverOf("virtual").open("hardware")).rejects.toMatchObject({ code: "not-found" });
});
