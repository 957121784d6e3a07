// APDUs that are longer than one CCID message, in parts (CCID document, section 4): wLevelParameter
// of commands, bChainParameter of answers.

import { concatBytes } from "../../core/wire/bytes.ts";

/** Longest command APDU: extended, with Lc and Le. */
export const MAX_COMMAND_APDU_BYTES: number = 7 + 0xffff + 2;

/** Values of wLevelParameter and bChainParameter. */
const LEVELS = { whole: 0, begins: 1, ends: 2, middle: 3, more: 0x10 } as const;

/** What a block from the host amounts to. */
export type BlockEvent =
  | { readonly kind: "apdu"; readonly apdu: Uint8Array }
  /** More of the command is to come: answered by an empty block that expects more. */
  | { readonly kind: "part" }
  /** The host fetches the next part of an answer. */
  | { readonly kind: "fetch" }
  /** No value of a level, or not in this order. */
  | { readonly kind: "bad-level" }
  | { readonly kind: "too-long" };

/** A part of an answer. */
export interface AnswerBlock {
  readonly chain: number;
  readonly data: Uint8Array;
}

/** bChainParameter of the answer to a part: empty, send more. */
export const SEND_MORE: AnswerBlock = { chain: LEVELS.more, data: new Uint8Array(0) };

/** Joins the parts of a command and cuts an answer; holds one of each. */
export class CcidBlocks {
  readonly #blockBytes: number;
  #parts: Uint8Array[] = [];
  #partsBytes = 0;
  #answer: Uint8Array = new Uint8Array(0);

  /** @param blockBytes most data of one answer: dwMaxCCIDMessageLength less its header */
  constructor(blockBytes: number) {
    this.#blockBytes = blockBytes;
  }

  /** Takes a block of the host. */
  add(level: number, data: Uint8Array): BlockEvent {
    const isBegun = this.#parts.length > 0;
    switch (level) {
      case LEVELS.whole:
        this.reset();
        return { kind: "apdu", apdu: data };
      case LEVELS.begins:
        this.reset();
        return this.#keep(data);
      case LEVELS.middle:
        return isBegun ? this.#keep(data) : { kind: "bad-level" };
      case LEVELS.ends: {
        if (!isBegun) return { kind: "bad-level" };
        const kept = this.#keep(data);
        if (kept.kind !== "part") return kept;
        const apdu = concatBytes(this.#parts);
        this.reset();
        return { kind: "apdu", apdu };
      }
      case LEVELS.more:
        return this.#answer.length > 0 ? { kind: "fetch" } : { kind: "bad-level" };
      default:
        return { kind: "bad-level" };
    }
  }

  /** The first part of an answer; the rest is kept until it is fetched. */
  cut(answer: Uint8Array): AnswerBlock {
    this.#answer = answer.subarray(this.#blockBytes);
    const chain = this.#answer.length === 0 ? LEVELS.whole : LEVELS.begins;
    return { chain, data: answer.subarray(0, this.#blockBytes) };
  }

  /** The next part of the answer; add() has said "fetch". */
  next(): AnswerBlock {
    const data = this.#answer.subarray(0, this.#blockBytes);
    this.#answer = this.#answer.subarray(this.#blockBytes);
    return { chain: this.#answer.length === 0 ? LEVELS.ends : LEVELS.middle, data };
  }

  /** Forgets parts of commands and answers. */
  reset(): void {
    this.#parts = [];
    this.#partsBytes = 0;
    this.#answer = new Uint8Array(0);
  }

  #keep(data: Uint8Array): BlockEvent {
    this.#parts.push(data);
    this.#partsBytes += data.length;
    if (this.#partsBytes <= MAX_COMMAND_APDU_BYTES) return { kind: "part" };
    this.reset();
    return { kind: "too-long" };
  }
}
