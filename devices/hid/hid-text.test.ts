// What the hid driver reads as text: addresses, ids, what the package says when it does not load.

import { expect, test } from "vitest";
import { formatHidAddress, parseHidAddress } from "./address.ts";
import { hidProtocolOf } from "./known-tokens.ts";
import { missingPackage } from "./node-hid.ts";
import { knownPins, pinsFrom } from "./pins.ts";
import { slotOfName } from "./slot-notes.ts";

test.each([
  ["/dev/hidraw3", { slot: 2, digits: 6, stepSeconds: 30 }],
  ["/dev/hidraw3?slot=1&digits=8&step=60", { slot: 1, digits: 8, stepSeconds: 60 }],
  ["DevSrvsID:4294969?pins=/home/a/pins", { pinFile: "/home/a/pins" }],
])("reads and writes the address %s", (text, expected) => {
  expect(parseHidAddress(text)).toMatchObject(expected);
  expect(formatHidAddress(parseHidAddress(text))).toBe(text);
});

test.each([
  "",
  "?slot=1",
  "/dev/hidraw0?slot=3",
  "/dev/hidraw0?digits=9",
  "/dev/hidraw0?step=0",
  "/dev/hidraw0?slot=1&slot=2",
  "/dev/hidraw0?pin=1234",
  "/dev/hidraw0?pins=",
  "a\nb",
  "x".repeat(5000),
])("refuses the address %j and says how one is written", (text) => {
  expect(() => parseHidAddress(text)).toThrow(
    expect.objectContaining({ code: "not-found", hint: expect.stringContaining("slot=2") }),
  );
});

test.each([
  [0x1050, 0x0407, 1, 6, "otp-slots"],
  [0x1050, 0x0407, 0xf1d0, 1, undefined],
  [0x20a0, 0x4108, 0xff00, 1, "nitrokey"],
  [0x316d, 0x4c4b, undefined, undefined, "nitrokey"],
  [0x046d, 0xc31c, 1, 6, undefined],
])("%x:%x usage %s/%s is %s", (vendorId, productId, usagePage, usage, expected) => {
  expect(hidProtocolOf({ vendorId, productId, usagePage, usage })).toBe(expected);
});

test("a missing library is named with what installs it", () => {
  const cause = new Error("libusb-1.0.so.0: cannot open shared object file");
  expect(missingPackage(cause)).toMatchObject({
    code: "missing-package",
    hint: "install its library: apt-get install libusb-1.0-0",
  });
  expect(missingPackage(new Error("Cannot find package 'node-hid'")).hint).toContain("npm install");
});

test("names mean slots", () => {
  expect([slotOfName("slot 1", 2), slotOfName("slot 2", 1), slotOfName("x", 1)]).toEqual([1, 2, 1]);
  expect(slotOfName(undefined, 2)).toBe(2);
});

test("PINs come from the environment, and too long ones are refused", async () => {
  const pins = pinsFrom({ OATHBED_ADMIN_PIN: "12345678" });
  expect(await pins.pin("admin")).toBe("12345678");
  expect(await pins.pin("user")).toBeUndefined();
  const long = pinsFrom({ OATHBED_USER_PIN: "1".repeat(26) }).pin("user");
  await expect(long).rejects.toMatchObject({ code: "bad-argument" });
  await expect(long).rejects.not.toThrow(/1111/);
  expect(await knownPins({ user: "1" }).pin("user")).toBe("1");
});
