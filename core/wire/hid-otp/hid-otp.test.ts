import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDecoded } from "../decoded.ts";
import { bytes, hex, utf8 } from "../testing/frames.ts";
import { hmacChallenge, OTP_COMMANDS, otpCommandName, stripHmacPadding } from "./commands.ts";
import {
  decodeOtpFrame,
  encodeOtpFrame,
  OtpFrameAssembler,
  otpFrameReports,
  otpResetReport,
  otpResponseReports,
  otpTouchReport,
} from "./frame.ts";
import { describeOtpFrame, describeOtpReport } from "./log.ts";
import { OtpResponseReader, otpResponse } from "./reader.ts";
import { OTP_REPORT_DESCRIPTOR } from "./report-descriptor.ts";
import {
  CONFIG_FLAGS,
  decodeSlotConfig,
  encodeSlotConfig,
  type SlotConfig,
  slotInitialCounter,
  slotPurpose,
  slotSecret,
  slotSecretFields,
  TICKET_FLAGS,
} from "./slot-config.ts";
import { decodeOtpStatus, encodeOtpStatus } from "./status.ts";

/** The worked example of the HID document, A5: T = 59 in slot 2. */
const CHALLENGE = hmacChallenge(2, bytes("0000000000000001"));
const RESPONSE = bytes("75A48A19D4CBE100644E8AC1397EEA747A2D33AB");
const WRITES = ["0000000000000080", "0100000000000081", "0038B98E00000089"];
const READS = [
  "75A48A19D4CBE140",
  "00644E8AC1397E41",
  "EA747A2D33AB1B42",
  "6E00000000000043",
  "0000000000000040",
];

test("sends the challenge of the document in three reports", () => {
  expect(otpFrameReports(encodeOtpFrame(CHALLENGE)).map(hex)).toEqual(WRITES);
});

test("puts the frame together from three reports, and from ten", () => {
  const frame = encodeOtpFrame(CHALLENGE);
  const assembler = new OtpFrameAssembler();
  const events = WRITES.map((report) => assembler.add(bytes(report)));
  expect(events).toEqual([{ kind: "part" }, { kind: "part" }, { kind: "frame", frame }]);
  const all = Array.from({ length: 10 }, (_, sequence) =>
    Uint8Array.of(...frame.subarray(7 * sequence, 7 * sequence + 7), 0x80 | sequence),
  );
  expect(all.map((report) => assembler.add(report)).at(-1)).toEqual({ kind: "frame", frame });
});

test("clears what an earlier frame left when report 0 arrives", () => {
  const assembler = new OtpFrameAssembler();
  assembler.add(bytes("FFFFFFFFFFFFFF 85"));
  const events = WRITES.map((report) => assembler.add(bytes(report)));
  expect(events.at(-1)).toEqual({ kind: "frame", frame: encodeOtpFrame(CHALLENGE) });
});

test.each([0x8f, 0xff] as const)("takes %i in byte 7 for a reset", (byte) => {
  expect(new OtpFrameAssembler().add(otpResetReport(byte))).toEqual({ kind: "reset" });
});

test.each(["00", "0000000000000000", "000000000000008A", "00000000000000C1"])(
  "finds the written report %s malformed",
  (report) => {
    expect(new OtpFrameAssembler().add(bytes(report)).kind).toBe("malformed");
  },
);

test("finds a frame with a wrong CRC malformed", () => {
  const frame = encodeOtpFrame(CHALLENGE);
  expect(decodeOtpFrame(frame)).toMatchObject({ kind: "command", command: { slot: 0x38 } });
  frame[3] = 1;
  expect(decodeOtpFrame(frame).kind).toBe("malformed");
  expect(decodeOtpFrame(frame.subarray(1)).kind).toBe("malformed");
});

test("answers the response of the document in five reports", () => {
  expect(otpResponseReports(RESPONSE).map(hex)).toEqual(READS);
});

