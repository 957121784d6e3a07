// The host's side of the YubiKey OTP interface: what each report that it polls means (HID document,
// A2, A3).

import { concatBytes, copyBytes, type Malformed, malformed } from "../bytes.ts";
import { CRC16_RESIDUE, crc16 } from "../crc.ts";
import { OTP_FLAGS, OTP_REPORT_BYTES } from "./frame.ts";
import { decodeOtpStatus, type OtpStatus } from "./status.ts";

/** What a polled report says. */
export type OtpReadEvent =
  /** Idle: also how a command without data ends, or is rejected (sequence unchanged). */
  | { readonly kind: "status"; readonly status: OtpStatus }
  /** The last write is not processed yet. */
  | { readonly kind: "unprocessed" }
  | { readonly kind: "touch"; readonly secondsLeft: number }
  | { readonly kind: "busy" }
  /** A part of a response; more are to come. */
  | { readonly kind: "part" }
  /** The end of a response: its bytes with CRC and padding, to be read with otpResponse. */
  | { readonly kind: "response"; readonly bytes: Uint8Array }
  | Malformed;

/** Puts a response together from polled reports. */
export class OtpResponseReader {
  #parts: Uint8Array[] = [];

  /** Takes a polled report. */
  read(report: Uint8Array): OtpReadEvent {
    if (report.length !== OTP_REPORT_BYTES) return malformed("a report is 8 bytes");
    const flags = report[OTP_REPORT_BYTES - 1] ?? 0;
    if ((flags & OTP_FLAGS.write) !== 0) return { kind: "unprocessed" };
    if ((flags & OTP_FLAGS.response) !== 0) return this.#readPart(report, flags & 0x1f);
    this.reset();
    if (flags === 0) return { kind: "status", status: decodeOtpStatus(report) };
    if ((flags & OTP_FLAGS.touch) !== 0) return { kind: "touch", secondsLeft: flags & 0x1f };
    return { kind: "busy" };
  }

  /** Forgets the parts held: the host sent a reset. */
  reset(): void {
    this.#parts = [];
  }

  /** Sequence 0 begins a response when nothing was read, and ends it otherwise. */
  #readPart(report: Uint8Array, sequence: number): OtpReadEvent {
    if (sequence === 0 && this.#parts.length > 0) {
      const bytes = concatBytes(this.#parts);
      this.reset();
      return { kind: "response", bytes };
    }
    if (sequence !== this.#parts.length) {
      const expected = this.#parts.length;
      this.reset();
      return malformed(`response part ${sequence} where ${expected} was expected`);
    }
    this.#parts.push(copyBytes(report.subarray(0, OTP_REPORT_BYTES - 1)));
    return { kind: "part" };
  }
}

/**
 * Takes a response of `length` bytes out of what was read, and checks its CRC.
 *
 * @param length known from the command: 4 serial number, 16 Yubico OTP, 20 HMAC-SHA1
 */
export function otpResponse(
  bytes: Uint8Array,
  length: number,
): { readonly kind: "data"; readonly data: Uint8Array } | Malformed {
  if (bytes.length < length + 2) {
    return malformed(`a response of ${length} bytes and its CRC, got ${bytes.length} bytes`);
  }
  if (crc16(bytes.subarray(0, length + 2)) !== CRC16_RESIDUE) {
    return malformed("CRC of the response is wrong");
  }
  return { kind: "data", data: bytes.subarray(0, length) };
}
