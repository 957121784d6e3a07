import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDecoded } from "../decoded.ts";
import { bytes, hex } from "../testing/frames.ts";
import {
  type CcidAnswer,
  type CcidNotice,
  decodeCcidAnswer,
  decodeCcidNotice,
  encodeCcidAnswer,
  encodeCcidNotice,
} from "./answers.ts";
import {
  decodeCcidClassDescriptor,
  encodeCcidClassDescriptor,
  YUBIKEY5_CCID_DESCRIPTOR,
} from "./class-descriptor.ts";
import { type CcidCommand, decodeCcidCommand, encodeCcidCommand } from "./commands.ts";
import { CCID_COMMAND_TYPES, ccidAnswerTo, describeCcidError } from "./constants.ts";
import { describeCcid } from "./log.ts";

const ATR = "3BFD1300008131FE158073C021C057597562694B657940";
const SELECT = "00A4040007A0000005272101";
const none = bytes("");

/** The exchange of the CCID document, section 8. */
const COMMANDS: readonly (readonly [string, CcidCommand])[] = [
  ["62000000000004000000", { kind: "power-on", slot: 0, sequence: 4, powerSelect: 0 }],
  [
    `6F0C0000000005000000${SELECT}`,
    { kind: "transfer", slot: 0, sequence: 5, bwi: 0, level: 0, data: bytes(SELECT) },
  ],
  ["65000000000006000000", { kind: "get-slot-status", slot: 0, sequence: 6 }],
  [
    "61070000000007010000 11100015 00FE00",
    { kind: "set-parameters", slot: 0, sequence: 7, protocol: 1, data: bytes("1110001500FE00") },
  ],
  ["77000000000008000000", { kind: "unknown", type: 0x77, slot: 0, sequence: 8 }],
  [
    "6F0100000000090210 00AA",
    { kind: "transfer", slot: 0, sequence: 9, bwi: 2, level: 0x10, data: bytes("AA") },
  ],
];

const ok = { command: "ok", icc: "active" } as const;
const ANSWERS: readonly (readonly [string, CcidAnswer])[] = [
  [
    `80170000000004000000${ATR}`,
    { kind: "data-block", slot: 0, sequence: 4, status: ok, chain: 0, data: bytes(ATR) },
  ],
  [
    "80000000000005800100",
    {
      kind: "data-block",
      slot: 0,
      sequence: 5,
      status: { command: "time-extension", icc: "active", multiplier: 1 },
      chain: 0,
      data: none,
    },
  ],
  [
    "80110000000005000000 79030504037108000102030405060790 00",
    {
      kind: "data-block",
      slot: 0,
      sequence: 5,
      status: ok,
      chain: 0,
      data: bytes("790305040371080001020304050607 9000"),
    },
  ],
  [
    "81000000000006000000",
    { kind: "slot-status", slot: 0, sequence: 6, status: ok, clock: "running" },
  ],
  [
    "8100000000000642FE00",
    {
      kind: "slot-status",
      slot: 0,
      sequence: 6,
      status: { command: "failed", icc: "absent", error: 0xfe },
      clock: "running",
    },
  ],
  [
    "81000000000006020000",
    {
      kind: "slot-status",
      slot: 0,
      sequence: 6,
      status: { command: "ok", icc: "absent" },
      clock: "running",
    },
  ],
  [
    "82070000000007000001 1110001500FE00",
    {
      kind: "parameters",
      slot: 0,
      sequence: 7,
      status: ok,
      protocol: 1,
      data: bytes("1110001500FE00"),
    },
  ],
];

test.each(COMMANDS)("writes and reads the command %s", (message, command) => {
  expect(encodeCcidCommand(command)).toEqual(bytes(message));
  expect(decodeCcidCommand(bytes(message))).toEqual({ kind: "command", command });
});

test.each(ANSWERS)("writes and reads the answer %s", (message, answer) => {
  expect(encodeCcidAnswer(answer)).toEqual(bytes(message));
  expect(decodeCcidAnswer(bytes(message))).toEqual({ kind: "answer", answer });
});

test("does not look at bError of a success, where CanoKey has 81", () => {
  expect(decodeCcidAnswer(bytes("81000000000006008100"))).toMatchObject({ answer: { status: ok } });
});

test.each([
  "",
  "6500000000",
  "65000000000006000000AA",
  "6F0200000000050000 00AA",
  "6FFFFFFFFF00050000 00AA",
])("finds the message %j malformed", (message) => {
  expect(decodeCcidCommand(bytes(message)).kind).toBe("malformed");
});

test.each([
  "85000000000006000000",
  "8100000000000603 0000",
  "81000000000006C00000",
  "81000000000006000004",
])("finds the answer %s malformed", (message) => {
  expect(decodeCcidAnswer(bytes(message)).kind).toBe("malformed");
});

