// The answers of a CCID slot as bytes (CCID document, section 4): each kind of command has its own.

import {
  type CcidCommandKind,
  type CcidHead,
  type CcidStatus,
  ccidAnswerTo,
  encodeCcidAnswer,
  type IccState,
} from "../../core/wire/ccid.ts";
import type { AnswerBlock } from "./ccid-blocks.ts";

/** bProtocolNum of T=1. */
export const PROTOCOL_T1 = 1;
const NOTHING = new Uint8Array(0);

/** The status of a command that failed. */
export function failed(icc: IccState, error: number): CcidStatus {
  return { command: "failed", icc, error };
}

/** ATR or response APDU; without a block, nothing but a status. */
export function blockReply(head: CcidHead, status: CcidStatus, block?: AnswerBlock): Uint8Array {
  const { chain, data } = block ?? { chain: 0, data: NOTHING };
  return encodeCcidAnswer({ kind: "data-block", ...headOf(head), status, chain, data });
}

/** What GET_SLOT_STATUS and others are answered with. */
export function statusReply(head: CcidHead, icc: IccState): Uint8Array {
  const status = { command: "ok", icc } as const;
  return encodeCcidAnswer({ kind: "slot-status", ...headOf(head), status, clock: "running" });
}

/** The parameters of T=1, 7 bytes. */
export function parametersReply(head: CcidHead, icc: IccState, data: Uint8Array): Uint8Array {
  const status = { command: "ok", icc } as const;
  const protocol = PROTOCOL_T1;
  return encodeCcidAnswer({ kind: "parameters", ...headOf(head), status, protocol, data });
}

/** The answer of the kind that belongs to the command, saying why it failed. */
export function failureReply(
  command: CcidHead & { readonly kind: CcidCommandKind | "unknown" },
  icc: IccState,
  error: number,
): Uint8Array {
  const head = { ...headOf(command), status: failed(icc, error) };
  const kind = ccidAnswerTo(command.kind);
  switch (kind) {
    case "data-block":
      return encodeCcidAnswer({ kind, ...head, chain: 0, data: NOTHING });
    case "slot-status":
      return encodeCcidAnswer({ kind, ...head, clock: "running" });
    case "parameters":
      return encodeCcidAnswer({ kind, ...head, protocol: PROTOCOL_T1, data: NOTHING });
    case "escape":
    case "data-rate":
      return encodeCcidAnswer({ kind, ...head, data: NOTHING });
  }
}

function headOf({ slot, sequence }: CcidHead): CcidHead {
  return { slot, sequence };
}
