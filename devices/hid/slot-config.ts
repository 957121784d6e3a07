// The configuration of a slot for a credential (HID document, A4, A5; flags as yubikit sets them).

import type { OathParameters } from "../../core/oath/parameters.ts";
import {
  ACCESS_CODE_BYTES,
  CONFIG_FLAGS,
  EXTENDED_FLAGS,
  encodeSlotConfig,
  OTP_COMMANDS,
  type OtpCommand,
  SLOT_CONFIG_BYTES,
  slotSecretFields,
  TICKET_FLAGS,
} from "../../core/wire/hid-otp.ts";
import type { CredentialInput } from "../device.ts";
import { DeviceError } from "../errors.ts";
import { HOST_TRUNCATION_DIGITS, SLOT_SECRET_LIMITS } from "./slot-capabilities.ts";
import type { OtpSlot } from "./slot-notes.ts";

/** The first counter of a HOTP slot counts in sixteenths and has 16 bits. */
const MAX_SLOT_COUNTER = 0xffff0n;

/**
 * The command that writes a credential into a slot: a challenge-response slot for TOTP, one that
 * types its codes for HOTP.
 *
 * @throws {DeviceError} bad-argument, saying all that is wrong; never the secret
 */
export function writeSlotCommand(slot: OtpSlot, credential: CredentialInput): OtpCommand {
  const problems = problemsWith(credential);
  if (problems.length > 0) throw new DeviceError("bad-argument", problems.join("; "));
  const { secret, parameters, counter = 0n, touch = false } = credential;
  const config = encodeSlotConfig({
    fixed: new Uint8Array(0),
    ...slotSecretFields(secret, Number(counter)),
    accessCode: new Uint8Array(ACCESS_CODE_BYTES),
    extendedFlags: EXTENDED_FLAGS.serialOverApi | EXTENDED_FLAGS.allowUpdate,
    ...flagsOf(parameters, touch),
  });
  return { slot: writeOf(slot), payload: config };
}

/** The command that empties a slot. */
export function eraseSlotCommand(slot: OtpSlot): OtpCommand {
  return { slot: writeOf(slot), payload: new Uint8Array(SLOT_CONFIG_BYTES) };
}

function writeOf(slot: OtpSlot): number {
  return slot === 1 ? OTP_COMMANDS.writeSlot1 : OTP_COMMANDS.writeSlot2;
}

function flagsOf(
  parameters: OathParameters,
  touch: boolean,
): { readonly ticketFlags: number; readonly configFlags: number } {
  if (parameters.kind === "totp") {
    const flags = CONFIG_FLAGS.challengeHmac | CONFIG_FLAGS.hmacShorterThan64;
    return {
      ticketFlags: TICKET_FLAGS.challengeResponse,
      configFlags: touch ? flags | CONFIG_FLAGS.challengeTouch : flags,
    };
  }
  return {
    ticketFlags: TICKET_FLAGS.oathHotp | TICKET_FLAGS.appendEnter,
    configFlags: parameters.digits === 8 ? CONFIG_FLAGS.hotp8Digits : 0,
  };
}

function problemsWith(credential: CredentialInput): readonly string[] {
  const { secret, parameters, counter = 0n } = credential;
  const { low, high } = SLOT_SECRET_LIMITS;
  const digits = parameters.kind === "totp" ? HOST_TRUNCATION_DIGITS : [6, 8];
  return [
    ...(secret.length >= low && secret.length <= high
      ? []
      : [`the secret must be ${low} to ${high} bytes, not ${secret.length}`]),
    ...(parameters.algorithm === "SHA1" ? [] : ["the algorithm must be SHA1"]),
    ...(digits.includes(parameters.digits) ? [] : [`the digits must be ${digits.join(", ")}`]),
    ...(parameters.kind === "hotp" || isStep(parameters.stepSeconds)
      ? []
      : ["the step must be 1 to 3600 seconds"]),
    ...(counter >= 0n && counter <= MAX_SLOT_COUNTER && counter % 16n === 0n
      ? []
      : [`the counter must be a multiple of 16 from 0 to ${MAX_SLOT_COUNTER}`]),
  ];
}

function isStep(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600;
}
