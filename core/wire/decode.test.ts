import { expect, test } from "vitest";
import { encodeCommandApdu } from "./apdu.ts";
import { splitCommand } from "./apdu-chaining.ts";
import { encodeCcidCommand } from "./ccid.ts";
import { createWireDecoder, WIRE_PROTOCOLS, type WireProtocol } from "./decode.ts";
import { encodeOtpFrame, encodeSlotConfig, otpFrameReports, slotSecretFields } from "./hid-otp.ts";
import { encodeNitrokeyCommand } from "./hid-reports.ts";
import { bytes, hex, utf8 } from "./testing/frames.ts";
import {
  encodeImportReply,
  encodeImportRequest,
  encodeUrbRequest,
  submitUrb,
  type UsbipDevice,
} from "./usbip.ts";
import { encodeVpcdFrame } from "./vpcd.ts";
import { encodeYkoathRequest } from "./ykoath.ts";

const SECRET = utf8("zyxwvutsrqponmlkjihg");
const PUT = encodeCommandApdu(
  encodeYkoathRequest({
    kind: "put",
    name: utf8("ACME:bob"),
    type: "totp",
    algorithm: "SHA1",
    digits: 6,
    secret: SECRET,
    property: 0,
  }),
);
const block = (data: Uint8Array): Uint8Array =>
  encodeCcidCommand({ kind: "transfer", slot: 0, sequence: 1, bwi: 0, level: 0, data });
const DEVICE: UsbipDevice = {
  path: "/sys/1-1",
  busid: "1-1",
  busnum: 1,
  devnum: 2,
  speed: 2,
  vendorId: 0x1050,
  productId: 0x0407,
  bcdDevice: 0x0543,
  deviceClass: 0,
  deviceSubClass: 0,
  deviceProtocol: 0,
  configurationValue: 1,
  numConfigurations: 1,
  numInterfaces: 1,
};
const urb = (endpoint: number, data: Uint8Array): Uint8Array =>
  encodeUrbRequest(
    submitUrb({
      seqnum: 1,
      devid: 0x1_0002,
      direction: "out",
      endpoint,
      length: data.length,
      data,
    }),
  );

const lines = (
  protocol: WireProtocol,
  traffic: readonly (readonly ["to-token" | "from-token", Uint8Array])[],
): readonly string[] => {
  const decode = createWireDecoder(protocol);
  return traffic.flatMap(([direction, frame]) => decode(direction, frame));
};
const sent = (protocol: WireProtocol, frames: readonly Uint8Array[]): readonly string[] =>
  lines(
    protocol,
    frames.map((frame) => ["to-token", frame] as const),
  );

const config = encodeSlotConfig({
  fixed: bytes(""),
  ...slotSecretFields(SECRET),
  accessCode: utf8("zyxwvu"),
  extendedFlags: 0,
  ticketFlags: 0x40,
  configFlags: 0x22,
});
const IMPORT = [
  ["to-token", encodeImportRequest("1-1")],
  ["from-token", encodeImportReply({ device: DEVICE })],
] as const;
const setReport = bytes("2109000300000800");

/** A secret on every protocol that carries one. */
const LEAKS: readonly (readonly [string, () => readonly string[]])[] = [
  ["a PUT", () => sent("apdu", [PUT])],
  ["a chained PUT", () => sent("apdu", chained())],
  ["a PUT over CCID", () => sent("ccid", [block(PUT)])],
  ["a PUT over CCID in halves", () => sent("ccid", halves(block(PUT)))],
  ["a PUT over vpcd", () => sent("vpcd", [encodeVpcdFrame(PUT)])],
  ["a PUT over USB/IP", () => lines("usbip", [...IMPORT, ["to-token", urb(2, block(PUT))]])],
  [
    "a PUT over USB/IP in two transfers",
    () =>
      lines("usbip", [
        ...IMPORT,
        ...halves(block(PUT)).map((half) => ["to-token", urb(2, half)] as const),
      ]),
  ],
  [
    "a report over USB/IP",
    () =>
      lines("usbip", [
        ...IMPORT,
        ...otpFrameReports(encodeOtpFrame({ slot: 1, payload: config })).map(
          (data) =>
            [
              "to-token",
              encodeUrbRequest(
                submitUrb({
                  seqnum: 1,
                  devid: 1,
                  direction: "out",
                  endpoint: 0,
                  length: 8,
                  setup: setReport,
                  data,
                }),
              ),
            ] as const,
        ),
      ]),
  ],
  [
    "a slot's configuration",
    () => sent("hid-otp", otpFrameReports(encodeOtpFrame({ slot: 1, payload: config }))),
  ],
  [
    "a slot's configuration in the OTP applet",
    () =>
      sent("apdu", [
        bytes("00A4040007A0000005272001"),
        encodeCommandApdu({ cla: 0, ins: 1, p1: 1, p2: 0, data: config, extended: false }),
      ]),
  ],
  [
    "a slot's configuration before any SELECT",
    () =>
      sent("apdu", [
        encodeCommandApdu({ cla: 0, ins: 1, p1: 1, p2: 0, data: config, extended: false }),
      ]),
  ],
  [
    "a PUT that went astray as a SELECT",
    () =>
      sent("apdu", [
        encodeCommandApdu({ cla: 0, ins: 0xa4, p1: 4, p2: 1, data: config, extended: false }),
      ]),
  ],
  [
    "a Nitrokey's secret",
    () =>
      sent("nitrokey", [
        encodeNitrokeyCommand({
          kind: "send-otp-data",
          password: SECRET,
          dataType: "secret",
          chunk: 0,
          data: SECRET,
        }),
      ]),
  ],
  ["a shell's command", () => sent("shell", [utf8("key zyxwvutsrqponmlkjihg\n")])],
  [
    "a shell's answer",
    () =>
      lines("shell", [
        ["to-token", utf8("key\n")],
        ["from-token", utf8("key\nzyxwvutsrqponmlkjihg\n$ ")],
      ]),
  ],
  [
    "a shell's damaged answer behind a late prompt",
    () =>
      lines("shell", [
        ["to-token", utf8("key\n")],
        ["from-token", utf8("\n$ kzyxwvutsrqponmlkjihg\n$ ")],
      ]),
  ],
];