test("reads the response of the document", () => {
  const reader = new OtpResponseReader();
  const events = READS.map((report) => reader.read(bytes(report)));
  expect(events.map((event) => event.kind)).toEqual(["part", "part", "part", "part", "response"]);
  const last = events.at(-1);
  expect(last?.kind === "response" && otpResponse(last.bytes, 20)).toEqual({
    kind: "data",
    data: RESPONSE,
  });
});

test("finds a response malformed whose CRC is wrong or that is too short", () => {
  const damaged = bytes(`${hex(RESPONSE)}1B6F`);
  expect(otpResponse(damaged, 20)).toMatchObject({ kind: "malformed" });
  expect(otpResponse(damaged, 21)).toMatchObject({ kind: "malformed" });
});

test("finds a response with a part missing malformed, and begins anew", () => {
  const reader = new OtpResponseReader();
  reader.read(bytes(READS[0] ?? ""));
  expect(reader.read(bytes(READS[2] ?? "")).kind).toBe("malformed");
  expect(reader.read(bytes(READS[0] ?? ""))).toEqual({ kind: "part" });
});

test.each([
  ["0005040303000000", "status"],
  ["0000000000000089", "unprocessed"],
  ["000000000000002F", "touch"],
  ["0000000000000010", "busy"],
  ["000000000000009F", "unprocessed"],
  ["00", "malformed"],
])("reads the report %s as %s", (report, kind) => {
  expect(new OtpResponseReader().read(bytes(report)).kind).toBe(kind);
});

test("tells how many seconds are left for a touch", () => {
  expect(new OtpResponseReader().read(otpTouchReport(15))).toEqual({
    kind: "touch",
    secondsLeft: 15,
  });
});

test("reads back every response that it sends", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 215 }), (data) => {
      const reader = new OtpResponseReader();
      const events = otpResponseReports(data).map((report) => reader.read(report));
      const last = events.at(-1);
      if (last?.kind !== "response") throw new Error(`ended in ${last?.kind}`);
      expect(otpResponse(last.bytes, data.length)).toEqual({ kind: "data", data });
    }),
  );
});

test("writes and reads a status report", () => {
  const status = { major: 5, minor: 4, build: 3, sequence: 7, touchLevel: 0x0105 };
  expect(hex(encodeOtpStatus(status))).toBe("0005040307050100");
  expect(decodeOtpStatus(bytes("0005040307050100"))).toEqual(status);
});

test("names commands", () => {
  expect(otpCommandName(OTP_COMMANDS.hmac2)).toBe("hmac2");
  expect(otpCommandName(0x77)).toBeUndefined();
});

test("pads a challenge so that nothing of it is stripped", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 63 }), (challenge) => {
      expect(stripHmacPadding(hmacChallenge(1, challenge).payload)).toEqual(challenge);
    }),
  );
});

test("gives the code of the document for its challenge", () => {
  const message = stripHmacPadding(CHALLENGE.payload);
  const answer = createHmac("sha1", "12345678901234567890").update(message).digest();
  expect(hex(answer)).toBe(hex(RESPONSE));
});

test("strips too much of a challenge that ykcore pads with zeros after a zero", () => {
  const payload = new Uint8Array(64);
  payload[6] = 1;
  expect(stripHmacPadding(payload)).toHaveLength(7);
  expect(stripHmacPadding(new Uint8Array(64))).toHaveLength(0);
});

const CONFIG: SlotConfig = {
  fixed: bytes("E1C20300"),
  ...slotSecretFields(utf8("12345678901234567890"), 48),
  accessCode: new Uint8Array(6),
  extendedFlags: 0x24,
  ticketFlags: TICKET_FLAGS.oathHotp | TICKET_FLAGS.appendEnter,
  configFlags: CONFIG_FLAGS.hotp8Digits | CONFIG_FLAGS.hotpFixedModhex2,
};

