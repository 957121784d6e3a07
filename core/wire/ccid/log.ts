// CCID in wire logs: header fields, and the APDU inside as its own decoder shows it.

import { hexNumber } from "../bytes.ts";
import {
  type DecodedField,
  type DecodedFrame,
  field,
  hexField,
  hiddenField,
  type InnerDecoder,
  innerField,
  type WireDirection,
} from "../decoded.ts";
import { type CcidAnswer, type CcidStatus, decodeCcidAnswer } from "./answers.ts";
import { type CcidCommand, decodeCcidCommand } from "./commands.ts";
import { describeCcidError } from "./constants.ts";

/**
 * A bulk message by its fields. Bytes that are no message show by their length alone.
 *
 * @param inner describes the APDU inside
 */
export function describeCcid(
  direction: WireDirection,
  bytes: Uint8Array,
  inner: InnerDecoder,
): DecodedFrame {
  if (direction === "to-token") {
    const result = decodeCcidCommand(bytes);
    return result.kind === "malformed"
      ? damaged(bytes, result.problem)
      : describeCommand(result.command, inner);
  }
  const result = decodeCcidAnswer(bytes);
  return result.kind === "malformed"
    ? damaged(bytes, result.problem)
    : describeAnswer(result.answer, inner);
}

function damaged(bytes: Uint8Array, problem: string): DecodedFrame {
  return { name: "ccid", fields: [hiddenField("bytes", bytes), field("problem", problem)] };
}

function describeCommand(command: CcidCommand, inner: InnerDecoder): DecodedFrame {
  const head = [field("slot", command.slot), field("seq", command.sequence)];
  return { name: command.kind, fields: [...head, ...commandFields(command, inner)] };
}

function commandFields(command: CcidCommand, inner: InnerDecoder): readonly DecodedField[] {
  switch (command.kind) {
    case "power-on":
      return [field("power", command.powerSelect)];
    case "transfer":
      if (command.level !== 0) {
        return [field("level", command.level), hiddenField("data", command.data)];
      }
      return [innerField("apdu", inner("to-token", command.data))];
    case "secure":
    case "escape":
    case "set-data-rate":
      return [hiddenField("data", command.data)];
    case "set-parameters":
      return [field("protocol", `T=${command.protocol}`), hexField("data", command.data)];
    case "unknown":
      return [field("type", hexNumber(command.type))];
    default:
      return [];
  }
}

function describeAnswer(answer: CcidAnswer, inner: InnerDecoder): DecodedFrame {
  const fields = [
    field("slot", answer.slot),
    field("seq", answer.sequence),
    field("status", describeStatus(answer.status)),
  ];
  return { name: answer.kind, fields: [...fields, ...answerFields(answer, inner)] };
}

function describeStatus(status: CcidStatus): string {
  switch (status.command) {
    case "ok":
      return status.icc === "active" ? "ok" : `ok/${status.icc}`;
    case "failed":
      return `failed/${status.icc}/${describeCcidError(status.error)}`;
    case "time-extension":
      return `time-extension×${status.multiplier}`;
  }
}

function answerFields(answer: CcidAnswer, inner: InnerDecoder): readonly DecodedField[] {
  switch (answer.kind) {
    case "data-block":
      if (answer.data.length === 0) return [];
      // An ATR begins with 3B or 3F; no answer of the applets here does.
      if (answer.data[0] === 0x3b || answer.data[0] === 0x3f) return [hexField("atr", answer.data)];
      if (answer.chain !== 0) return [hiddenField("data", answer.data)];
      return [innerField("apdu", inner("from-token", answer.data))];
    case "slot-status":
      return [field("clock", answer.clock)];
    case "parameters":
      return [field("protocol", `T=${answer.protocol}`), hexField("data", answer.data)];
    case "escape":
    case "data-rate":
      return [hiddenField("data", answer.data)];
  }
}