function chained(): readonly Uint8Array[] {
  const request = { cla: 0, ins: 1, p1: 0, p2: 0, data: PUT.subarray(5), extended: false };
  return splitCommand(request, 20).map(encodeCommandApdu);
}

function halves(frame: Uint8Array): readonly Uint8Array[] {
  return [frame.subarray(0, 30), frame.subarray(30)];
}

test.each(LEAKS)("shows nothing of the secret in %s", (_, decode) => {
  const shown = decode();
  expect(shown.length).toBeGreaterThan(0);
  const text = shown.join("\n").toLowerCase();
  const fragments = Array.from({ length: 17 }, (_unused, at) => SECRET.subarray(at, at + 4));
  for (const fragment of fragments) {
    expect(text).not.toContain(hex(fragment).toLowerCase());
    expect(text).not.toContain(Buffer.from(fragment).toString("latin1"));
  }
});

test("shows a session over CCID by its fields, however the transfers are cut", () => {
  const select = block(bytes("00A4040007A0000005272101"));
  const answer = bytes("801100000000010000007903050403710800010203040506079000");
  const expected = [
    "transfer slot=0 seq=1 apdu=[SELECT applet=oath aid=A0000005272101]",
    "data-block slot=0 seq=1 status=ok apdu=[answer version=5.4.3 deviceId=0001020304050607 sw=9000 done]",
  ];
  expect(
    lines("ccid", [
      ["to-token", select],
      ["from-token", answer],
    ]),
  ).toEqual(expected);
  const byByte = [
    ...[...select].map((byte) => ["to-token", Uint8Array.of(byte)] as const),
    ...[...answer].map((byte) => ["from-token", Uint8Array.of(byte)] as const),
  ];
  expect(lines("ccid", byByte)).toEqual(expected);
});

test("knows the management applet, and shows of unknown ones the length alone", () => {
  expect(
    lines("apdu", [
      ["to-token", bytes("00A4040008A000000527471117")],
      ["from-token", bytes("352E342E339000")],
      ["to-token", bytes("001D0000")],
      ["from-token", bytes("020101019000")],
      ["to-token", bytes("001C0000020102")],
      ["from-token", bytes("01029000")],
      ["to-token", bytes("00A4040005A000000308")],
      ["from-token", bytes("6A82")],
      ["to-token", bytes("00200080023132")],
      ["from-token", bytes("31329000")],
    ]),
  ).toEqual([
    "SELECT applet=management aid=A000000527471117",
    "answer data=352E342E33 sw=9000 done",
    "READ CONFIG page=0",
    "answer data=02010101 sw=9000 done",
    "command cla=0x00 ins=0x1C p1=0x00 p2=0x00 data=<2 bytes>",
    "answer data=<2 bytes> sw=9000 done",
    "SELECT applet=other aid=A000000308",
    "answer sw=6A82 applet or object not found",
    "command cla=0x00 ins=0x20 p1=0x00 p2=0x80 data=<2 bytes>",
    "answer data=<2 bytes> sw=9000 done",
  ]);
});

test("shows USB/IP by its messages, replies by what they answer", () => {
  const poll = submitUrb({ seqnum: 1, devid: 0x1_0002, direction: "in", endpoint: 2, length: 64 });
  const data = bytes("81000000000006000000");
  const reply = `00000003 00000001 ${"00".repeat(12)} 00000000 0000000A ${"00".repeat(20)}`;
  expect(
    lines("usbip", [
      ...IMPORT,
      ["to-token", encodeUrbRequest(poll)],
      ["from-token", bytes(reply)],
      ["from-token", data],
    ]),
  ).toEqual([
    "import-request busid=1-1",
    "imported busid=1-1",
    "submit seq=1 ep=2in length=64",
    "ret-submit seq=1 status=ok length=10 data=[slot-status slot=0 seq=6 status=ok clock=running]",
  ]);
});

test("shows a whole slot command after its reports", () => {
  const frame = encodeOtpFrame({ slot: 0x10, payload: bytes("") });
  expect(sent("hid-otp", otpFrameReports(frame))).toEqual([
    "write seq=0",
    "write seq=9",
    "serialNumber",
  ]);
});

test("shows a shell's session line by line", () => {
  expect(
    lines("shell", [
      ["to-token", utf8("totp\n")],
      ["from-token", utf8("totp\n94287082\n$ ")],
    ]),
  ).toEqual(["totp", "totp", "94287082"]);
});

test.each(WIRE_PROTOCOLS)("says something of any bytes on %s, or waits for more", (protocol) => {
  const decode = createWireDecoder(protocol);
  for (const direction of ["to-token", "from-token"] as const) {
    expect(Array.isArray(decode(direction, bytes("FF00FF")))).toBe(true);
    expect(Array.isArray(decode(direction, bytes("")))).toBe(true);
  }
});