test("writes no message whose sequence is no byte", () => {
  const command = { kind: "power-off", slot: 0, sequence: 256 } as const;
  expect(() => encodeCcidCommand(command)).toThrow(/^sequence must be/);
});

test("answers each command, known or not, by the type the document says", () => {
  const types = Object.keys(CCID_COMMAND_TYPES) as (keyof typeof CCID_COMMAND_TYPES)[];
  const answers = Object.fromEntries(types.map((kind) => [kind, ccidAnswerTo(kind)]));
  expect(answers).toEqual({
    "power-on": "data-block",
    transfer: "data-block",
    secure: "data-block",
    "get-parameters": "parameters",
    "reset-parameters": "parameters",
    "set-parameters": "parameters",
    escape: "escape",
    "set-data-rate": "data-rate",
    "power-off": "slot-status",
    "get-slot-status": "slot-status",
    "icc-clock": "slot-status",
    "t0-apdu": "slot-status",
    mechanical: "slot-status",
    abort: "slot-status",
  });
  expect(ccidAnswerTo("unknown")).toBe("slot-status");
});

test.each([
  [0xfe, "iccMute"],
  [0x05, "badSlot"],
  [0x09, "header byte 9"],
  [0xc1, "code 193"],
])("calls error %i %s", (error, name) => {
  expect(describeCcidError(error)).toBe(name);
});

const NOTICES: readonly (readonly [string, CcidNotice["kind"], CcidNotice])[] = [
  ["5003", "slot-change", { kind: "slot-change", slots: [{ present: true, changed: true }] }],
  ["5002", "slot-change", { kind: "slot-change", slots: [{ present: false, changed: true }] }],
  ["51000701", "hardware-error", { kind: "hardware-error", slot: 0, sequence: 7, error: 1 }],
];

test.each(NOTICES)("writes and reads the notice %s", (message, kind, notice) => {
  expect(encodeCcidNotice(notice)).toEqual(bytes(message));
  const decoded = decodeCcidNotice(bytes(message));
  expect(decoded.kind).toBe(kind);
  if (notice.kind === "slot-change")
    expect(decoded).toMatchObject({ slots: [notice.slots[0], {}, {}, {}] });
  else expect(decoded).toEqual(notice);
});

test("tells of five slots in three bytes", () => {
  const slots = [true, false, true, false, true].map((present) => ({ present, changed: true }));
  expect(hex(encodeCcidNotice({ kind: "slot-change", slots }))).toBe("50BB03");
});

test.each(["", "50", "52AA", "510001"])("finds the notice %j malformed", (message) => {
  expect(decodeCcidNotice(bytes(message)).kind).toBe("malformed");
});

test("writes and reads the class descriptor of a YubiKey 5", () => {
  const descriptor =
    "36 21 00 01 00 07 02 00 00 00 A0 0F 00 00 A0 0F 00 00 00 00 B0 04 00 00 B0 04 00 00 " +
    "F6 0B 00 00 00 00 00 00 00 00 00 00 FE 00 04 00 00 0C 00 00 FF FF 00 00 00 01";
  expect(encodeCcidClassDescriptor(YUBIKEY5_CCID_DESCRIPTOR)).toEqual(bytes(descriptor));
  expect(decodeCcidClassDescriptor(bytes(descriptor))).toEqual(YUBIKEY5_CCID_DESCRIPTOR);
  expect(decodeCcidClassDescriptor(bytes(descriptor).subarray(0, 53)).kind).toBe("malformed");
});

test("reads back every transfer that it writes", () => {
  const byte = fc.nat(255);
  const transfer = fc.record({
    kind: fc.constant("transfer" as const),
    slot: byte,
    sequence: byte,
    bwi: byte,
    level: fc.nat(0xffff),
    data: fc.uint8Array({ maxLength: 400 }),
  });
  fc.assert(
    fc.property(transfer, (command) => {
      expect(decodeCcidCommand(encodeCcidCommand(command))).toEqual({ kind: "command", command });
    }),
  );
});

test("shows messages by their fields", () => {
  const inner = () => ({ name: "APDU", fields: [] });
  const line = (direction: "to-token" | "from-token", message: string) =>
    formatDecoded(describeCcid(direction, bytes(message), inner));
  expect(line("to-token", COMMANDS[1]?.[0] ?? "")).toBe("transfer slot=0 seq=5 apdu=[APDU]");
  expect(line("from-token", ANSWERS[0]?.[0] ?? "")).toBe(
    `data-block slot=0 seq=4 status=ok atr=${ATR}`,
  );
  expect(line("from-token", "80000000000005800100")).toBe(
    "data-block slot=0 seq=5 status=time-extension×1",
  );
  expect(line("to-token", "6F0400000000050002004865AABB")).toBe(
    "transfer slot=0 seq=5 level=2 data=<4 bytes>",
  );
  expect(line("to-token", "6F05000000000500000048")).toBe(
    "ccid bytes=<11 bytes> problem=dwLength is 5, but 1 bytes follow",
  );
});
