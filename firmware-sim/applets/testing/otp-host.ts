// For tests: a host that commands OTP slots through feature reports.

import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import {
  EXTENDED_FLAGS,
  encodeOtpFrame,
  encodeSlotConfig,
  type OtpReadEvent,
  OtpResponseReader,
  otpFrameReports,
  type SlotConfig,
  slotSecretFields,
} from "../../../core/wire/hid-otp.ts";
import { TypedTextReader } from "../../../core/wire/keyboard.ts";
import type { HidApplication } from "../applet.ts";

/** Most polls of an answer. */
const MAX_POLLS = 40;

/** Writes a command's reports. */
export function writeOtpCommand(hid: HidApplication, slot: number, payload: Uint8Array): void {
  const reports = otpFrameReports(encodeOtpFrame({ slot, payload }));
  for (const report of reports) hid.setFeatureReport(report);
}

/** Polls until the answer is whole, or the token says anything else. */
export function readOtpAnswer(hid: HidApplication): OtpReadEvent {
  const reader = new OtpResponseReader();
  for (let poll = 0; poll < MAX_POLLS; poll++) {
    const event = reader.read(hid.getFeatureReport());
    if (event.kind !== "part") return event;
  }
  throw new Error("the answer has no end");
}

/** What the keyboard has typed. */
export function readTyped(hid: HidApplication): string {
  const reader = new TypedTextReader();
  let text = "";
  for (let report = hid.takeInputReport(); report; report = hid.takeInputReport()) {
    const result = reader.read(report);
    text += result.kind === "typed" ? result.text : `(${result.problem})`;
  }
  return text;
}

/** A configuration with the secret of RFC 4226, that may be updated, but for what is given. */
export function slotConfig(change: Partial<SlotConfig> = {}, counter = 0): SlotConfig {
  return {
    fixed: new Uint8Array(0),
    ...slotSecretFields(rfc4226Secret(), counter),
    accessCode: new Uint8Array(6),
    extendedFlags: EXTENDED_FLAGS.allowUpdate,
    ticketFlags: 0,
    configFlags: 0,
    ...change,
  };
}

/** The payload of a write: configuration, and the slot's present access code. */
export function writePayload(
  config: SlotConfig | undefined,
  accessCode: Uint8Array = new Uint8Array(6),
): Uint8Array {
  const payload = new Uint8Array(58);
  if (config !== undefined) payload.set(encodeSlotConfig(config));
  payload.set(accessCode, 52);
  return payload;
}
