// Slot commands of the YubiKey OTP interface (HID document, A4, A5), over HID frames and in the OTP
// applet (`00 01 <slot> 00 Lc data`).

import { assertLength, copyBytes } from "../bytes.ts";
import { OTP_PAYLOAD_BYTES, type OtpCommand } from "./frame.ts";

/** The slot byte of a command. */
export const OTP_COMMANDS = {
  writeSlot1: 0x01,
  writeSlot2: 0x03,
  updateSlot1: 0x04,
  updateSlot2: 0x05,
  swapSlots: 0x06,
  writeNdef1: 0x08,
  writeNdef2: 0x09,
  deviceConfig: 0x11,
  scanMap: 0x12,
  deviceInfo: 0x13,
  writeDeviceInfo: 0x15,
  serialNumber: 0x10,
  yubicoOtp1: 0x20,
  yubicoOtp2: 0x28,
  hmac1: 0x30,
  hmac2: 0x38,
} as const;

/** Name of a command. */
export type OtpCommandName = keyof typeof OTP_COMMANDS;

/** The name of a slot byte; undefined when it is none of OTP_COMMANDS. */
export function otpCommandName(slot: number): OtpCommandName | undefined {
  const found = Object.entries(OTP_COMMANDS).find(([, value]) => value === slot);
  return found?.[0] as OtpCommandName | undefined;
}

/** Bytes that a HMAC-SHA1 challenge is answered with. */
export const HMAC_RESPONSE_BYTES = 20;

/**
 * The command for a HMAC-SHA1 challenge of 1 to 64 bytes. It is padded with zeros, or with ones
 * when it ends in a zero, so that a slot of variable length does not strip any of it; 64 bytes go
 * as they are. (ykcore pads with zeros always, and so damages one time step in 256.)
 *
 * @throws {RangeError} when the challenge is empty or longer than 64 bytes
 */
export function hmacChallenge(slot: 1 | 2, challenge: Uint8Array): OtpCommand {
  assertLength("challenge", challenge, 1, OTP_PAYLOAD_BYTES);
  const payload = copyBytes(challenge, OTP_PAYLOAD_BYTES);
  payload.fill(challenge.at(-1) === 0 ? 1 : 0, challenge.length);
  return { slot: slot === 1 ? OTP_COMMANDS.hmac1 : OTP_COMMANDS.hmac2, payload };
}

/**
 * What a slot of variable length (HMAC_LT64) feeds to the HMAC: the payload without the bytes at
 * its end that equal the last one. A challenge that ends in the padding's value loses them, too.
 */
export function stripHmacPadding(payload: Uint8Array): Uint8Array {
  assertLength("payload", payload, OTP_PAYLOAD_BYTES, OTP_PAYLOAD_BYTES);
  const padding = payload[OTP_PAYLOAD_BYTES - 1];
  let end = OTP_PAYLOAD_BYTES;
  while (end > 0 && payload[end - 1] === padding) end--;
  return payload.subarray(0, end);
}
