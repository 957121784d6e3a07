// Debian's ykman, pcscd and libccid in the guest, a YubiKey on the other side of its network.

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Rig } from "../../../devices/rig.ts";
import { smartCardDriver } from "../../../devices/smart-card/driver.ts";
import { smartProfileOf } from "../../../firmware-sim/profiles-smart.ts";
import { until } from "../testing/until.ts";
import { Ykman } from "../testing/ykman.ts";
import { ykmanOathTests } from "../testing/ykman-oath.ts";
import { hostAddress, hostRig } from "./host.ts";
import { HOST_KEY_SERIAL } from "./host-tokens.ts";
import { attachToKernel, detachFromKernel } from "./kernel.ts";

const { usb } = smartProfileOf("yubikey5");
let ykman: Ykman;
let rig: Rig;

beforeAll(async () => {
  rig = await hostRig("OATHBED_CONTROL_KEY");
  await attachToKernel(hostAddress("OATHBED_HOST_USBIP", "1-1"), usb);
  ykman = new Ykman();
  await until("a reader with a card", async () => {
    const readers = await smartCardDriver.list();
    return readers.some(({ problem }) => problem === undefined);
  });
});

afterAll(async () => {
  ykman[Symbol.dispose]();
  await rig[Symbol.asyncDispose]();
  await detachFromKernel(usb);
});

test("stock libccid names the reader as the token names itself", async () => {
  const [reader] = await smartCardDriver.list();
  expect(reader?.address).toBe("Yubico YubiKey OTP+CCID 00 00");
});

test("ykman lists the key and tells about it, with no word about readers", async () => {
  expect(await ykman.says("list")).toBe(
    `YubiKey 5 NFC (5.4.3) [OTP+CCID] Serial: ${HOST_KEY_SERIAL}\n`,
  );
  const info = await ykman.says("info");
  expect(info).toContain("Enabled USB interfaces: OTP, CCID");
  expect(info).toMatch(/^OATH\s+Enabled\s+Enabled\s*$/m);
});

ykmanOathTests(() => ({
  ykman,
  rig,
  fresh: async () => void (await ykman.says("oath", "reset", "-f")),
}));

test("ykman writes an OTP slot through the keyboard interface and calculates with it", async () => {
  // RFC 2202, test case 2, does not fit a slot; RFC 4226's secret and HMAC-SHA-1 of counter 1 do.
  const secret = Buffer.from("12345678901234567890").toString("hex");
  await ykman.says("otp", "chalresp", "-f", "2", secret);
  expect(await ykman.says("otp", "info")).toMatch(/Slot 1: empty\s+Slot 2: programmed/);
  const answer = await ykman.says("otp", "calculate", "2", "0000000000000001");
  expect(answer.trim()).toBe("75a48a19d4cbe100644e8ac1397eea747a2d33ab");
  await ykman.says("otp", "delete", "-f", "2");
  expect(await ykman.says("otp", "info")).toMatch(/Slot 2: empty/);
});
