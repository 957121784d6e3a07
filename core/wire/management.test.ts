import fc from "fast-check";
import { expect, test } from "vitest";
import { type DeviceInfo, decodeDeviceInfo, encodeDeviceInfo } from "./management.ts";
import { bytes, hex, mutations } from "./testing/frames.ts";

/** Accepted by ykman 4 and 5 (YKOATH document, section 9). */
const PAGE =
  "2B 0102023F 020400BC614E 0302023F 040101 0503050403 06020000 07010F 080100 0D02023F 0E02023F 0A0100";
const INFO: DeviceInfo = {
  usbSupported: 0x23f,
  usbEnabled: 0x23f,
  serial: 12_345_678,
  formFactor: 1,
  version: [5, 4, 3],
  autoEjectTimeoutSeconds: 0,
  challengeTimeoutSeconds: 15,
  flags: 0,
  nfc: { supported: 0x23f, enabled: 0x23f },
  isConfigLocked: false,
};

test("writes and reads the page of the document", () => {
  expect(encodeDeviceInfo(INFO)).toEqual(bytes(PAGE));
  expect(decodeDeviceInfo(bytes(PAGE))).toEqual({
    kind: "device-info",
    info: INFO,
    morePages: 0,
  });
});

test("takes a serial of 0 for none, and tells how many pages are left", () => {
  expect(decodeDeviceInfo(bytes("0C 010120 020400000000 100101"))).toMatchObject({
    kind: "device-info",
    info: { usbSupported: 0x20, version: [0, 0, 0] },
    morePages: 1,
  });
  const result = decodeDeviceInfo(bytes("09 010120 020400000000"));
  expect(result.kind === "device-info" && "serial" in result.info).toBe(false);
});

test.each(["", "00", "04 010120", "03 020101", "08 0106000000000020", "03 0105"])(
  "finds the page %j malformed",
  (page) => {
    expect(decodeDeviceInfo(bytes(page)).kind).toBe("malformed");
  },
);

test("names the field that does not fit", () => {
  expect(() => encodeDeviceInfo({ ...INFO, serial: 0 })).toThrow(/^serial must be/);
  expect(() => encodeDeviceInfo({ ...INFO, usbEnabled: 0x1_0000 })).toThrow(/^usbEnabled must/);
});

test("reads back every page that it writes", () => {
  const info = fc.record(
    {
      usbSupported: fc.nat(0xffff),
      usbEnabled: fc.nat(0xffff),
      serial: fc.integer({ min: 1, max: 0xffff_ffff }),
      formFactor: fc.nat(255),
      version: fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)),
      autoEjectTimeoutSeconds: fc.nat(0xffff),
      challengeTimeoutSeconds: fc.nat(255),
      flags: fc.nat(255),
      nfc: fc.record({ supported: fc.nat(0xffff), enabled: fc.nat(0xffff) }),
      isConfigLocked: fc.boolean(),
    },
    {
      requiredKeys: [
        "usbSupported",
        "usbEnabled",
        "formFactor",
        "version",
        "autoEjectTimeoutSeconds",
        "challengeTimeoutSeconds",
        "flags",
        "isConfigLocked",
      ],
    },
  );
  fc.assert(
    fc.property(info, (given) => {
      expect(decodeDeviceInfo(encodeDeviceInfo(given))).toMatchObject({ info: given });
    }),
  );
});

test("reads 10,000 pages that are almost right without harm", () => {
  let read = 0;
  for (const page of mutations([bytes(PAGE)], 10_000, 7)) {
    if (decodeDeviceInfo(page).kind === "device-info") read++;
  }
  expect(read).toBeGreaterThan(0);
  expect(hex(encodeDeviceInfo(INFO))).toBe(hex(bytes(PAGE)));
});
