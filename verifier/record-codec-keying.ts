// What keys are made of, read from the beginnings of many records in turn: most tokens have the
// parameters of the token before.

import type { OathParameters } from "../core/oath/parameters.ts";
import { decodeParameters, element, STATES } from "./record-fields.ts";

/** First bytes of an encoded record (record-codec.ts), in which all is that a key needs. */
export const KEYING_BYTES = 24;
/** Where the parameters are: kind, algorithm and digits; stepSeconds and t0. */
const KIND = 2;
const FLAGS = 5;
const STEP_SECONDS = 8;
const WATERMARK = 20;

/** @see KeyingReader.read */
export class KeyingReader {
  /** The bytes that `#parameters` were read from. */
  readonly #bytes = new Uint8Array(KEYING_BYTES);
  #parameters: OathParameters | null = null;

  /**
   * What a key needs of the first KEYING_BYTES of an encoded record; null when the token was
   * deleted. For records that never left this process: of the latest version, and not looked at as
   * a whole.
   *
   * @throws {RecordFormatError} for a state or parameters out of their range
   */
  read(bytes: Uint8Array): OathParameters | null {
    if (element(STATES, bytes[1] ?? STATES.length, "state") === "deleted") return null;
    if (this.#parameters !== null && this.#areSame(bytes)) return this.#parameters;
    const view = new DataView(bytes.buffer, bytes.byteOffset, KEYING_BYTES);
    this.#parameters = decodeParameters(view, STEP_SECONDS);
    this.#bytes.set(bytes.subarray(0, KEYING_BYTES));
    return this.#parameters;
  }

  /** Whether the bytes that say the parameters are those that were read last. */
  #areSame(bytes: Uint8Array): boolean {
    for (let at = KIND; at < FLAGS; at++) if (bytes[at] !== this.#bytes[at]) return false;
    for (let at = STEP_SECONDS; at < WATERMARK; at++) {
      if (bytes[at] !== this.#bytes[at]) return false;
    }
    return true;
  }
}
