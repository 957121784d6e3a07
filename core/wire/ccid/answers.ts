// RDR_to_PC messages: what a reader answers on the bulk-IN endpoint, and its notices on the
// interrupt endpoint (CCID document, sections 4 to 6).

import { assertWhole, type Malformed, malformed } from "../bytes.ts";
import type { CcidHead } from "./commands.ts";
import {
  CCID_ANSWER_TYPES,
  type CcidAnswerKind,
  CLOCK_STATES,
  type ClockState,
  ICC_STATES,
  type IccState,
} from "./constants.ts";
import { decodeCcidMessage, encodeCcidMessage } from "./messages.ts";

/** bStatus and bError. In "ok", bError is sent as 0 and ignored when read (CanoKey sends 0x81). */
export type CcidStatus =
  | { readonly command: "ok"; readonly icc: IccState }
  /** `error` is one of CCID_ERRORS or the offset of a header byte. */
  | { readonly command: "failed"; readonly icc: IccState; readonly error: number }
  /** The card is still at it: the host multiplies its time-out, once, by `multiplier` (1…255). */
  | { readonly command: "time-extension"; readonly icc: IccState; readonly multiplier: number };

/** An answer. */
export type CcidAnswer = CcidHead & { readonly status: CcidStatus } & (
    | {
        readonly kind: "data-block";
        /** bChainParameter; 0 is a whole APDU. */
        readonly chain: number;
        /** ATR, or a response APDU. */
        readonly data: Uint8Array;
      }
    | { readonly kind: "slot-status"; readonly clock: ClockState }
    | {
        readonly kind: "parameters";
        /** bProtocolNum: 0 T=0, 1 T=1. */
        readonly protocol: number;
        readonly data: Uint8Array;
      }
    | { readonly kind: "escape" | "data-rate"; readonly data: Uint8Array }
  );

/** An answer, or why the bytes are none. */
export type CcidAnswerResult = { readonly kind: "answer"; readonly answer: CcidAnswer } | Malformed;

const KINDS: ReadonlyMap<number, CcidAnswerKind> = new Map(
  Object.entries(CCID_ANSWER_TYPES).map(([kind, type]) => [type, kind as CcidAnswerKind]),
);
/** bmCommandStatus in bits 7 and 6. */
const COMMAND_BITS = { ok: 0x00, failed: 0x40, "time-extension": 0x80 } as const;

/** The T=1 parameters that CanoKey answers: IFSC 254, LRC, no guard time. */
export const CCID_T1_PARAMETERS: Uint8Array = Uint8Array.of(0x11, 0x10, 0, 0x15, 0, 0xfe, 0);

/** Reads one whole message. */
export function decodeCcidAnswer(bytes: Uint8Array): CcidAnswerResult {
  const result = decodeCcidMessage(bytes);
  if (result.kind === "malformed") return result;
  const { type, slot, sequence, specific, data } = result.message;
  const kind = KINDS.get(type);
  if (kind === undefined) return malformed(`bMessageType ${type} is no answer`);
  const [statusByte, error, last] = specific;
  const status = statusOf(statusByte, error);
  if (status === undefined) return malformed("bStatus has a reserved value");
  return readAnswer(kind, { slot, sequence, status }, last, data);
}

function readAnswer(
  kind: CcidAnswerKind,
  head: CcidHead & { readonly status: CcidStatus },
  last: number,
  data: Uint8Array,
): CcidAnswerResult {
  switch (kind) {
    case "data-block":
      return answerOf({ ...head, kind, chain: last, data });
    case "slot-status": {
      const clock = CLOCK_STATES[last];
      if (clock === undefined) return malformed("bClockStatus must be 0 to 3");
      return answerOf({ ...head, kind, clock });
    }
    case "parameters":
      return answerOf({ ...head, kind, protocol: last, data });
    case "escape":
    case "data-rate":
      return answerOf({ ...head, kind, data });
  }
}

function answerOf(answer: CcidAnswer): CcidAnswerResult {
  return { kind: "answer", answer };
}

