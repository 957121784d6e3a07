// For tests: every codec with frames that are right, and what must hold for frames that are not.
// Nothing throws, nothing is held without bound, and what was read can be written again.

import { decodeCommandApdu, decodeResponseApdu, encodeCommandApdu } from "../apdu.ts";
import { CommandChain, MAX_CHAINED_COMMAND_BYTES, ResponseChain } from "../apdu-chaining.ts";
import {
  CCID_MESSAGE_BYTES,
  CcidAssembler,
  decodeCcidAnswer,
  decodeCcidCommand,
  decodeCcidNotice,
  encodeCcidAnswer,
  encodeCcidCommand,
} from "../ccid.ts";
import { createWireDecoder, WIRE_PROTOCOLS } from "../decode.ts";
import {
  decodeOtpFrame,
  decodeSlotConfig,
  encodeOtpFrame,
  encodeSlotConfig,
  OtpFrameAssembler,
  OtpResponseReader,
  otpFrameReports,
} from "../hid-otp.ts";
import {
  decodeNitrokeyCommand,
  decodeNitrokeyResponse,
  encodeNitrokeyCommand,
} from "../hid-reports.ts";
import { TypedTextReader } from "../keyboard.ts";
import { decodeTlvs, encodeTlvs } from "../tlv.ts";
import {
  decodeConfigurationDescriptor,
  decodeDeviceDescriptor,
  decodeLineCoding,
  decodeStringDescriptor,
  encodeConfigurationDescriptor,
} from "../usb-descriptors.ts";
import {
  encodeDevlistReply,
  encodeDevlistRequest,
  encodeImportReply,
  encodeImportRequest,
  encodeUrbReply,
  encodeUrbRequest,
  submitUrb,
  UsbipClientStream,
  UsbipServerStream,
} from "../usbip.ts";
import { encodeVpcdFrame, VpcdAssembler } from "../vpcd.ts";
import {
  decodeCalculateAllAnswer,
  decodeCalculateAnswer,
  decodeListAnswer,
  decodeSelectAnswer,
  decodeValidateAnswer,
  decodeYkoathRequest,
  encodeYkoathRequest,
  parseCredentialId,
} from "../ykoath.ts";
import { bytes, utf8 } from "./frames.ts";

/** A codec under test. */
export interface FuzzTarget {
  readonly name: string;
  /** Frames that are right, to be mutated. */
  readonly frames: readonly Uint8Array[];
  /** Reads a frame. @throws {Error} when something does not hold */
  readonly run: (frame: Uint8Array) => void;
}

