// The YubiKey OTP interface in wire logs. A single report of a write shows by its sequence only: it
// holds seven bytes of what may be a secret, and does not say of which command.

import {
  type DecodedField,
  type DecodedFrame,
  field,
  hexField,
  hiddenField,
  secretField,
  type WireDirection,
} from "../decoded.ts";
import { OTP_COMMANDS, otpCommandName } from "./commands.ts";
import { decodeOtpFrame, OTP_FLAGS, OTP_REPORT_BYTES, type OtpCommand } from "./frame.ts";
import { decodeSlotConfig, SLOT_CONFIG_BYTES, slotPurpose, slotSecret } from "./slot-config.ts";
import { decodeOtpStatus } from "./status.ts";

/** A feature report by its flags. */
export function describeOtpReport(direction: WireDirection, report: Uint8Array): DecodedFrame {
  if (report.length !== OTP_REPORT_BYTES) {
    return { name: "report", fields: [hiddenField("bytes", report)] };
  }
  const flags = report[OTP_REPORT_BYTES - 1] ?? 0;
  if (direction === "to-token") {
    if (flags === 0x8f || flags === 0xff) return { name: "reset", fields: [] };
    return { name: "write", fields: [field("seq", flags & 0x1f)] };
  }
  if ((flags & OTP_FLAGS.write) !== 0) return { name: "unprocessed", fields: [] };
  if ((flags & OTP_FLAGS.response) !== 0) {
    return {
      name: "response",
      fields: [field("seq", flags & 0x1f), hexField("data", report.subarray(0, 7))],
    };
  }
  if ((flags & OTP_FLAGS.touch) !== 0) {
    return { name: "touch", fields: [field("secondsLeft", flags & 0x1f)] };
  }
  if (flags !== 0) return { name: "busy", fields: [] };
  const { major, minor, build, sequence, touchLevel } = decodeOtpStatus(report);
  return {
    name: "status",
    fields: [
      field("version", `${major}.${minor}.${build}`),
      field("sequence", sequence),
      field("touchLevel", touchLevel),
    ],
  };
}

/** A whole command frame by its fields. */
export function describeOtpFrame(frame: Uint8Array): DecodedFrame {
  const result = decodeOtpFrame(frame);
  if (result.kind === "malformed") {
    return {
      name: "frame",
      fields: [hiddenField("bytes", frame), field("problem", result.problem)],
    };
  }
  return describeOtpCommand(result.command);
}

/** A command by its fields; configurations show secrets and access codes by their length. */
export function describeOtpCommand({ slot, payload }: OtpCommand): DecodedFrame {
  const name = otpCommandName(slot);
  if (name === undefined) {
    return { name: "command", fields: [field("slot", slot), hiddenField("payload", payload)] };
  }
  return { name, fields: payloadFields(slot, payload) };
}

function payloadFields(slot: number, payload: Uint8Array): readonly DecodedField[] {
  switch (slot) {
    case OTP_COMMANDS.writeSlot1:
    case OTP_COMMANDS.writeSlot2:
    case OTP_COMMANDS.updateSlot1:
    case OTP_COMMANDS.updateSlot2:
      return configFields(payload);
    case OTP_COMMANDS.hmac1:
    case OTP_COMMANDS.hmac2:
    case OTP_COMMANDS.yubicoOtp1:
    case OTP_COMMANDS.yubicoOtp2:
      return [hexField("challenge", payload)];
    case OTP_COMMANDS.serialNumber:
      return [];
    case OTP_COMMANDS.deviceInfo:
      return [field("page", payload[0] ?? 0)];
    default:
      return [hiddenField("payload", payload)];
  }
}

function configFields(payload: Uint8Array): readonly DecodedField[] {
  const result = decodeSlotConfig(payload.subarray(0, SLOT_CONFIG_BYTES));
  const code = hiddenField(
    "accessCode",
    payload.subarray(SLOT_CONFIG_BYTES, SLOT_CONFIG_BYTES + 6),
  );
  switch (result.kind) {
    case "empty":
      return [field("config", "empty"), code];
    case "malformed":
      return [hiddenField("config", payload), field("problem", result.problem)];
    case "config":
      return [
        field("purpose", slotPurpose(result.config)),
        hexField("fixed", result.config.fixed),
        secretField("secret", slotSecret(result.config)),
        field("ticketFlags", result.config.ticketFlags),
        field("configFlags", result.config.configFlags),
        field("extendedFlags", result.config.extendedFlags),
        code,
      ];
  }
}
