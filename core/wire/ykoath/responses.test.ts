import fc from "fast-check";
import { expect, test } from "vitest";
import { bytes, utf8 } from "../testing/frames.ts";
import {
  decodeCalculateAllAnswer,
  decodeCalculateAnswer,
  decodeListAnswer,
  decodeSelectAnswer,
  decodeValidateAnswer,
} from "./response-decoder.ts";
import {
  type CalculateAllEntry,
  encodeCalculateAllAnswer,
  encodeCalculateAnswer,
  encodeListAnswer,
  encodeSelectAnswer,
  encodeValidateAnswer,
} from "./responses.ts";

const version = { major: 5, minor: 4, patch: 3 };
const deviceId = bytes("0001020304050607");

test.each([
  ["no key", "79 03 05 04 03 71 08 00 01 02 03 04 05 06 07", { version, deviceId }],
  [
    "a key",
    "79 03 05 04 03 71 08 00 01 02 03 04 05 06 07 74 08 11 22 33 44 55 66 77 88 7B 01 01",
    { version, deviceId, challenge: bytes("1122334455667788"), keyAlgorithm: 1 },
  ],
  [
    "a Nitrokey's PIN",
    "79 03 05 04 03 82 01 08 8F 04 01 02 03 04",
    { version, pinTries: 8, serial: bytes("01020304") },
  ],
])("writes and reads a SELECT answer with %s", (_, hex, answer) => {
  expect(encodeSelectAnswer(answer)).toEqual(bytes(hex));
  expect(decodeSelectAnswer(bytes(hex))).toEqual({ kind: "select", answer });
});

test("ignores tags it does not know in a SELECT answer", () => {
  expect(decodeSelectAnswer(bytes("9901AA 7903050403 7108 0001020304050607"))).toEqual({
    kind: "select",
    answer: { version, deviceId },
  });
});

test.each(["", "7108 0001020304050607", "79020504", "7903050403 7400", "79030504"])(
  "finds the SELECT answer %j malformed",
  (hex) => {
    expect(decodeSelectAnswer(bytes(hex)).kind).toBe("malformed");
  },
);

test("writes and reads a LIST entry", () => {
  const entries = [{ type: "totp", algorithm: "SHA1", name: utf8("ACME:bob") }] as const;
  expect(encodeListAnswer(entries)).toEqual(bytes("72 09 21 41434D453A626F62"));
  expect(decodeListAnswer(bytes("72 09 21 41434D453A626F62"))).toEqual({
    kind: "list",
    entries,
    unknownTypes: 0,
  });
});

test("reads the property byte that it asked for", () => {
  const entries = [{ type: "hotp", algorithm: "SHA256", name: utf8("a"), property: 2 }] as const;
  expect(encodeListAnswer(entries)).toEqual(bytes("7203 12 61 02"));
  expect(decodeListAnswer(bytes("7203 12 61 02"), true)).toMatchObject({ entries });
});

test("counts entries of a vendor's types", () => {
  expect(decodeListAnswer(bytes("7202 31 61 7202 21 62"))).toMatchObject({
    entries: [{ name: utf8("b") }],
    unknownTypes: 1,
  });
});

test("writes and reads the answers of CALCULATE", () => {
  const truncated = { kind: "truncated", digits: 8, truncated: 0x41397eea } as const;
  expect(encodeCalculateAnswer(truncated)).toEqual(bytes("76 05 08 41 39 7E EA"));
  expect(decodeCalculateAnswer(bytes("76 05 08 41 39 7E EA"))).toEqual(truncated);
  const hmac = bytes("75A48A19D4CBE100644E8AC1397EEA747A2D33AB");
  const full = { kind: "full", digits: 8, hmac } as const;
  const hex = "75 15 08 75A48A19D4CBE100644E8AC1397EEA747A2D33AB";
  expect(encodeCalculateAnswer(full)).toEqual(bytes(hex));
  expect(decodeCalculateAnswer(bytes(hex))).toEqual(full);
});

test("keeps bit 31 of a card that does not clear it", () => {
  expect(decodeCalculateAnswer(bytes("76 05 06 FF FF FF FF"))).toMatchObject({
    truncated: 0xffff_ffff,
  });
});

