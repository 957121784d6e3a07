// Chains of APDUs, both sides: a command in parts (ISO 7816-4 §5.3.3, CLA bit 0x10), a response in
// parts (61xx, then SEND REMAINING or GET RESPONSE; YKOATH document, sections 2 and 5).

import { CHAINING_BIT, type CommandApdu, MAX_SHORT_DATA_BYTES, type ResponseApdu } from "./apdu.ts";
import { assertWhole, concatBytes, copyBytes } from "./bytes.ts";
import { STATUS_WORDS } from "./status-words.ts";

/** Most data bytes a chained command adds up to: what a YubiKey 5 takes in one extended APDU. */
export const MAX_CHAINED_COMMAND_BYTES = 3072;
/** Most data bytes a chained response adds up to. */
export const MAX_CHAINED_RESPONSE_BYTES: number = 0x1_0000;

/**
 * Cuts a command into short ones of at most `partBytes` data bytes. All but the last have the
 * chaining bit; only the last has Le.
 *
 * @throws {RangeError} when partBytes is not from 1 to 255, or Le is above 256
 */
export function splitCommand(
  command: CommandApdu,
  partBytes: number = MAX_SHORT_DATA_BYTES,
): readonly CommandApdu[] {
  assertWhole("partBytes", partBytes, 1, MAX_SHORT_DATA_BYTES);
  const { cla, ins, p1, p2, data, le } = command;
  if (le !== undefined) assertWhole("le", le, 1, 0x100);
  const head = { ins, p1, p2, extended: false };
  const parts: CommandApdu[] = [];
  let at = 0;
  while (data.length - at > partBytes) {
    const part = data.subarray(at, at + partBytes);
    parts.push({ ...head, cla: cla | CHAINING_BIT, data: part });
    at += partBytes;
  }
  const last = { ...head, cla: cla & ~CHAINING_BIT, data: data.subarray(at) };
  parts.push(le === undefined ? last : { ...last, le });
  return parts;
}

/** What a card does about a command that may be part of a chain. */
export type CommandChainResult =
  /** Not the last part: the card answers 9000 and waits. */
  | { readonly kind: "part" }
  | { readonly kind: "whole"; readonly command: CommandApdu }
  /** The parts add up to more than the card holds; it forgets them and answers 6700. */
  | { readonly kind: "too-long" };

/**
 * The card's side of command chaining. A command that does not continue the chain under way
 * (another INS, P1 or P2) ends it unfinished and stands for itself, so that a host which was cut
 * off leaves nothing behind.
 */
export class CommandChain {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #head = "";

  /** @throws {RangeError} when maxBytes is no whole number above 0 */
  constructor(maxBytes: number = MAX_CHAINED_COMMAND_BYTES) {
    assertWhole("maxBytes", maxBytes, 1, Number.MAX_SAFE_INTEGER);
    this.#maxBytes = maxBytes;
  }

  /** Takes the next command. The parts are copied. */
  add(command: CommandApdu): CommandChainResult {
    const cla = command.cla & ~CHAINING_BIT;
    const head = `${cla} ${command.ins} ${command.p1} ${command.p2}`;
    if (head !== this.#head) this.reset();
    const isLast = cla === command.cla;
    if (isLast && this.#parts.length === 0) {
      this.reset();
      return { kind: "whole", command };
    }
    this.#head = head;
    this.#bytes += command.data.length;
    if (this.#bytes > this.#maxBytes) {
      this.reset();
      return { kind: "too-long" };
    }
    // Empty parts are not kept, except the first: it says that a chain is under way.
    if (command.data.length > 0 || this.#parts.length === 0) {
      this.#parts.push(copyBytes(command.data));
    }
    if (!isLast) return { kind: "part" };
    const whole = { ...command, cla, data: concatBytes(this.#parts) };
    this.reset();
    return { kind: "whole", command: whole };
  }

  /** Forgets the parts held: power was off, or the card was reset. */
  reset(): void {
    this.#parts = [];
    this.#bytes = 0;
    this.#head = "";
  }
}

/** The next part of a response, and what is still to be sent. */
export interface ResponseCut {
  readonly response: ResponseApdu;
  /** Empty when the response was the last part. */
  readonly rest: Uint8Array;
}

/**
 * The card's side of response chaining: the first `partBytes` of `data`. The status word is 9000
 * when that is all (also when it fits exactly), else 61xx, where xx is the bytes left, 0xFF when
 * they are 255 or more.
 *
 * @throws {RangeError} when partBytes is no whole number above 0
 */
export function cutResponse(data: Uint8Array, partBytes: number): ResponseCut {
  assertWhole("partBytes", partBytes, 1, Number.MAX_SAFE_INTEGER);
  const part = data.subarray(0, partBytes);
  const rest = data.subarray(part.length);
  const sw = rest.length === 0 ? STATUS_WORDS.ok : 0x6100 | Math.min(rest.length, 0xff);
  return { response: { data: part, sw }, rest };
}

/** What a host does about a response that may be part of a chain. */
export type ResponseChainResult =
  /** 61xx: the host asks for the next part. */
  | { readonly kind: "more" }
  /** All data, and the last status word, which may be an error. */
  | { readonly kind: "whole"; readonly response: ResponseApdu }
  /** More than maxBytes, or a part without data that promises more: the host stops asking. */
  | { readonly kind: "too-long" }
  | { readonly kind: "empty-part" };

/** The host's side of response chaining. */
export class ResponseChain {
  readonly #maxBytes: number;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  /** @throws {RangeError} when maxBytes is no whole number above 0 */
  constructor(maxBytes: number = MAX_CHAINED_RESPONSE_BYTES) {
    assertWhole("maxBytes", maxBytes, 1, Number.MAX_SAFE_INTEGER);
    this.#maxBytes = maxBytes;
  }

  /** Takes the next response. The parts are copied. */
  add(response: ResponseApdu): ResponseChainResult {
    const isLast = response.sw >>> 8 !== 0x61;
    if (isLast && this.#parts.length === 0) return { kind: "whole", response };
    if (!isLast && response.data.length === 0) return this.#stop("empty-part");
    this.#bytes += response.data.length;
    if (this.#bytes > this.#maxBytes) return this.#stop("too-long");
    this.#parts.push(copyBytes(response.data));
    if (!isLast) return { kind: "more" };
    const data = concatBytes(this.#parts);
    this.reset();
    return { kind: "whole", response: { data, sw: response.sw } };
  }

  /** Forgets the parts held. */
  reset(): void {
    this.#parts = [];
    this.#bytes = 0;
  }

  #stop(kind: "too-long" | "empty-part"): ResponseChainResult {
    this.reset();
    return { kind };
  }
}
