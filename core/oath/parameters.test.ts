import { expect, test } from "vitest";
import {
  assertParameters,
  assertSecret,
  type HashAlgorithm,
  hotpParameters,
  MAX_MOVING_FACTOR,
  totpParameters,
} from "./parameters.ts";

test("hotp is SHA1 and 6 digits unless told otherwise", () => {
  expect(hotpParameters()).toEqual({ kind: "hotp", algorithm: "SHA1", digits: 6 });
  expect(hotpParameters({ digits: 8 })).toEqual({ kind: "hotp", algorithm: "SHA1", digits: 8 });
});

test("totp is SHA1, 6 digits, 30 seconds from 1970 unless told otherwise", () => {
  const usual = { kind: "totp", algorithm: "SHA1", digits: 6, stepSeconds: 30, t0: 0 };
  expect(totpParameters()).toEqual(usual);
  expect(totpParameters({ t0: 59, algorithm: "SHA512" })).toEqual({
    ...usual,
    t0: 59,
    algorithm: "SHA512",
  });
});

test.each([
  ["digits", 6, 10],
  ["stepSeconds", 1, 86_400],
  ["t0", -(2 ** 31), 2 ** 32 - 1],
] as const)("%s goes from %i to %i", (field, low, high) => {
  for (const value of [low, high]) {
    expect(totpParameters({ [field]: value })).toMatchObject({ [field]: value });
  }
  for (const value of [low - 1, high + 1, low + 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => totpParameters({ [field]: value })).toThrow(
      new RangeError(`${field} must be a whole number from ${low} to ${high}, got ${value}`),
    );
  }
});

test("refuses a hash that is none of the three, by name", () => {
  const md5 = "MD5" as HashAlgorithm;
  expect(() => assertParameters({ kind: "hotp", algorithm: md5, digits: 6 })).toThrow(
    "algorithm must be SHA1, SHA256 or SHA512, got MD5",
  );
});

test("a secret has 1 to 1024 bytes", () => {
  assertSecret(new Uint8Array(1));
  assertSecret(new Uint8Array(1024));
  expect(() => assertSecret(new Uint8Array(0))).toThrow(RangeError);
  expect(() => assertSecret(new Uint8Array(1025))).toThrow(RangeError);
});

test("the largest moving factor fills eight bytes", () => {
  expect(MAX_MOVING_FACTOR).toBe(18_446_744_073_709_551_615n);
});