test.each([
  "",
  "7604 06 413979",
  "7606 06 41397EEA 00",
  "7514 75A48A19D4CBE100644E8AC1397EEA747A2D33AB",
  "7701 06",
  "7605 08 41397EEA 7605 08 41397EEA",
])("finds the CALCULATE answer %j malformed", (hex) => {
  expect(decodeCalculateAnswer(bytes(hex)).kind).toBe("malformed");
});

const ALL: readonly CalculateAllEntry[] = [
  { name: utf8("test"), response: { kind: "truncated", digits: 6, truncated: 0x248e5a29 } },
  { name: utf8("touchy"), response: { kind: "touch", digits: 6 } },
  { name: utf8("60/ACME:bob"), response: { kind: "truncated", digits: 6, truncated: 0x248e5a29 } },
  { name: utf8("hotp"), response: { kind: "hotp", digits: 6 } },
];
const ALL_HEX =
  "7104 74657374 7605 06 248E5A29 7106 746F75636879 7C01 06 " +
  "710B 36302F41434D453A626F62 7605 06 248E5A29 7104 686F7470 7701 06";

test("writes and reads the answer of CALCULATE ALL", () => {
  expect(encodeCalculateAllAnswer(ALL)).toEqual(bytes(ALL_HEX));
  expect(decodeCalculateAllAnswer(bytes(ALL_HEX))).toEqual({ kind: "calculate-all", entries: ALL });
});

test("takes an empty placeholder, as Nitrokey sends it", () => {
  const entries = [{ name: utf8("a"), response: { kind: "hotp" } }] as const;
  expect(encodeCalculateAllAnswer(entries)).toEqual(bytes("710161 7700"));
  expect(decodeCalculateAllAnswer(bytes("710161 7700"))).toMatchObject({ entries });
});

test.each(["710161", "7701 06", "7100 7701 06", "710161 7702 0606", "710161 710162"])(
  "finds the CALCULATE ALL answer %j malformed",
  (hex) => {
    expect(decodeCalculateAllAnswer(bytes(hex)).kind).toBe("malformed");
  },
);

test("writes and reads the card's proof", () => {
  const proof = bytes("0BFC0F0D686750A45BBAA0B24D343B23509B8434");
  const hex = "75 14 0BFC0F0D686750A45BBAA0B24D343B23509B8434";
  expect(encodeValidateAnswer(proof)).toEqual(bytes(hex));
  expect(decodeValidateAnswer(bytes(hex))).toEqual({ kind: "validate", proof });
  expect(decodeValidateAnswer(bytes("7500")).kind).toBe("malformed");
});

test.each([
  ["name", () => encodeListAnswer([{ type: "totp", algorithm: "SHA1", name: bytes("") }])],
  ["truncated", () => encodeCalculateAnswer({ kind: "truncated", digits: 6, truncated: -1 })],
  ["hmac", () => encodeCalculateAnswer({ kind: "full", digits: 6, hmac: bytes("00") })],
  ["minor", () => encodeSelectAnswer({ version: { major: 5, minor: 256, patch: 0 } })],
  ["challenge", () => encodeSelectAnswer({ version, challenge: bytes("00") })],
])("writes no answer whose %s is out of range", (field, write) => {
  expect(write).toThrow(new RegExp(`^${field} must be`));
});

test("reads back every CALCULATE ALL answer that it writes", () => {
  const digits = fc.nat(255);
  const response = fc.oneof(
    fc.record({ kind: fc.constant("hotp" as const), digits }),
    fc.record({ kind: fc.constant("touch" as const), digits }),
    fc.record({
      kind: fc.constant("truncated" as const),
      digits,
      truncated: fc.nat(0xffff_ffff),
    }),
    fc.record({
      kind: fc.constant("full" as const),
      digits,
      hmac: fc.constantFrom(20, 32, 64).chain((n) => fc.uint8Array({ minLength: n, maxLength: n })),
    }),
  );
  const entry = fc.record({ name: fc.uint8Array({ minLength: 1, maxLength: 64 }), response });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
      expect(decodeCalculateAllAnswer(encodeCalculateAllAnswer(entries))).toEqual({
        kind: "calculate-all",
        entries,
      });
    }),
  );
});
