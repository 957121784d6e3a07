// In a reader with Yubico's name: ykman takes the card for a YubiKey on USB, by the name and by an
// answer to reset of the USB kind.

import { afterAll, beforeAll, expect, test } from "vitest";
import type { LabToken } from "../testing/lab-token.ts";
import { Ykman } from "../testing/ykman.ts";
import { insertToken } from "./reader.ts";

const SERIAL = 7_654_321;
let lab: LabToken;

beforeAll(async () => {
  lab = await insertToken({ profile: "yubikey5", serial: SERIAL });
});

afterAll(() => lab[Symbol.asyncDispose]());

test("the reader has the name that the profile asks for", () => {
  expect(process.env.OATHBED_READER).toBe(lab.token.info.readerName);
});

test("ykman list shows a YubiKey with its serial number", async () => {
  using ykman = new Ykman();
  expect(await ykman.says("list")).toContain(`YubiKey 5 NFC (5.4.3) [OTP+CCID] Serial: ${SERIAL}`);
  expect(await ykman.says("list", "--serials")).toContain(String(SERIAL));
});

test("ykman finds it by its serial number", async () => {
  using ykman = new Ykman("--device", String(SERIAL));
  expect(await ykman.says("info")).toContain("Enabled USB interfaces: OTP, CCID");
  await ykman.says("oath", "accounts", "add", "bob", "GEZDGNBVGY3TQOJQ");
  expect(await ykman.says("oath", "accounts", "code", "-s", "bob")).toMatch(/^\d{6}\n$/);
});
