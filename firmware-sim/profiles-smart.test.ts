import { expect, test } from "vitest";
import { createRandom } from "../core/time/random.ts";
import { hex } from "../core/wire/testing/frames.ts";
import { testSmartToken } from "./applets/testing/smart-token.ts";
import { PROFILE_NAMES } from "./profiles.ts";
import { SMART_PROFILE_NAMES, SMART_TOKEN_PROFILES, smartProfileOf } from "./profiles-smart.ts";

test("names are the documented ones, and none is a software token's", () => {
  expect(SMART_PROFILE_NAMES).toEqual([
    "yubikey5",
    "yubikey4",
    "yubikey-neo",
    "canokey",
    "nitrokey3",
    "nitrokey-pro",
    "generic-oath",
  ]);
  expect(PROFILE_NAMES.filter((name) => SMART_PROFILE_NAMES.includes(name))).toEqual([]);
  expect(() => smartProfileOf("yubikey6")).toThrow(/yubikey5/);
});

test.each(SMART_TOKEN_PROFILES)(
  "$name has ATRs of at most 33 bytes with a right check",
  (profile) => {
    for (const atr of [profile.atr.contact, profile.atr.contactless]) {
      expect(atr.length).toBeLessThanOrEqual(33);
      expect(atr[0]).toBe(0x3b);
      expect(atr.subarray(1).reduce((sum, byte) => sum ^ byte, 0)).toBe(0);
    }
  },
);

test.each(SMART_TOKEN_PROFILES)("$name has what its USB functions need", ({ name, usb }) => {
  const { token } = testSmartToken({ model: name });
  expect(token.card !== undefined).toBe(usb.functions.includes("ccid"));
  expect(token.otpKeyboard !== undefined).toBe(usb.functions.includes("otp-keyboard"));
  expect(token.nitrokey !== undefined).toBe(usb.functions.includes("nitrokey-hid"));
  expect(token.clock !== undefined).toBe(name === "nitrokey-pro");
  expect(token.info.usb).toBe(usb);
});

test("contact ATRs of YubiKeys and CanoKeys are of the USB kind, others are not", () => {
  const usbKind = SMART_TOKEN_PROFILES.filter(
    ({ atr }) => ((atr.contact[1] ?? 0) & 0xf0) === 0xf0,
  ).map(({ name }) => name);
  expect(usbKind).toEqual(["yubikey5", "yubikey4", "yubikey-neo", "canokey"]);
  for (const { atr } of SMART_TOKEN_PROFILES) expect((atr.contactless[1] ?? 0) >> 4).toBe(8);
  expect(hex(smartProfileOf("yubikey5").atr.contactless)).toBe(
    "3B8D80018073C021C057597562694B6579F9",
  );
});

test("serial numbers come from the random seed, or as they are given", () => {
  const serialOf = (seed: number) =>
    testSmartToken({ random: createRandom(seed) }).token.info.serial;
  expect(serialOf(1)).toBe(serialOf(1));
  expect(serialOf(1)).not.toBe(serialOf(2));
  expect(testSmartToken({ serial: 99_999_999 }).token.info.serial).toBe(99_999_999);
  for (const serial of [100_000_000, -1, 1.5]) {
    expect(() => testSmartToken({ serial })).toThrow(/serial/);
  }
});

test("several tokens share nothing", () => {
  const first = testSmartToken();
  const second = testSmartToken();
  first.put("a");
  first.token.powerOff();
  expect(second.send("00A1000000")).toBe("9000");
});
