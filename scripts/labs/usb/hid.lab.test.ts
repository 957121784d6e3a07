// The hid driver on the kernel's HID stack: OTP slots of a YubiKey, a Nitrokey Pro.

import { afterEach, expect, test } from "vitest";
import { hotpParameters, totpParameters } from "../../../core/oath/parameters.ts";
import { RFC4226_VECTORS, rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { Device } from "../../../devices/device.ts";
import { hidDriver } from "../../../devices/hid/driver.ts";
import { failure } from "../../../devices/testing/contract-bench.ts";
import { smartProfileOf } from "../../../firmware-sim/profiles-smart.ts";
import { timeCodes } from "../testing/codes.ts";
import type { LabToken } from "../testing/lab-token.ts";
import { deviceFile } from "./kernel.ts";
import { plugIntoKernel } from "./usb-token.ts";

/** A YubiKey without a card, so that pcscd has nothing to do with it. */
const KEYBOARD_ONLY = {
  ...smartProfileOf("yubikey5").usb,
  productId: 0x0401,
  product: "YubiKey OTP",
  functions: ["otp-keyboard"],
} as const;
const secret = rfc4226Secret();
let lab: LabToken | undefined;

afterEach(async () => {
  await lab?.[Symbol.asyncDispose]();
  lab = undefined;
});

async function plugged(profile: string, usb = smartProfileOf(profile).usb): Promise<string> {
  lab = await plugIntoKernel({ profile, usb, serial: 99 });
  return deviceFile(usb, "hidraw");
}

async function opened(path: string): Promise<Device> {
  return hidDriver.open(path, {});
}

test("OTP slots: listed, written, read at a time, erased", async () => {
  const path = await plugged("yubikey5", KEYBOARD_ONLY);
  const found = await hidDriver.list();
  expect(found.find(({ address }) => address === path)?.description).toContain("1050:0401");
  await using device = await opened(path);
  expect(device.info).toMatchObject({ firmware: "5.4.3", serial: "99" });
  const parameters = totpParameters({ digits: 8 });
  await device.provision({ name: "slot 2", secret, parameters });
  const read = (seconds: number): Promise<string> =>
    device.readTotp({ credential: "slot 2", atUs: seconds * 1_000_000 }).then(({ code }) => code);
  expect(await read(59)).toBe("94287082");
  expect(await read(1_111_111_109)).toBe("07081804");
  await device.remove("slot 2");
  expect(await failure(read(59))).toBe("refused");
});

test("OTP slots: pulled out it is disconnected; plugged in again, it works", async () => {
  const path = await plugged("yubikey5", KEYBOARD_ONLY);
  const device = await opened(path);
  await device.provision({ name: "slot 2", secret, parameters: totpParameters() });
  await lab?.setPlugged(false);
  expect(await failure(device.readTotp({ credential: "slot 2", atUs: 0 }))).toBe("disconnected");
  await device.close();
  expect(await failure(opened(path))).toBe("not-found");
  await lab?.setPlugged(true);
  await using again = await opened(await deviceFile(KEYBOARD_ONLY, "hidraw"));
  const { code } = await again.readTotp({ credential: "slot 2", atUs: 0 });
  expect(code).toBe(RFC4226_VECTORS[0]?.code);
});

test("Nitrokey Pro: its own clock is set, its slots are written and read", async () => {
  process.env.OATHBED_ADMIN_PIN = "12345678";
  const path = await plugged("nitrokey-pro");
  await using device = await opened(path);
  expect(device.info.model).toBe("nitrokey-pro");
  await device.provision({ name: "timed", secret, parameters: totpParameters() });
  await device.provision({ name: "counted", secret, parameters: hotpParameters() });
  const nowMs = Date.now();
  await device.setTime(Math.floor(nowMs / 1000));
  expect(timeCodes(nowMs)).toContain((await device.readTotp({ credential: "timed" })).code);
  for (const { code } of RFC4226_VECTORS.slice(0, 2)) {
    expect((await device.readHotp({ credential: "counted" })).code).toBe(code);
  }
  expect((await device.list()).map(({ name }) => name).toSorted()).toEqual(["counted", "timed"]);
  delete process.env.OATHBED_ADMIN_PIN;
});
