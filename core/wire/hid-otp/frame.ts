// Frames of the YubiKey OTP interface (HID document, A2 to A4): a 70-byte command in feature
// reports of 8 bytes, and responses of up to a few dozen bytes with a complemented CRC.

import {
  assertLength,
  assertWhole,
  concatBytes,
  type Malformed,
  malformed,
  viewOf,
} from "../bytes.ts";
import { crc16 } from "../crc.ts";

/** Bytes of a feature report: 7 of data, one of flags and sequence. */
export const OTP_REPORT_BYTES = 8;
const REPORT_DATA_BYTES = 7;
/** Payload of a command. */
export const OTP_PAYLOAD_BYTES = 64;
/** Payload, slot, CRC and filler. */
export const OTP_FRAME_BYTES = 70;
/** Reports of a frame, sequence 0 to 9. */
const FRAME_REPORTS = OTP_FRAME_BYTES / REPORT_DATA_BYTES;

/** Flags of byte 7. */
export const OTP_FLAGS = {
  /** From the host: data; from the token: not yet processed. */
  write: 0x80,
  /** Response data, sequence in the low five bits. */
  response: 0x40,
  /** Waits for a touch, seconds left in the low five bits. */
  touch: 0x20,
  /** Is busy. */
  busy: 0x10,
} as const;

/** Most reports of a response: the sequence has five bits. */
const MAX_RESPONSE_REPORTS = 32;
/** Longest response, without its CRC. */
export const MAX_OTP_RESPONSE_BYTES: number = (MAX_RESPONSE_REPORTS - 1) * REPORT_DATA_BYTES - 2;

/** A command. */
export interface OtpCommand {
  /** OTP_COMMANDS, 0 to 255. */
  readonly slot: number;
  /** 64 bytes, zero-padded. */
  readonly payload: Uint8Array;
}

/** The 70 bytes of a command; a shorter payload is padded. @throws {RangeError} above 64 bytes */
export function encodeOtpFrame({ slot, payload }: OtpCommand): Uint8Array {
  assertWhole("slot", slot, 0, 0xff);
  assertLength("payload", payload, 0, OTP_PAYLOAD_BYTES);
  const frame = new Uint8Array(OTP_FRAME_BYTES);
  frame.set(payload);
  frame[OTP_PAYLOAD_BYTES] = slot;
  const crc = crc16(frame.subarray(0, OTP_PAYLOAD_BYTES));
  viewOf(frame).setUint16(OTP_PAYLOAD_BYTES + 1, crc, true);
  return frame;
}

/** Reads a frame. Its filler is not looked at. */
export function decodeOtpFrame(
  frame: Uint8Array,
): { readonly kind: "command"; readonly command: OtpCommand } | Malformed {
  if (frame.length !== OTP_FRAME_BYTES)
    return malformed(`a frame is 70 bytes, got ${frame.length}`);
  const payload = frame.subarray(0, OTP_PAYLOAD_BYTES);
  const crc = viewOf(frame).getUint16(OTP_PAYLOAD_BYTES + 1, true);
  if (crc !== crc16(payload)) return malformed("CRC of the frame is wrong");
  return { kind: "command", command: { slot: frame[OTP_PAYLOAD_BYTES] ?? 0, payload } };
}

/** The feature reports of a frame: those of zeros are left out, but for the first and the last. */
export function otpFrameReports(frame: Uint8Array): readonly Uint8Array[] {
  assertLength("frame", frame, OTP_FRAME_BYTES, OTP_FRAME_BYTES);
  const reports: Uint8Array[] = [];
  for (let sequence = 0; sequence < FRAME_REPORTS; sequence++) {
    const at = sequence * REPORT_DATA_BYTES;
    const data = frame.subarray(at, at + REPORT_DATA_BYTES);
    const isNeeded = sequence === 0 || sequence === FRAME_REPORTS - 1;
    if (!isNeeded && data.every((byte) => byte === 0)) continue;
    reports.push(concatBytes([data, Uint8Array.of(OTP_FLAGS.write | sequence)]));
  }
  return reports;
}

/** The report that aborts whatever the token is at: ykcore sends 8F, yubikit FF. */
export function otpResetReport(byte: 0x8f | 0xff = 0x8f): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, byte);
}

/** What a report from the host means to the token. */
export type OtpWriteEvent =
  /** More reports are to come. */
  | { readonly kind: "part" }
  /** The last report: a whole frame, to be read with decodeOtpFrame. */
  | { readonly kind: "frame"; readonly frame: Uint8Array }
  | { readonly kind: "reset" }
  | Malformed;

/** The token's side of a frame: report 0 clears its 70 bytes, report 9 ends it. */
export class OtpFrameAssembler {
  #frame = new Uint8Array(OTP_FRAME_BYTES);

  /** Takes a report of the host. */
  add(report: Uint8Array): OtpWriteEvent {
    if (report.length !== OTP_REPORT_BYTES) return malformed("a report is 8 bytes");
    const flags = report[REPORT_DATA_BYTES] ?? 0;
    if ((flags & OTP_FLAGS.write) === 0) return malformed("the write flag is missing");
    if (flags === 0x8f || flags === 0xff) {
      this.reset();
      return { kind: "reset" };
    }
    const sequence = flags & 0x1f;
    if ((flags & 0x60) !== 0 || sequence >= FRAME_REPORTS) return malformed("sequence is above 9");
    if (sequence === 0) this.reset();
    this.#frame.set(report.subarray(0, REPORT_DATA_BYTES), sequence * REPORT_DATA_BYTES);
    if (sequence < FRAME_REPORTS - 1) return { kind: "part" };
    const frame = this.#frame;
    this.reset();
    return { kind: "frame", frame };
  }

  /** Forgets the reports held. */
  reset(): void {
    this.#frame = new Uint8Array(OTP_FRAME_BYTES);
  }
}

/**
 * The reports of a response: data and complemented CRC, then one that ends it.
 *
 * @throws {RangeError} when the data is empty or too long for the sequence
 */
export function otpResponseReports(data: Uint8Array): readonly Uint8Array[] {
  assertLength("data", data, 1, MAX_OTP_RESPONSE_BYTES);
  const crc = ~crc16(data) & 0xffff;
  const all = concatBytes([data, Uint8Array.of(crc & 0xff, crc >> 8)]);
  const reports: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += REPORT_DATA_BYTES) {
    const report = new Uint8Array(OTP_REPORT_BYTES);
    report.set(all.subarray(at, at + REPORT_DATA_BYTES));
    report[REPORT_DATA_BYTES] = OTP_FLAGS.response | reports.length;
    reports.push(report);
  }
  reports.push(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, OTP_FLAGS.response));
  return reports;
}

/** The report of a token that waits for a touch. @throws {RangeError} when not 0 to 31 seconds */
export function otpTouchReport(secondsLeft: number): Uint8Array {
  assertWhole("secondsLeft", secondsLeft, 0, 31);
  return Uint8Array.of(0, 0, 0, 0, 0, 0, 0, OTP_FLAGS.touch | secondsLeft);
}
