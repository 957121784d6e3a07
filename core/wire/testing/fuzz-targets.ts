// For tests: every codec with frames that are right, and what must hold for frames that are not.
// Nothing throws, nothing is held without bound, and what was read can be written again.

import { stripAnsi } from "../ansi.ts";
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
  decodeOtpStatus,
  decodeSlotConfig,
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
import { decodeDeviceInfo } from "../management.ts";
import { AnswerAssembler, SHELL_ANSWER_CHARACTERS, stripEcho } from "../shell-answers.ts";
import { LineAssembler, parseCommand, SHELL_LINE_CHARACTERS } from "../shell-lines.ts";
import { decodeTlvs, encodeTlvs } from "../tlv.ts";
import {
  decodeConfigurationDescriptor,
  decodeDeviceDescriptor,
  decodeLineCoding,
  decodeStringDescriptor,
  encodeConfigurationDescriptor,
} from "../usb-descriptors.ts";
import { UsbipClientStream, UsbipServerStream } from "../usbip.ts";
import { encodeVpcdFrame, VpcdAssembler } from "../vpcd.ts";
import {
  decodeCalculateAllAnswer,
  decodeCalculateAnswer,
  decodeCredentialAnswer,
  decodeListAnswer,
  decodeNitrokeyRequest,
  decodeSelectAnswer,
  decodeSetDefault,
  decodeValidateAnswer,
  decodeYkoathRequest,
  encodeNitrokeyRequest,
  encodeYkoathRequest,
  parseCredentialId,
} from "../ykoath.ts";
import { bytes } from "./frames.ts";
import {
  ANSWERS,
  CCID_ANSWERS,
  CCID_COMMANDS,
  COMMANDS,
  CONFIG,
  DESCRIPTORS,
  DEVICE_INFO,
  NITROKEY,
  OPERATION_REPLIES,
  OPERATIONS,
  OTP_FRAME,
  REPLIES,
  SHELL_TEXTS,
  URBS,
  VENDOR_COMMANDS,
} from "./fuzz-frames.ts";

/** A codec under test. */
export interface FuzzTarget {
  readonly name: string;
  /** Frames that are right, to be mutated. */
  readonly frames: readonly Uint8Array[];
  /** Reads a frame. @throws {Error} when something does not hold */
  readonly run: (frame: Uint8Array) => void;
}

/** Every codec. */
export const FUZZ_TARGETS: readonly FuzzTarget[] = [
  { name: "tlv", frames: ANSWERS, run: fuzzTlv },
  { name: "apdu and ykoath requests", frames: COMMANDS, run: fuzzCommand },
  { name: "vendors' requests", frames: VENDOR_COMMANDS, run: fuzzVendorCommand },
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
    frames: [...OPERATIONS, ...URBS],
    run: fuzzUsbipServer,
  },
  {
    name: "usbip client",
    frames: [...OPERATION_REPLIES, ...REPLIES],
    run: fuzzUsbipClient,
  },
  { name: "usb descriptors", frames: DESCRIPTORS, run: fuzzDescriptors },
  {
    name: "hid-otp",
    frames: [OTP_FRAME, CONFIG, ...otpFrameReports(OTP_FRAME)],
    run: fuzzOtp(),
  },
  { name: "nitrokey", frames: NITROKEY, run: fuzzNitrokey },
  { name: "device information", frames: [DEVICE_INFO], run: fuzzDeviceInfo },
  { name: "shell lines and answers", frames: SHELL_TEXTS, run: fuzzShell() },
  ...WIRE_PROTOCOLS.map((protocol): FuzzTarget => {
    const frames = {
      apdu: [...COMMANDS, ...VENDOR_COMMANDS],
      ccid: [...CCID_COMMANDS, ...CCID_ANSWERS],
      vpcd: COMMANDS.map(encodeVpcdFrame),
      usbip: [...OPERATIONS, ...OPERATION_REPLIES, ...URBS],
      "hid-otp": otpFrameReports(OTP_FRAME),
      nitrokey: NITROKEY,
      shell: SHELL_TEXTS,
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

function fuzzVendorCommand(frame: Uint8Array): void {
  const result = decodeCommandApdu(frame);
  if (result.kind === "malformed") return;
  const request = decodeNitrokeyRequest(result.command);
  if (request.kind === "request") {
    holds(encodeNitrokeyRequest(request.request).ins === result.command.ins, "same instruction");
  }
  decodeSetDefault(result.command);
  decodeCredentialAnswer(result.command.data);
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
    if (frame.length === 8) decodeOtpStatus(frame);
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

function fuzzDeviceInfo(frame: Uint8Array): void {
  const result = decodeDeviceInfo(frame);
  const isRead = result.kind === "device-info";
  holds(isRead || result.kind === "malformed", "read or refused");
}

function fuzzShell(): (frame: Uint8Array) => void {
  const lines = new LineAssembler();
  const answers = new AnswerAssembler();
  return (frame) => {
    for (const event of lines.feed(frame)) {
      if (event.kind !== "line") continue;
      holds(event.line.length <= SHELL_LINE_CHARACTERS, "a bounded line");
      parseCommand(event.line);
    }
    for (const answer of answers.feed(frame)) {
      if (answer.kind === "answer") stripEcho(stripAnsi(answer.text), "totp");
    }
    holds(answers.pendingCharacters <= SHELL_ANSWER_CHARACTERS + 8, "no more than an answer held");
  };
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
