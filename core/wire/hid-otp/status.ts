// The status report of the YubiKey OTP interface (HID document, A3), which is also what INS 03 of
// the OTP applet answers, without its first and last byte.

import { assertWhole } from "../bytes.ts";
import { OTP_REPORT_BYTES } from "./frame.ts";

/** Bits of the touch level. */
export const OTP_TOUCH_LEVEL = {
  slot1Valid: 0x01,
  slot2Valid: 0x02,
  slot1Touch: 0x04,
  slot2Touch: 0x08,
  ledInverted: 0x10,
} as const;

/** What an idle token says. */
export interface OtpStatus {
  readonly major: number;
  readonly minor: number;
  readonly build: number;
  /** Counts successful writes; 0 when no slot is configured. */
  readonly sequence: number;
  /** OTP_TOUCH_LEVEL, 16 bits. */
  readonly touchLevel: number;
}

/** The 8-byte status report. @throws {RangeError} naming a field that does not fit */
export function encodeOtpStatus(status: OtpStatus): Uint8Array {
  const { major, minor, build, sequence, touchLevel } = status;
  for (const [name, value] of Object.entries({ major, minor, build, sequence })) {
    assertWhole(name, value, 0, 0xff);
  }
  assertWhole("touchLevel", touchLevel, 0, 0xffff);
  return Uint8Array.of(0, major, minor, build, sequence, touchLevel & 0xff, touchLevel >> 8, 0);
}

/** Reads a report whose byte 7 is 0. @throws {RangeError} when it is not 8 bytes long */
export function decodeOtpStatus(report: Uint8Array): OtpStatus {
  assertWhole("report length", report.length, OTP_REPORT_BYTES, OTP_REPORT_BYTES);
  const [, major = 0, minor = 0, build = 0, sequence = 0, low = 0, high = 0] = report;
  return { major, minor, build, sequence, touchLevel: low | (high << 8) };
}