test("writes and reads a slot's configuration", () => {
  const encoded = encodeSlotConfig(CONFIG);
  expect(hex(encoded.subarray(0, 50))).toBe(
    `E1C20300${"00".repeat(12)}373839300003${hex(utf8("1234567890123456"))}${"00".repeat(6)}0424604200 00`.replaceAll(
      " ",
      "",
    ),
  );
  expect(decodeSlotConfig(encoded)).toEqual({ kind: "config", config: CONFIG });
  expect(slotSecret(CONFIG)).toEqual(utf8("12345678901234567890"));
  expect(slotInitialCounter(CONFIG)).toBe(48);
});

test("takes 52 zeros for no configuration, and refuses a wrong CRC or size", () => {
  expect(decodeSlotConfig(new Uint8Array(52))).toEqual({ kind: "empty" });
  const damaged = encodeSlotConfig(CONFIG);
  damaged[0] = 0;
  expect(decodeSlotConfig(damaged).kind).toBe("malformed");
  expect(decodeSlotConfig(damaged.subarray(1)).kind).toBe("malformed");
});

test.each([
  [0x00, 0x00, "yubico-otp"],
  [0x40, 0x02, "hotp"],
  [0x40, 0x22, "hmac-challenge"],
  [0x40, 0x26, "hmac-challenge"],
  [0x40, 0x20, "yubico-challenge"],
])("takes flags %i and %i for %s", (ticketFlags, configFlags, purpose) => {
  expect(slotPurpose({ ticketFlags, configFlags })).toBe(purpose);
});

test.each([
  ["secret", () => slotSecretFields(new Uint8Array(21))],
  ["initialCounter / 16", () => slotSecretFields(new Uint8Array(20), 8)],
  ["fixed", () => encodeSlotConfig({ ...CONFIG, fixed: new Uint8Array(17) })],
  ["payload", () => encodeOtpFrame({ slot: 1, payload: new Uint8Array(65) })],
  ["challenge", () => hmacChallenge(1, new Uint8Array(65))],
  ["secondsLeft", () => otpTouchReport(32)],
])("writes nothing whose %s does not fit", (field, write) => {
  expect(write).toThrow(new RegExp(`^${field} must be`));
});

test("shows secrets and access codes by their length, and written reports by their sequence", () => {
  const payload = new Uint8Array(64);
  payload.set(encodeSlotConfig(CONFIG));
  payload.set(utf8("SECRET"), 52);
  const frame = encodeOtpFrame({ slot: OTP_COMMANDS.writeSlot2, payload });
  const line = formatDecoded(describeOtpFrame(frame));
  expect(line).toMatch(
    /^writeSlot2 purpose=hotp fixed=E1C20300 secret=<20 bytes, sha256:[0-9a-f]{8}> ticketFlags=96 /,
  );
  expect(line).toMatch(/accessCode=<6 bytes>$/);
  const reports = otpFrameReports(frame).map((each) => describeOtpReport("to-token", each));
  expect(reports.map(formatDecoded).join(" ")).toMatch(/^(?:write seq=\d ?)+$/);
});

test("shows what a token answers", () => {
  const line = (report: string) => formatDecoded(describeOtpReport("from-token", bytes(report)));
  expect(line("0005040307010000")).toBe("status version=5.4.3 sequence=7 touchLevel=1");
  expect(line("75A48A19D4CBE140")).toBe("response seq=0 data=75A48A19D4CBE1");
  expect(line("000000000000002F")).toBe("touch secondsLeft=15");
  expect(formatDecoded(describeOtpFrame(encodeOtpFrame(CHALLENGE)))).toMatch(
    /^hmac2 challenge=0000000000000001/,
  );
});

test("describes a keyboard with a feature report of eight bytes", () => {
  expect(OTP_REPORT_DESCRIPTOR).toHaveLength(71);
  expect(hex(OTP_REPORT_DESCRIPTOR)).toMatch(/^05010906A101.*090375089508B102C0$/);
});
