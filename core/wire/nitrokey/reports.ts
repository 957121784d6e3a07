// The 64-byte feature reports of Nitrokey Pro (HID document, B1): command and payload, or statuses
// and payload, with a CRC-32 at the end. Integers are little-endian.

import {
  assertLength,
  assertWhole,
  copyBytes,
  type Malformed,
  malformed,
  viewOf,
} from "../bytes.ts";
import { crc32OfWords } from "../crc.ts";

/** Bytes of a report; hidapi puts a report id of 0 in front. */
export const NITROKEY_REPORT_BYTES = 64;
/** Payload of a command, bytes 1 to 59. */
export const NITROKEY_COMMAND_PAYLOAD_BYTES = 59;
/** Payload of a response, bytes 7 to 59. */
export const NITROKEY_RESPONSE_PAYLOAD_BYTES = 53;
const CRC_OFFSET = 60;

/** Byte 0 of a response. */
export const NITROKEY_DEVICE_STATUS = { ready: 0, busy: 1, error: 2, received: 3 } as const;

/** Byte 6 of a response. */
export const NITROKEY_STATUS = {
  ok: 0,
  wrongCrc: 1,
  wrongSlot: 2,
  notProgrammed: 3,
  wrongPassword: 4,
  notAuthorized: 5,
  timestampWarning: 6,
  noName: 7,
  notSupported: 8,
  unknownCommand: 9,
  aesFailed: 10,
} as const;

/** A command report. */
export interface NitrokeyCommandReport {
  readonly command: number;
  /** 59 bytes. */
  readonly payload: Uint8Array;
  /** As in the report; a response repeats it. */
  readonly crc: number;
}

/** A response report. */
export interface NitrokeyResponseReport {
  readonly kind: "response";
  readonly deviceStatus: number;
  readonly lastCommand: number;
  readonly lastCommandCrc: number;
  readonly commandStatus: number;
  /** 53 bytes. */
  readonly payload: Uint8Array;
  /**
   * Whether the report's CRC is right. Hosts only warn when it is not, and drivers should not be
   * stricter (HID document, pitfall 9).
   */
  readonly crcMatches: boolean;
}

/** The 64 bytes of a command; a shorter payload is padded. @throws {RangeError} above 59 bytes */
export function encodeNitrokeyReport(command: number, payload: Uint8Array): Uint8Array {
  assertWhole("command", command, 0, 0xff);
  assertLength("payload", payload, 0, NITROKEY_COMMAND_PAYLOAD_BYTES);
  const report = new Uint8Array(NITROKEY_REPORT_BYTES);
  report[0] = command;
  report.set(payload, 1);
  return withCrc(report);
}

/** A command report; "wrong-crc" is to be answered with that status. */
export type NitrokeyReportResult =
  | { readonly kind: "command" | "wrong-crc"; readonly report: NitrokeyCommandReport }
  | Malformed;

/** Reads a command report. */
export function decodeNitrokeyReport(bytes: Uint8Array): NitrokeyReportResult {
  if (bytes.length !== NITROKEY_REPORT_BYTES) return malformed("a report is 64 bytes");
  const crc = viewOf(bytes).getUint32(CRC_OFFSET, true);
  const report = { command: bytes[0] ?? 0, payload: bytes.subarray(1, CRC_OFFSET), crc };
  return { kind: crc === crcOf(bytes) ? "command" : "wrong-crc", report };
}

/** The 64 bytes of a response; a shorter payload is padded. @throws {RangeError} */
export function encodeNitrokeyResponse(
  response: Omit<NitrokeyResponseReport, "kind" | "crcMatches">,
): Uint8Array {
  const { deviceStatus, lastCommand, lastCommandCrc, commandStatus, payload } = response;
  for (const [name, value] of Object.entries({ deviceStatus, lastCommand, commandStatus })) {
    assertWhole(name, value, 0, 0xff);
  }
  assertWhole("lastCommandCrc", lastCommandCrc, 0, 0xffff_ffff);
  assertLength("payload", payload, 0, NITROKEY_RESPONSE_PAYLOAD_BYTES);
  const report = new Uint8Array(NITROKEY_REPORT_BYTES);
  report[0] = deviceStatus;
  report[1] = lastCommand;
  viewOf(report).setUint32(2, lastCommandCrc, true);
  report[6] = commandStatus;
  report.set(payload, 7);
  return withCrc(report);
}

/** Reads a response report. */
export function decodeNitrokeyResponse(bytes: Uint8Array): NitrokeyResponseReport | Malformed {
  if (bytes.length !== NITROKEY_REPORT_BYTES) return malformed("a report is 64 bytes");
  const view = viewOf(bytes);
  return {
    kind: "response",
    deviceStatus: bytes[0] ?? 0,
    lastCommand: bytes[1] ?? 0,
    lastCommandCrc: view.getUint32(2, true),
    commandStatus: bytes[6] ?? 0,
    payload: copyBytes(bytes.subarray(7, CRC_OFFSET)),
    crcMatches: view.getUint32(CRC_OFFSET, true) === crcOf(bytes),
  };
}

function withCrc(report: Uint8Array): Uint8Array {
  viewOf(report).setUint32(CRC_OFFSET, crcOf(report), true);
  return report;
}

function crcOf(report: Uint8Array): number {
  return crc32OfWords(report.subarray(0, CRC_OFFSET));
}
