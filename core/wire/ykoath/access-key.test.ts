import { expect, test } from "vitest";
import { bytes, hex } from "../testing/frames.ts";
import { accessKeyName, accessProof, deriveAccessKey } from "./access-key.ts";
import { codeOfTruncated, steamCodeOfTruncated, truncatedOfFull } from "./code-forms.ts";

const deviceId = bytes("0001020304050607");

test("derives the key and proofs of the document's worked example", () => {
  const key = deriveAccessKey("secret", deviceId);
  expect(hex(key)).toBe("331C8B1028EFF8D66FAE0E01A8F84F3D");
  expect(hex(accessProof(key, bytes("1122334455667788")))).toBe(
    "9491D03F24D59ACC2E693DD5F60F82724FA1BBD6",
  );
  expect(hex(accessProof(key, bytes("AABBCCDDEEFF0011")))).toBe(
    "0BFC0F0D686750A45BBAA0B24D343B23509B8434",
  );
});

test("names the key as ykman does", () => {
  expect(accessKeyName(deviceId)).toBe("ioUf+C7nBIrQnsOEfx3fRA");
});

test("derives no key from an empty password or another salt", () => {
  expect(() => deriveAccessKey("", deviceId)).toThrow(/^password must be/);
  expect(() => deriveAccessKey("x", bytes("00"))).toThrow(/^deviceId must be/);
});

test.each([
  [0x41397eea, 8, "94287082"],
  [0x4c93cf18, 6, "755224"],
  [0x41397eea, 6, "287082"],
  [0x082fef30, 6, "359152"],
  [0xcc93cf18, 6, "755224"],
  [1, 6, "000001"],
])("makes of %i with %i digits the code %s", (truncated, digits, code) => {
  expect(codeOfTruncated(truncated, digits)).toBe(code);
});

test("makes Steam's code of the full response", () => {
  const hmac = bytes("75A48A19D4CBE100644E8AC1397EEA747A2D33AB");
  expect(truncatedOfFull(hmac)).toBe(0xc1397eea);
  expect(steamCodeOfTruncated(truncatedOfFull(hmac))).toBe("PV9M4");
});

test("makes no code of what is no 32-bit number, nor of 3 digits", () => {
  expect(() => codeOfTruncated(2 ** 32, 6)).toThrow(RangeError);
  expect(() => codeOfTruncated(0, 3)).toThrow(RangeError);
});
