import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeCommandApdu, encodeCommandApdu } from "../apdu.ts";
import { bytes, hex, utf8 } from "../testing/frames.ts";
import { YKOATH_AID } from "./constants.ts";
import { decodeYkoathRequest } from "./request-decoder.ts";
import {
  encodeYkoathRequest,
  type PutRequest,
  preparePutSecret,
  type YkoathRequest,
} from "./requests.ts";

const secret = bytes("48656C6C6F21DEADBEEF");
const totp = { kind: "put", type: "totp", algorithm: "SHA1", property: 0 } as const;
const proof = bytes("0BFC0F0D686750A45BBAA0B24D343B23509B8434");
const key = bytes("331C8B1028EFF8D66FAE0E01A8F84F3D");
const hostChallenge = bytes("AABBCCDDEEFF0011");

const test10: PutRequest = {
  ...totp,
  name: utf8("test"),
  digits: 6,
  secret: preparePutSecret(secret, "SHA1"),
};
const hotp: PutRequest = {
  ...test10,
  name: utf8("hotp"),
  type: "hotp",
  initialMovingFactor: 5,
};

/** The worked examples of the YKOATH document, sections 6 and 7. */
const GOLDEN: readonly (readonly [string, YkoathRequest])[] = [
  ["00A4040007A0000005272101", { kind: "select", aid: YKOATH_AID }],
  [
    "00010000227108 41434D453A626F62 73162108 3132333435363738393031323334353637383930",
    { ...totp, name: utf8("ACME:bob"), digits: 8, secret: utf8("12345678901234567890") },
  ],
  ["0001000018 710474657374 7310 2106 48656C6C6F21DEADBEEF00000000", test10],
  [
    "000100001A 710474657374 7310 2106 48656C6C6F21DEADBEEF00000000 7802",
    { ...test10, property: 2 },
  ],
  ["000100001E 7104686F7470 7310 1106 48656C6C6F21DEADBEEF00000000 7A0400000005", hotp],
  ["00020000067104 74657374", { kind: "delete", name: utf8("test") }],
  [
    `0003000033 7311 21 ${hex(key)} 7408 ${hex(hostChallenge)} 7514 ${hex(proof)}`,
    { kind: "set-code", keyType: 0x21, key, challenge: hostChallenge, response: proof },
  ],
  ["0003000002 7300", { kind: "remove-code" }],
  ["0004DEAD", { kind: "reset" }],
  ["0005000006 710161 710162", { kind: "rename", from: utf8("a"), to: utf8("b") }],
  ["00A10000", { kind: "list", withProperties: false }],
  ["00A100000101", { kind: "list", withProperties: true }],
  [
    "00A20001147108 41434D453A626F62 7408 0000000000000001",
    {
      kind: "calculate",
      name: utf8("ACME:bob"),
      challenge: bytes("0000000000000001"),
      truncated: true,
    },
  ],
  [
    "00A2000006 710161 74 01 07",
    { kind: "calculate", name: utf8("a"), challenge: bytes("07"), truncated: false },
  ],
  [
    "00A3000020 7514 9491D03F24D59ACC2E693DD5F60F82724FA1BBD6 7408 AABBCCDDEEFF0011",
    {
      kind: "validate",
      response: bytes("9491D03F24D59ACC2E693DD5F60F82724FA1BBD6"),
      challenge: hostChallenge,
    },
  ],
  ["00A4000102 7400", { kind: "calculate-all", challenge: bytes(""), truncated: true }],
  ["00A50000", { kind: "send-remaining" }],
];

const decode = (apdu: string) => {
  const result = decodeCommandApdu(bytes(apdu));
  if (result.kind === "malformed") throw new Error(result.problem);
  return decodeYkoathRequest(result.command);
};

test.each(GOLDEN)("writes and reads %s", (apdu, request) => {
  expect(encodeCommandApdu(encodeYkoathRequest(request))).toEqual(bytes(apdu));
  expect(decode(apdu)).toEqual({ kind: "request", request });
});

test.each([
  ["00 A1 00 00 00", "list"],
  ["00 A4 00 01 00 00 0A 74 08 0000000000000001", "calculate-all"],
  ["00 A4 04 00 00 00 07 A0000005272101", "select"],
  ["00 A5 00 00 00", "send-remaining"],
  ["00 03 00 00", "remove-code"],
])("reads the form %s that ykman sends", (apdu, kind) => {
  expect(decode(apdu)).toMatchObject({ kind: "request", request: { kind } });
});

test.each([
  ["80A10000", 0x6e00],
  ["00B10000", 0x6d00],
  ["00A10100", 0x6b00],
  ["00A20002 06 710161 740107", 0x6b00],
  ["00A40500", 0x6b00],
  ["00A40401 02 A000", 0x6b00],
  ["0004DEAE", 0x6b00],
  ["00040000", 0x6b00],
])("answers %s with its status word", (apdu, sw) => {
  expect(decode(apdu)).toMatchObject({ kind: "refused", sw });
});

