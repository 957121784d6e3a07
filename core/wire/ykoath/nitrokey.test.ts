// Bytes by the tags and instructions of the YKOATH document, section 11.

import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeCommandApdu, encodeCommandApdu } from "../apdu.ts";
import { bytes, hex, utf8 } from "../testing/frames.ts";
import { decodeSetDefault, encodeSetDefault } from "./canokey.ts";
import { describeYkoathCommand } from "./log.ts";
import {
  decodeCredentialAnswer,
  decodeNitrokeyRequest,
  decodePasswordEntry,
  encodeCredentialAnswer,
  encodeNitrokeyRequest,
  encodePasswordEntry,
  type NitrokeyRequest,
} from "./nitrokey.ts";

const PUT = {
  kind: "put",
  name: utf8("a"),
  type: "reverse-hotp",
  algorithm: "SHA1",
  digits: 6,
  secret: utf8("12345678901234"),
  property: 0,
} as const;

const REQUESTS: readonly (readonly [NitrokeyRequest, string])[] = [
  [{ kind: "set-pin", pin: utf8("1234") }, "00B4000006 8004 31323334"],
  [{ kind: "verify-pin", pin: utf8("1234") }, "00B2000006 8004 31323334"],
  [
    { kind: "change-pin", pin: utf8("1234"), newPin: utf8("99") },
    "00B300000A 8004 31323334 8102 3939",
  ],
  [{ kind: "verify-code", name: utf8("a"), code: 755_224 }, "00B1000009 710161 7504 000B8618"],
  [{ kind: "get-credential", name: utf8("a") }, "00B5000003 710161"],
  [{ kind: "update", name: utf8("a"), newName: utf8("b") }, "00B7000006 710161 710162"],
  [
    { kind: "update", name: utf8("a"), login: utf8("me"), password: utf8("x"), metadata: utf8("") },
    "00B700000C 710161 83026D65 840178 8500",
  ],
  [PUT, "0001000015 710161 7310 3106 3132333435363738393031323334"],
  [
    { ...PUT, type: "hmac", algorithm: "SHA256", property: 4, login: utf8("me") },
    "000100001B 710161 7310 4206 3132333435363738393031323334 7804 83026D65",
  ],
  [
    { ...PUT, initialMovingFactor: 5 },
    "000100001B 710161 7310 3106 3132333435363738393031323334 7A0400000005",
  ],
];

test.each(REQUESTS)("$0.kind is %2$s", (request, expected) => {
  const command = encodeNitrokeyRequest(request);
  expect(hex(encodeCommandApdu(command))).toBe(expected.replaceAll(" ", ""));
  expect(decodeNitrokeyRequest(command)).toEqual({ kind: "request", request });
});

test.each([
  ["01B2000006800431323334", 0x6e00],
  ["00B2010006800431323334", 0x6b00],
  ["00B6000000", 0x6d00],
  ["00B2000000", 0x6a80],
  ["00B20000028000", 0x6a80],
  ["00B2000006810431323334", 0x6a80],
  ["00B3000006800431323334", 0x6a80],
  ["00B1000008710161750300000B", 0x6a80],
  ["00B500000471016100", 0x6a80],
  ["00B7000009 710161 840178 83016D", 0x6a80],
  ["000100000B 710161 7303 5106 31 780400", 0x6a80],
])("%s is refused by %i", (apdu, sw) => {
  const result = decodeCommandApdu(bytes(apdu));
  if (result.kind !== "command") return expect(sw).toBe(0x6700);
  expect(decodeNitrokeyRequest(result.command)).toMatchObject({ kind: "refused", sw });
});

test("a credential is told by its type, its name and what a password entry has", () => {
  const answer = { type: "totp", algorithm: "SHA1", name: utf8("a"), login: utf8("me") } as const;
  expect(hex(encodeCredentialAnswer(answer))).toBe("780121" + "710161" + "83026D65");
  expect(decodeCredentialAnswer(encodeCredentialAnswer(answer))).toEqual(answer);
  expect(decodeCredentialAnswer(bytes("710161"))).toBeUndefined();
  expect(decodeCredentialAnswer(bytes("7802"))).toBeUndefined();
});

test("password entries are read as they were written, whatever they hold", () => {
  const value = fc.option(fc.uint8Array({ maxLength: 128 }), { nil: undefined });
  fc.assert(
    fc.property(value, value, value, (login, password, metadata) => {
      const given = Object.entries({ login, password, metadata });
      const entry = Object.fromEntries(given.filter(([, each]) => each !== undefined));
      expect(decodePasswordEntry(encodePasswordEntry(entry))).toEqual(entry);
    }),
  );
  expect(decodePasswordEntry(bytes("8401"))).toBeUndefined();
});

test("PINs and passwords do not show in a log", () => {
  for (const [request] of REQUESTS) {
    const shown = JSON.stringify(describeYkoathCommand(encodeNitrokeyRequest(request)));
    expect(shown).not.toMatch(/31323334|1234"|840178/);
  }
});

test("SET DEFAULT of a CanoKey is 55 with a name", () => {
  const command = encodeSetDefault({ kind: "set-default", name: utf8("a") });
  expect(hex(encodeCommandApdu(command))).toBe("0055000003710161");
  expect(decodeSetDefault(command)).toMatchObject({ kind: "request" });
  expect(decodeSetDefault({ ...command, p2: 1 })).toMatchObject({ sw: 0x6b00 });
  expect(decodeSetDefault({ ...command, ins: 0x56 })).toMatchObject({ sw: 0x6d00 });
  expect(decodeSetDefault({ ...command, cla: 1 })).toMatchObject({ sw: 0x6e00 });
  expect(decodeSetDefault({ ...command, data: bytes("72") })).toMatchObject({ sw: 0x6a80 });
});
