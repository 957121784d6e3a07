// The fields of a command's data, read in their order (YKOATH document, section 4).

import { STATUS_WORDS } from "../status-words.ts";
import { decodeTlv } from "../tlv.ts";
import { MAX_CHALLENGE_BYTES, MAX_NAME_BYTES, YKOATH_TAGS } from "./constants.ts";

/** A command that is no request of this protocol, and what the card answers. */
export interface Refused {
  readonly kind: "refused";
  /** 6A80 wrong syntax, 6B00 wrong P1 or P2, 6D00 unknown INS, 6E00 wrong CLA. */
  readonly sw: number;
  /** The field that is wrong; holds no bytes of the command's data. */
  readonly problem: string;
}

/** A request, or a refusal. */
export type RequestResult<Request> =
  | { readonly kind: "request"; readonly request: Request }
  | Refused;

/** Reads fields in order; the first failure decides, and `end` tells it. */
export class Fields {
  readonly #data: Uint8Array;
  #at = 0;
  #problem: string | undefined;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  get isEmpty(): boolean {
    return this.#data.length === 0;
  }

  /** Whether all was read, or reading has failed. */
  get isAtEnd(): boolean {
    return this.#at >= this.#data.length || this.#problem !== undefined;
  }

  /** Whether `byte` comes next: a tag. */
  isNext(byte: number): boolean {
    return this.#data[this.#at] === byte;
  }

  /** Skips `byte` where it comes next, and says whether it did. */
  takeByte(byte: number): boolean {
    const isNext = this.isNext(byte);
    if (isNext) this.#at++;
    return isNext;
  }

  /** The byte that comes next. */
  byte(): number {
    const byte = this.#data[this.#at++];
    if (byte === undefined) this.fail("value byte of tag 78 is missing");
    return byte ?? 0;
  }

  /** Tag 71. */
  name(): Uint8Array {
    return this.value(YKOATH_TAGS.name, 1, MAX_NAME_BYTES);
  }

  /** Tag 74. */
  challenge(minBytes: number): Uint8Array {
    return this.value(YKOATH_TAGS.challenge, minBytes, MAX_CHALLENGE_BYTES);
  }

  /** The value of the object that comes next; empty after a failure. */
  value(tag: number, minBytes: number, maxBytes: number): Uint8Array {
    const empty = this.#data.subarray(0, 0);
    if (this.#problem !== undefined) return empty;
    const name = `tag ${tag.toString(16).toUpperCase()}`;
    const result = decodeTlv(this.#data, this.#at);
    if (result.kind === "malformed") return this.#failed(`${name}: ${result.problem}`, empty);
    const { tlv, end } = result;
    if (tlv.tag !== tag) return this.#failed(`${name} is missing or out of order`, empty);
    if (tlv.value.length < minBytes || tlv.value.length > maxBytes) {
      const problem = `${name} must be ${minBytes} to ${maxBytes} bytes, got ${tlv.value.length}`;
      return this.#failed(problem, empty);
    }
    this.#at = end;
    return tlv.value;
  }

  /** The first problem is the one that is told. */
  fail(problem: string): void {
    this.#problem ??= problem;
  }

  /** The request, when everything was read and nothing is left. */
  end<Request>(request: Request): RequestResult<Request> {
    if (this.#at < this.#data.length) this.fail(`${this.#data.length - this.#at} bytes are left`);
    return this.#problem === undefined ? found(request) : refused("wrongSyntax", this.#problem);
  }

  #failed(problem: string, empty: Uint8Array): Uint8Array {
    this.fail(problem);
    return empty;
  }
}

/** A request. */
export function found<Request>(request: Request): RequestResult<Request> {
  return { kind: "request", request };
}

/** A refusal. */
export function refused(
  status: "wrongSyntax" | "wrongP1P2" | "unknownInstruction" | "wrongClass",
  problem: string,
): Refused {
  return { kind: "refused", sw: STATUS_WORDS[status], problem };
}