const NAME = "41434D453A626F62";
const COMMANDS = [
  `0001000022 7108${NAME} 73162108 3132333435363738393031323334353637383930`,
  `000100001E 7104686F7470 7310 1106 48656C6C6F21DEADBEEF00000000 7A0400000005`,
  `000100001A 710474657374 7310 2106 48656C6C6F21DEADBEEF00000000 7802`,
  `0003000033 731121331C8B1028EFF8D66FAE0E01A8F84F3D 7408AABBCCDDEEFF0011 75140BFC0F0D686750A45BBAA0B24D343B23509B8434`,
  `00A20001147108${NAME} 74080000000000000001`,
  "0005000006710161710162",
  "00A40400000007A0000005272101",
  "00A400010A74080000000000000001",
  "0004DEAD",
  "10010000057108414344",
].map(bytes);
const ANSWERS = [
  "7903050403 71080001020304050607 74081122334455667788 7B0101",
  `7209 21 ${NAME} 7205 11 686F7470`,
  "7104746573747605 06248E5A29 7106746F756368797C0106 7104686F74707701 06",
  "7605 0841397EEA",
  "7515 0875A48A19D4CBE100644E8AC1397EEA747A2D33AB",
].map(bytes);
const CCID_COMMANDS = [
  "62000000000004000000",
  "6F0C000000000500000000A4040007A0000005272101",
  "610700000000070100001110001500FE00",
].map(bytes);
const CCID_ANSWERS = [
  "801100000000050000007903050403710800010203040506079000",
  "80000000000005800100",
  "8100000000000642FE00",
].map(bytes);
const DEVICE = {
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
const CCID_INTERFACE = { interfaceClass: 0x0b, interfaceSubClass: 0, interfaceProtocol: 0 };
const URB = submitUrb({ seqnum: 1, devid: 0x1_0002, direction: "out", endpoint: 2, length: 10 });
const URBS = [
  encodeUrbRequest({ ...URB, data: bytes("62000000000004000000") }),
  encodeUrbRequest({ ...URB, direction: "in", endpoint: 0, length: 64 }),
  encodeUrbRequest({ kind: "unlink", seqnum: 9, devid: 0x1_0002, unlinkSeqnum: 1 }),
];
const RET = { kind: "ret-submit", seqnum: 1, status: 0, actualLength: 18 } as const;
const REPLIES = [
  encodeUrbReply({ ...RET, data: new Uint8Array(18) }),
  encodeUrbReply({ kind: "ret-unlink", seqnum: 9, status: -104 }),
];
const DESCRIPTORS = [
  "09022200010100A032 09040000010301010009211001000122470007058103080 00A",
  "09022400010100A032 090400000102020000 0524001001 0524010001 04240202 0524060001",
  "120100020000004050100704430501020001",
  "0E03590075006200690063006F00",
  "00C20100000008",
].map(bytes);
const OTP_FRAME = encodeOtpFrame({ slot: 0x38, payload: bytes("0000000000000001") });
const CONFIG = encodeSlotConfig({
  fixed: bytes("E1C2"),
  uid: bytes("000102030405"),
  key: utf8("1234567890123456"),
  accessCode: new Uint8Array(6),
  extendedFlags: 4,
  ticketFlags: 0x60,
  configFlags: 2,
});
const NITROKEY = [
  encodeNitrokeyCommand({ kind: "set-time", mode: 1, timeSeconds: 59n }),
  encodeNitrokeyCommand({ kind: "read-slot", slot: 0x20 }),
];

/** Every codec. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  { name: "tlv", frames: ANSWERS, run: fuzzTlv },
  { name: "apdu and ykoath requests", frames: COMMANDS, run: fuzzCommand },
  { name: "command chains", frames: COMMANDS, run: fuzzChains() },
  { name: "ykoath answers", frames: ANSWERS, run: fuzzAnswer },
  { name: "ccid messages", frames: [...CCID_COMMANDS, ...CCID_ANSWERS], run: fuzzCcid },
  { name: "ccid transfers", frames: CCID_COMMANDS, run: fuzzCcidTransfers() },
  {
    name: "vpcd streams",
    frames: [...COMMANDS, bytes("04"), bytes("00")].map(encodeVpcdFrame),
    run: fuzzVpcd(),
  },
  {
    name: "usbip server",
    frames: [encodeDevlistRequest(), encodeImportRequest("1-1"), ...URBS],
    run: fuzzUsbipServer,
  },
  {
    name: "usbip client",
    frames: [
      encodeDevlistReply([{ device: DEVICE, interfaces: [CCID_INTERFACE] }]),
      encodeImportReply({ device: DEVICE }),
      ...REPLIES,
    ],
    run: fuzzUsbipClient,
  },
  { name: "usb descriptors", frames: DESCRIPTORS, run: fuzzDescriptors },
  {
    name: "hid-otp",
    frames: [OTP_FRAME, CONFIG, ...otpFrameReports(OTP_FRAME)],
    run: fuzzOtp(),
  },
  { name: "nitrokey", frames: NITROKEY, run: fuzzNitrokey },
  ...WIRE_PROTOCOLS.map((protocol): FuzzTarget => {
    const frames = {
      apdu: COMMANDS,
      ccid: [...CCID_COMMANDS, ...CCID_ANSWERS],
      vpcd: COMMANDS.map(encodeVpcdFrame),
      usbip: [encodeImportRequest("1-1"), encodeImportReply({ device: DEVICE }), ...URBS],
      "hid-otp": otpFrameReports(OTP_FRAME),
      nitrokey: NITROKEY,
      shell: [utf8("key abcdefgh\n"), utf8("totp\n94287082\n$ "), utf8("\x1b[32m$ ")],
    };
    return { name: `${protocol} log`, frames: frames[protocol], run: fuzzLog(protocol) };
  }),
];

function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(`does not hold: ${what}`);
}

function fuzzTlv(frame: Uint8Array): void {
  const result = decodeTlvs(frame);
  if (result.kind === "malformed") return;
  const again = decodeTlvs(encodeTlvs(result.tlvs));
  holds(again.kind === "tlvs" && again.tlvs.length === result.tlvs.length, "same objects");
}

function fuzzCommand(frame: Uint8Array): void {
  decodeResponseApdu(frame);
  const result = decodeCommandApdu(frame);
  if (result.kind === "malformed") return;
  const written = encodeCommandApdu(result.command);
  holds(written.length === frame.length, "same length");
  const request = decodeYkoathRequest(result.command);
  if (request.kind === "refused") {
    holds([0x6a80, 0x6b00, 0x6d00, 0x6e00].includes(request.sw), "a status word of the document");
  } else if (request.request.kind !== "select") {
    holds(encodeYkoathRequest(request.request).ins === result.command.ins, "same instruction");
  }
}

function fuzzChains(): (frame: Uint8Array) => void {
  const chain = new CommandChain();
  const responses = new ResponseChain(1000);
  return (frame) => {
    const result = decodeCommandApdu(frame);
    if (result.kind === "command") {
      const joined = chain.add(result.command);
      const length = joined.kind === "whole" ? joined.command.data.length : 0;
      holds(length <= Math.max(MAX_CHAINED_COMMAND_BYTES, frame.length), "a bounded command");
    }
    const response = decodeResponseApdu(frame);
    if (response.kind === "response") responses.add(response.response);
  };
}

function fuzzAnswer(frame: Uint8Array): void {
  decodeSelectAnswer(frame);
  decodeListAnswer(frame);
  decodeListAnswer(frame, true);
  decodeCalculateAnswer(frame);
  decodeCalculateAllAnswer(frame);
  decodeValidateAnswer(frame);
  const text = Buffer.from(frame).toString("utf8");
  parseCredentialId(text, "totp");
  parseCredentialId(text, "hotp");
}

function fuzzCcid(frame: Uint8Array): void {
  const command = decodeCcidCommand(frame);
  if (command.kind === "command") encodeCcidCommand(command.command);
  const answer = decodeCcidAnswer(frame);
  if (answer.kind === "answer") encodeCcidAnswer(answer.answer);
  decodeCcidNotice(frame);
}

function fuzzCcidTransfers(): (frame: Uint8Array) => void {
  const assembler = new CcidAssembler();
  return (frame) => {
    for (const event of assembler.feed(frame)) {
      if (event.kind === "message") {
        holds(event.bytes.length <= CCID_MESSAGE_BYTES, "no message above the maximum");
        decodeCcidCommand(event.bytes);
      }
    }
    holds(assembler.pendingBytes < CCID_MESSAGE_BYTES, "no more than a message held");
  };
}

function fuzzVpcd(): (frame: Uint8Array) => void {
  const assembler = new VpcdAssembler();
  return (frame) => {
    assembler.feed(frame);
    holds(assembler.pendingBytes < 65_537, "no more than a frame held");
  };
}

function fuzzUsbipServer(frame: Uint8Array): void {
  for (const isImported of [false, true]) {
    const stream = new UsbipServerStream(4096);
    if (isImported) stream.imported();
    stream.push(frame);
    let events = 0;
    while (stream.next() !== undefined) holds(++events <= frame.length, "an end of events");
    holds(stream.pendingBytes <= frame.length, "no more held than was sent");
  }
}

function fuzzUsbipClient(frame: Uint8Array): void {
  const stream = new UsbipClientStream((seqnum) =>
    seqnum < 4 ? { direction: "in", length: 64 } : undefined,
  );
  stream.push(frame);
  stream.push(REPLIES[0] ?? frame);
  let events = 0;
  while (stream.next() !== undefined) holds(++events <= frame.length + 2, "an end of events");
}

function fuzzDescriptors(frame: Uint8Array): void {
  const configuration = decodeConfigurationDescriptor(frame);
  if (configuration.kind === "configuration") {
    const length = encodeConfigurationDescriptor(configuration).length;
    holds(length === frame.length, "same length");
  }
  decodeDeviceDescriptor(frame);
  decodeStringDescriptor(frame);
  decodeLineCoding(frame);
}

function fuzzOtp(): (frame: Uint8Array) => void {
  const frames = new OtpFrameAssembler();
  const reader = new OtpResponseReader();
  const keys = new TypedTextReader();
  return (frame) => {
    const event = frames.add(frame);
    if (event.kind === "frame") decodeOtpFrame(event.frame);
    decodeOtpFrame(frame);
    decodeSlotConfig(frame);
    const read = reader.read(frame);
    holds(read.kind !== "response" || read.bytes.length <= 32 * 7, "a bounded response");
    keys.read(frame);
  };
}

function fuzzNitrokey(frame: Uint8Array): void {
  for (const legacy of [false, true]) {
    const command = decodeNitrokeyCommand(frame, legacy);
    if (command.kind === "command") encodeNitrokeyCommand(command.command);
  }
  decodeNitrokeyResponse(frame);
}

function fuzzLog(protocol: (typeof WIRE_PROTOCOLS)[number]): (frame: Uint8Array) => void {
  let decode = createWireDecoder(protocol);
  let frames = 0;
  return (frame) => {
    if (frames++ % 50 === 0) decode = createWireDecoder(protocol);
    for (const direction of ["to-token", "from-token"] as const) {
      for (const line of decode(direction, frame)) {
        holds(line.length <= 1100 && [...line].every((each) => each >= " "), "one printable line");
      }
    }
  };
}
