// The decoders for wire logs by the name of their protocol: bytes in, printable lines out, secrets
// and access keys replaced by length and fingerprint.

import { ApduLog } from "./apdu-log.ts";
import { CCID_HEADER_BYTES, CcidAssembler, describeCcid } from "./ccid.ts";
import {
  type DecodedFrame,
  formatDecoded,
  hiddenField,
  type InnerDecoder,
  type WireDirection,
} from "./decoded.ts";
import { describeOtpFrame, describeOtpReport, OtpFrameAssembler } from "./hid-otp.ts";
import { describeNitrokey } from "./hid-reports.ts";
import { ShellTraffic } from "./shell-traffic.ts";
import { UsbipTraffic } from "./usbip.ts";
import { describeVpcd, VpcdAssembler } from "./vpcd.ts";

/** Protocols with a decoder. */
export const WIRE_PROTOCOLS = [
  "apdu",
  "ccid",
  "vpcd",
  "usbip",
  "hid-otp",
  "nitrokey",
  "shell",
] as const;

/** Name of a protocol. */
export type WireProtocol = (typeof WIRE_PROTOCOLS)[number];

/**
 * Decodes what went over one connection, in order: gives the lines that are complete with `bytes`.
 * For "apdu", "hid-otp" and "nitrokey" `bytes` is one whole APDU or feature report; for the others
 * a piece of the stream or a transfer, of any size.
 */
export type WireDecoder = (direction: WireDirection, bytes: Uint8Array) => readonly string[];

/** Longest CCID message followed, bytes: what an extended APDU can need. */
const MAX_CCID_BYTES = 0x1_0000 + CCID_HEADER_BYTES;

/** A decoder for one connection. It remembers what it needs to, and is bounded. */
export function createWireDecoder(protocol: WireProtocol): WireDecoder {
  switch (protocol) {
    case "apdu": {
      const apdus = new ApduLog();
      return (direction, bytes) => [formatDecoded(apdus.describe(direction, bytes))];
    }
    case "ccid":
      return ccidDecoder();
    case "vpcd":
      return vpcdDecoder();
    case "usbip": {
      const traffic = new UsbipTraffic(blockDecoder());
      return (direction, bytes) => traffic.read(direction, bytes).map(formatDecoded);
    }
    case "hid-otp":
      return otpDecoder();
    case "nitrokey":
      return (direction, bytes) => [formatDecoded(describeNitrokey(direction, bytes))];
    case "shell": {
      const traffic = new ShellTraffic();
      return (direction, bytes) => traffic.read(direction, bytes);
    }
  }
}

function ccidDecoder(): WireDecoder {
  const apdus = new ApduLog();
  const inner: InnerDecoder = (direction, bytes) => apdus.describe(direction, bytes);
  const messages = {
    "to-token": new CcidAssembler(MAX_CCID_BYTES),
    "from-token": new CcidAssembler(MAX_CCID_BYTES),
  };
  return (direction, bytes) =>
    messages[direction]
      .feed(bytes)
      .map((event) =>
        event.kind === "message"
          ? formatDecoded(describeCcid(direction, event.bytes, inner))
          : `too-long length=${event.length}`,
      );
}

function vpcdDecoder(): WireDecoder {
  const apdus = new ApduLog();
  const inner: InnerDecoder = (direction, bytes) => apdus.describe(direction, bytes);
  const payloads = { "to-token": new VpcdAssembler(), "from-token": new VpcdAssembler() };
  return (direction, bytes) =>
    payloads[direction]
      .feed(bytes)
      .map((payload) => formatDecoded(describeVpcd(direction, payload, inner)));
}

/** Single reports tell nothing of a frame: it is shown when it is whole. */
function otpDecoder(): WireDecoder {
  const frames = new OtpFrameAssembler();
  return (direction, bytes) => {
    const lines = [formatDecoded(describeOtpReport(direction, bytes))];
    if (direction === "from-token") return lines;
    const event = frames.add(bytes);
    if (event.kind === "frame") lines.push(formatDecoded(describeOtpFrame(event.frame)));
    return lines;
  };
}

/** Transfers of a USB device: whole CCID messages, else their length. */
function blockDecoder(): InnerDecoder {
  const apdus = new ApduLog();
  const inner: InnerDecoder = (direction, bytes) => apdus.describe(direction, bytes);
  return (direction, bytes): DecodedFrame => {
    const frame = describeCcid(direction, bytes, inner);
    return frame.name === "ccid" || frame.name === "unknown"
      ? { name: "transfer", fields: [hiddenField("data", bytes)] }
      : frame;
  };
}
