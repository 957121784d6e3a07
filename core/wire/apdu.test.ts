import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type CommandApdu,
  decodeCommandApdu,
  decodeResponseApdu,
  encodeCommandApdu,
  encodeResponseApdu,
} from "./apdu.ts";
import { bytes } from "./testing/frames.ts";

const AID = "A0000005272101";
const none = bytes("");
const select = { cla: 0, ins: 0xa4, p1: 4, p2: 0 };
const list = { cla: 0, ins: 0xa1, p1: 0, p2: 0 };

/** The forms of the YKOATH document, section 2, and the rest of ISO 7816-4's four cases. */
const FORMS: readonly (readonly [string, string, CommandApdu])[] = [
  ["case 1", "00A10000", { ...list, data: none, extended: false }],
  ["case 2, all 256", "00A1000000", { ...list, data: none, le: 256, extended: false }],
  ["case 2", "00A1000010", { ...list, data: none, le: 16, extended: false }],
  ["case 3", `00A4040007${AID}`, { ...select, data: bytes(AID), extended: false }],
  ["case 4", `00A4040007${AID}00`, { ...select, data: bytes(AID), le: 256, extended: false }],
  ["case 2 extended", "00A10000000000", { ...list, data: none, le: 65536, extended: true }],
  ["case 3 extended", `00A40400000007${AID}`, { ...select, data: bytes(AID), extended: true }],
  [
    "case 4 extended",
    `00A40400000007${AID}0100`,
    { ...select, data: bytes(AID), le: 256, extended: true },
  ],
];

test.each(FORMS)("reads and writes %s", (_, hex, command) => {
  expect(decodeCommandApdu(bytes(hex))).toEqual({ kind: "command", command });
  expect(encodeCommandApdu(command)).toEqual(bytes(hex));
});

test.each([
  ["", "a command has at least 4 bytes, got 0"],
  ["00A400", "a command has at least 4 bytes, got 3"],
  ["00A4040007A000", "Lc is 7, but 2 bytes follow it"],
  ["00A4040001A00000", "Lc is 1, but 3 bytes follow it"],
  ["00A404000000", "extended length cut short"],
  ["00A40400000000A0", "extended Lc is 0, but 1 bytes follow it"],
  ["00A40400000002A0", "extended Lc is 2, but 1 bytes follow it"],
  ["00A40400000001A000", "extended Lc is 1, but 2 bytes follow it"],
])("finds %s malformed", (hex, problem) => {
  expect(decodeCommandApdu(bytes(hex))).toEqual({ kind: "malformed", problem });
});

test("reads no command longer than an extended one can be", () => {
  expect(decodeCommandApdu(new Uint8Array(70_000)).kind).toBe("malformed");
});

test.each([
  ["data", { ...list, data: new Uint8Array(256), extended: false }],
  ["data", { ...list, data: new Uint8Array(65_536), extended: true }],
  ["le", { ...list, data: none, le: 257, extended: false }],
  ["le", { ...list, data: none, le: 0, extended: true }],
  ["ins", { ...list, ins: 256, data: none, extended: false }],
])("writes no command whose %s is out of range", (field, command) => {
  expect(() => encodeCommandApdu(command)).toThrow(new RegExp(`^${field} must be`));
});

test("reads and writes responses", () => {
  const response = { data: bytes("7903050403"), sw: 0x9000 };
  expect(decodeResponseApdu(bytes("79030504039000"))).toEqual({ kind: "response", response });
  expect(encodeResponseApdu(response)).toEqual(bytes("79030504039000"));
  expect(decodeResponseApdu(bytes("6982"))).toEqual({
    kind: "response",
    response: { data: none, sw: 0x6982 },
  });
});

test("needs a status word, and takes no more than 65,536 bytes of data", () => {
  expect(decodeResponseApdu(bytes("90")).kind).toBe("malformed");
  expect(decodeResponseApdu(new Uint8Array(65_538)).kind).toBe("response");
  expect(decodeResponseApdu(new Uint8Array(65_539)).kind).toBe("malformed");
  expect(() => encodeResponseApdu({ data: none, sw: 0x1_0000 })).toThrow(RangeError);
});

test("reads back every command that it writes", () => {
  const byte = fc.nat(255);
  const short = fc.record(
    {
      data: fc.uint8Array({ maxLength: 255 }),
      le: fc.integer({ min: 1, max: 256 }),
      extended: fc.constant(false),
    },
    { requiredKeys: ["data", "extended"] },
  );
  const extended = fc.record(
    {
      data: fc.uint8Array({ minLength: 1, maxLength: 4000 }),
      le: fc.integer({ min: 1, max: 65_536 }),
      extended: fc.constant(true),
    },
    { requiredKeys: ["data", "extended"] },
  );
  const header = fc.record({ cla: byte, ins: byte, p1: byte, p2: byte });
  fc.assert(
    fc.property(header, fc.oneof(short, extended), (head, body) => {
      const command = { ...head, ...body };
      expect(decodeCommandApdu(encodeCommandApdu(command))).toEqual({ kind: "command", command });
    }),
  );
});