test.each([
  ["PUT without data", "00010000"],
  ["PUT in the other order", "0001000009 7303210600 710161 00"],
  ["PUT without a key", "0001000003 710161"],
  ["PUT of an empty secret", "0001000007 710161 73022106"],
  ["PUT of an unknown hash", "0001000008 710161 7303240600"],
  ["PUT of an unknown type", "0001000008 710161 7303310600"],
  ["a property with a length", "000100000B 710161 7303210600 780102"],
  ["a property without its value", "0001000009 710161 7303210600 78"],
  ["IMF before the property", "0001000010 710161 7303110600 7A0400000005 7802"],
  ["IMF of three bytes", "000100000D 710161 7303110600 7A03000005"],
  ["DELETE of an empty name", "0002000002 7100"],
  ["RENAME with one name", "0005000003 710161"],
  ["CALCULATE without a challenge", "00A2000003 710161"],
  ["VALIDATE in the other order", "00A3000006 740107 750107"],
  ["SET CODE without a proof", "0003000007 73022101 740107"],
  ["SET CODE of a type byte alone", "0003000009 730121 740107 750107"],
  ["a removal with something after it", "0003000005 7300 740107"],
  ["RESET with data", "0004DEAD0100"],
  ["a name cut short", "00020000037105 61"],
])("answers 6A80 to %s", (_, apdu) => {
  expect(decode(apdu)).toMatchObject({ kind: "refused", sw: 0x6a80 });
});

test("takes names of 63 and 64 bytes, and none of 65", () => {
  for (const length of [63, 64]) {
    const request = { kind: "delete", name: new Uint8Array(length).fill(0x61) } as const;
    expect(decodeYkoathRequest(encodeYkoathRequest(request))).toEqual({ kind: "request", request });
  }
  expect(() => encodeYkoathRequest({ kind: "delete", name: new Uint8Array(65) })).toThrow(
    "name must be 1 to 64 bytes long, got 65",
  );
  const long = { cla: 0, ins: 2, p1: 0, p2: 0, extended: false };
  const data = new Uint8Array([0x71, 65, ...new Uint8Array(65)]);
  expect(decodeYkoathRequest({ ...long, data })).toMatchObject({ kind: "refused", sw: 0x6a80 });
});

test("takes challenges of 64 bytes, and none of 65", () => {
  const all = (length: number) =>
    ({ kind: "calculate-all", challenge: new Uint8Array(length), truncated: true }) as const;
  expect(decodeYkoathRequest(encodeYkoathRequest(all(64)))).toMatchObject({ kind: "request" });
  expect(() => encodeYkoathRequest(all(65))).toThrow(RangeError);
});

test("says what is wrong without the secret that came with it", () => {
  const result = decode("000100000C 710161 7307 9906 5345435245");
  expect(result).toMatchObject({ kind: "refused", problem: expect.not.stringContaining("53") });
});

test("pads short secrets, leaves others, and hashes those longer than the hash's block", () => {
  expect(preparePutSecret(secret, "SHA1")).toEqual(bytes("48656C6C6F21DEADBEEF00000000"));
  expect(preparePutSecret(new Uint8Array(64), "SHA256")).toEqual(new Uint8Array(64));
  expect(preparePutSecret(new Uint8Array(128), "SHA512")).toEqual(new Uint8Array(128));
  // printf '%065d' 0 | tr 0 a | sha1sum
  expect(preparePutSecret(utf8("a".repeat(65)), "SHA1")).toEqual(
    bytes("11655326C708D70319BE2610E8A57D9A5B959D3B"),
  );
  expect(preparePutSecret(new Uint8Array(129), "SHA512")).toHaveLength(64);
});

test("makes an extended command of data above 255 bytes", () => {
  const big = { ...test10, secret: new Uint8Array(255), name: new Uint8Array(64).fill(0x61) };
  expect(encodeYkoathRequest(big)).toMatchObject({ extended: true });
  expect(encodeYkoathRequest(test10)).toMatchObject({ extended: false });
});

test("reads back every request that it writes", () => {
  const name = fc.uint8Array({ minLength: 1, maxLength: 64 });
  const challenge = fc.uint8Array({ minLength: 1, maxLength: 64 });
  const put = fc.record(
    {
      kind: fc.constant("put" as const),
      name,
      type: fc.constantFrom("hotp" as const, "totp" as const),
      algorithm: fc.constantFrom("SHA1" as const, "SHA256" as const, "SHA512" as const),
      digits: fc.nat(255),
      secret: fc.uint8Array({ minLength: 1, maxLength: 255 }),
      property: fc.nat(255),
      initialMovingFactor: fc.nat(0xffff_ffff),
    },
    { requiredKeys: ["kind", "name", "type", "algorithm", "digits", "secret", "property"] },
  );
  const setCode = fc.record({
    kind: fc.constant("set-code" as const),
    keyType: fc.constantFrom(0x01, 0x21, 0x22, 0x13),
    key: fc.uint8Array({ minLength: 1, maxLength: 64 }),
    challenge,
    response: fc.uint8Array({ minLength: 1, maxLength: 64 }),
  });
  const calculate = fc.record({
    kind: fc.constant("calculate" as const),
    name,
    challenge: fc.uint8Array({ maxLength: 64 }),
    truncated: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.oneof(put, setCode, calculate), (request) => {
      expect(decodeYkoathRequest(encodeYkoathRequest(request))).toEqual({
        kind: "request",
        request,
      });
    }),
  );
});
