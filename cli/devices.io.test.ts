// devices list, doctor and udev on this machine, whatever is plugged in here.

import { expect, test } from "vitest";
import { DRIVER_NAMES } from "../devices/registry.ts";
import { EMULATED_SPECS } from "../devices/sources.ts";
import { oathbed } from "./testing/oathbed.ts";

test("the list goes on where a driver cannot look, which says why on stderr", async () => {
  const { exitCode, out, err } = await oathbed(["devices", "list", "--json"]);
  expect(exitCode).toBe(0);
  const devices = (JSON.parse(out) as readonly { readonly device: string }[]).map(
    ({ device }) => device,
  );
  expect(devices).toEqual(expect.arrayContaining([...EMULATED_SPECS, "operator:terminal"]));
  for (const line of err.split("\n").filter((text) => text !== "")) {
    expect(line).toMatch(/^warning: driver [a-z-]+: .+; .+/);
  }
});

test("the doctor says of each driver whether it works, once, and how to mend it", async () => {
  const { exitCode, out } = await oathbed(["devices", "doctor", "--json"]);
  const { checks } = JSON.parse(out) as {
    readonly checks: readonly { name: string; subject: string; state: string; remedy?: string }[];
  };
  const names = checks.map(({ name }) => name);
  expect(names.filter((name) => DRIVER_NAMES.includes(name)).sort()).toEqual(
    [...DRIVER_NAMES].sort(),
  );
  const broken = checks.filter(({ state }) => state === "unavailable");
  for (const { remedy } of broken) expect(remedy).not.toBe("");
  expect(exitCode).toBe(broken.length === 0 ? 0 : 3);
});

test("the udev rules give tokens to who sits here, and to nobody else", async () => {
  const { exitCode, out, err } = await oathbed(["devices", "udev"]);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
  expect(out).toContain('TAG+="uaccess"');
  expect(out).not.toContain("MODE=");
  const shown = await oathbed(["devices", "udev"], { isTerminal: true });
  expect(shown.err).toContain("sudo udevadm control --reload");
});
