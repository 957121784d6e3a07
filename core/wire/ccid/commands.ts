// PC_to_RDR messages: what a host sends on the bulk-OUT endpoint (CCID document, section 4).

import type { Malformed } from "../bytes.ts";
import { CCID_COMMAND_TYPES, type CcidCommandKind } from "./constants.ts";
import { type CcidMessage, decodeCcidMessage, encodeCcidMessage } from "./messages.ts";

/** Which command of which slot an answer belongs to. */
export interface CcidHead {
  /** 0 is the only slot of a token. */
  readonly slot: number;
  readonly sequence: number;
}

/** A block for the card. */
interface Block {
  /** bBWI: multiplies the block waiting time; 0 where the reader looks after that. */
  readonly bwi: number;
  /** wLevelParameter: 0 whole APDU, 1 begins, 2 ends, 3 middle, 0x10 empty, expecting more. */
  readonly level: number;
  readonly data: Uint8Array;
}

/** A command. Commands with nothing but their name have no fields of interest. */
export type CcidCommand = CcidHead &
  (
    | {
        readonly kind: "power-on";
        /** bPowerSelect: 0 automatic, 1 5 V, 2 3 V, 3 1.8 V. */
        readonly powerSelect: number;
      }
    | ({ readonly kind: "transfer" } & Block)
    | ({ readonly kind: "secure" } & Block)
    | {
        readonly kind: "set-parameters";
        /** bProtocolNum: 0 T=0, 1 T=1. */
        readonly protocol: number;
        /** 5 bytes for T=0, 7 for T=1. */
        readonly data: Uint8Array;
      }
    | { readonly kind: "escape" | "set-data-rate"; readonly data: Uint8Array }
    | {
        readonly kind:
          | "power-off"
          | "get-slot-status"
          | "get-parameters"
          | "reset-parameters"
          | "icc-clock"
          | "t0-apdu"
          | "mechanical"
          | "abort";
      }
    /** A type this document does not know: still to be answered. */
    | { readonly kind: "unknown"; readonly type: number }
  );

/** A command, or why the bytes are none. */
export type CcidCommandResult =
  | { readonly kind: "command"; readonly command: CcidCommand }
  | Malformed;

const KINDS: ReadonlyMap<number, CcidCommandKind> = new Map(
  Object.entries(CCID_COMMAND_TYPES).map(([kind, type]) => [type, kind as CcidCommandKind]),
);

/** Reads one whole message. Payload where the kind has none is ignored. */
export function decodeCcidCommand(bytes: Uint8Array): CcidCommandResult {
  const result = decodeCcidMessage(bytes);
  if (result.kind === "malformed") return result;
  return { kind: "command", command: commandOf(result.message) };
}

function commandOf(message: CcidMessage): CcidCommand {
  const { type, slot, sequence, specific, data } = message;
  const head = { slot, sequence };
  const [first, second, third] = specific;
  const kind = KINDS.get(type);
  switch (kind) {
    case undefined:
      return { ...head, kind: "unknown", type };
    case "power-on":
      return { ...head, kind, powerSelect: first };
    case "transfer":
    case "secure":
      return { ...head, kind, bwi: first, level: second | (third << 8), data };
    case "set-parameters":
      return { ...head, kind, protocol: first, data };
    case "escape":
    case "set-data-rate":
      return { ...head, kind, data };
    default:
      return { ...head, kind };
  }
}

/** The bytes of a command. @throws {RangeError} when a field is out of range */
export function encodeCcidCommand(command: CcidCommand): Uint8Array {
  const { slot, sequence } = command;
  const type = command.kind === "unknown" ? command.type : CCID_COMMAND_TYPES[command.kind];
  const data = "data" in command ? command.data : new Uint8Array(0);
  return encodeCcidMessage({ type, slot, sequence, specific: specificOf(command), data });
}

function specificOf(command: CcidCommand): readonly [number, number, number] {
  switch (command.kind) {
    case "power-on":
      return [command.powerSelect, 0, 0];
    case "transfer":
    case "secure":
      return [command.bwi, command.level & 0xff, command.level >> 8];
    case "set-parameters":
      return [command.protocol, 0, 0];
    default:
      return [0, 0, 0];
  }
}
