// Nitrokey Pro's reports in wire logs. PINs and passwords show by their length only: a fingerprint
// of a PIN tells the PIN. So do chunks of secrets, and answers that may repeat one.

import {
  type DecodedField,
  type DecodedFrame,
  field,
  hexField,
  hiddenField,
  secretField,
  type WireDirection,
} from "../decoded.ts";
import {
  decodeNitrokeyCodeAnswer,
  decodeNitrokeyNameAnswer,
  decodeNitrokeySlotAnswer,
  decodeNitrokeyStatusAnswer,
} from "./answers.ts";
import { decodeNitrokeyCommand, NITROKEY_COMMANDS, type NitrokeyCommand } from "./commands.ts";
import { decodeNitrokeyResponse, NITROKEY_DEVICE_STATUS, NITROKEY_STATUS } from "./reports.ts";

/**
 * A report by its fields.
 *
 * @param legacy whether the firmware is 0.7 or older
 */
export function describeNitrokey(
  direction: WireDirection,
  bytes: Uint8Array,
  legacy = false,
): DecodedFrame {
  if (direction === "from-token") return describeResponse(bytes);
  const result = decodeNitrokeyCommand(bytes, legacy);
  switch (result.kind) {
    case "malformed":
      return damaged(bytes, result.problem);
    case "wrong-crc":
      return damaged(bytes, `CRC of command ${result.number} is wrong`);
    case "command":
      return { name: result.command.kind, fields: commandFields(result.command) };
  }
}

function damaged(bytes: Uint8Array, problem: string): DecodedFrame {
  return { name: "report", fields: [hiddenField("bytes", bytes), field("problem", problem)] };
}

/** Every field of a command; what may be a secret is named here and nowhere else. */
function commandFields(command: NitrokeyCommand): readonly DecodedField[] {
  return Object.entries(command)
    .filter(([name]) => name !== "kind")
    .map(([name, value]) => {
      if (!(value instanceof Uint8Array)) return field(name, String(value));
      if (name === "secret") return secretField(name, value);
      if (name === "config") return hexField(name, value);
      return isName(command) && name === "data" ? hexField(name, value) : hiddenField(name, value);
    });
}

function isName(command: NitrokeyCommand): boolean {
  return command.kind === "send-otp-data" && command.dataType === "name";
}

function describeResponse(bytes: Uint8Array): DecodedFrame {
  const response = decodeNitrokeyResponse(bytes);
  if (response.kind === "malformed") return damaged(bytes, response.problem);
  const { deviceStatus, lastCommand, commandStatus, payload, crcMatches } = response;
  const fields = [
    field("device", nameOf(NITROKEY_DEVICE_STATUS, deviceStatus)),
    field("to", nameOf(NITROKEY_COMMANDS, lastCommand)),
    field("status", nameOf(NITROKEY_STATUS, commandStatus)),
    ...answerFields(lastCommand, payload),
  ];
  return {
    name: "response",
    fields: crcMatches ? fields : [...fields, field("problem", "CRC is wrong")],
  };
}

function answerFields(command: number, payload: Uint8Array): readonly DecodedField[] {
  if (payload.every((byte) => byte === 0)) return [];
  switch (command) {
    case NITROKEY_COMMANDS["get-status"]: {
      const { major, minor, cardSerial, generalConfig } = decodeNitrokeyStatusAnswer(payload);
      return [
        field("version", `${major}.${minor}`),
        hexField("cardSerial", cardSerial),
        hexField("generalConfig", generalConfig),
      ];
    }
    case NITROKEY_COMMANDS["read-slot-name"]:
      return [field("name", JSON.stringify(decodeNitrokeyNameAnswer(payload)))];
    case NITROKEY_COMMANDS["read-slot"]: {
      const { name, config, tokenId, counterOrInterval } = decodeNitrokeySlotAnswer(payload);
      return [
        field("name", JSON.stringify(name)),
        field("config", config),
        field("tokenId", JSON.stringify(tokenId)),
        field("counterOrInterval", String(counterOrInterval)),
      ];
    }
    case NITROKEY_COMMANDS["get-code"]: {
      const { code, config } = decodeNitrokeyCodeAnswer(payload);
      return [field("code", code), field("config", config)];
    }
    default:
      return [hiddenField("payload", payload)];
  }
}

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(names).find(([, number]) => number === value)?.[0] ?? String(value);
}