function statusOf(byte: number, error: number): CcidStatus | undefined {
  const icc = ICC_STATES[byte & 0x03];
  if (icc === undefined) return undefined;
  switch (byte & 0xc0) {
    case COMMAND_BITS.ok:
      return { command: "ok", icc };
    case COMMAND_BITS.failed:
      return { command: "failed", icc, error };
    case COMMAND_BITS["time-extension"]:
      return { command: "time-extension", icc, multiplier: error };
    default:
      return undefined;
  }
}

/** The bytes of an answer. @throws {RangeError} when a field is out of range */
export function encodeCcidAnswer(answer: CcidAnswer): Uint8Array {
  const { slot, sequence, status } = answer;
  const statusByte = COMMAND_BITS[status.command] | ICC_STATES.indexOf(status.icc);
  const specific = [statusByte, errorByteOf(status), lastByteOf(answer)] as const;
  const data = "data" in answer ? answer.data : new Uint8Array(0);
  return encodeCcidMessage({
    type: CCID_ANSWER_TYPES[answer.kind],
    slot,
    sequence,
    specific,
    data,
  });
}

function errorByteOf(status: CcidStatus): number {
  switch (status.command) {
    case "ok":
      return 0;
    case "failed":
      return status.error;
    case "time-extension":
      return status.multiplier;
  }
}

function lastByteOf(answer: CcidAnswer): number {
  switch (answer.kind) {
    case "data-block":
      return answer.chain;
    case "slot-status":
      return CLOCK_STATES.indexOf(answer.clock);
    case "parameters":
      return answer.protocol;
    default:
      return 0;
  }
}

/** What the interrupt endpoint says of one slot. */
export interface SlotChange {
  readonly present: boolean;
  /** Since the last notice. */
  readonly changed: boolean;
}

/** A notice of the interrupt endpoint. */
export type CcidNotice =
  /** One entry a slot. Decoding gives four for each byte: slots that do not exist are absent. */
  | { readonly kind: "slot-change"; readonly slots: readonly SlotChange[] }
  /** `error` 1 is overcurrent. */
  | ({ readonly kind: "hardware-error"; readonly error: number } & CcidHead);

const NOTIFY_SLOT_CHANGE = 0x50;
const HARDWARE_ERROR = 0x51;
/** bMaxSlotIndex is one byte. */
const MAX_SLOTS = 256;

/** Reads a notice. */
export function decodeCcidNotice(bytes: Uint8Array): CcidNotice | Malformed {
  const [type, slot = 0, sequence = 0, error = 0] = bytes;
  if (type === NOTIFY_SLOT_CHANGE) {
    const mask = bytes.subarray(1);
    if (mask.length < 1 || mask.length > MAX_SLOTS / 4) {
      return malformed("bmSlotICCState must be 1 to 64 bytes");
    }
    const slots = Array.from({ length: mask.length * 4 }, (_, at): SlotChange => {
      const bits = (mask[at >> 2] ?? 0) >> ((at & 3) * 2);
      return { present: (bits & 1) !== 0, changed: (bits & 2) !== 0 };
    });
    return { kind: "slot-change", slots };
  }
  if (type !== HARDWARE_ERROR) return malformed("a notice begins with 50 or 51");
  if (bytes.length !== 4) return malformed("HardwareError must be 4 bytes");
  return { kind: "hardware-error", slot, sequence, error };
}

/** The bytes of a notice: `50 03` for one card inserted. @throws {RangeError} on a bad field */
export function encodeCcidNotice(notice: CcidNotice): Uint8Array {
  if (notice.kind === "hardware-error") {
    const { slot, sequence, error } = notice;
    for (const value of [slot, sequence, error]) assertWhole("notice field", value, 0, 0xff);
    return Uint8Array.of(HARDWARE_ERROR, slot, sequence, error);
  }
  const { slots } = notice;
  assertWhole("slots.length", slots.length, 1, MAX_SLOTS);
  const bytes = new Uint8Array(1 + Math.ceil(slots.length / 4));
  bytes[0] = NOTIFY_SLOT_CHANGE;
  for (const [at, { present, changed }] of slots.entries()) {
    const bits = (present ? 1 : 0) | (changed ? 2 : 0);
    const index = 1 + (at >> 2);
    bytes[index] = (bytes[index] ?? 0) | (bits << ((at & 3) * 2));
  }
  return bytes;
}
