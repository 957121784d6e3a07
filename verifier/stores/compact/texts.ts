// Texts by index, and the index of a text. UTF-8 bytes lie in one array, one after the other; those
// of a text that was removed stay.

import { Column } from "./columns.ts";
import { HashTable } from "./hash-table.ts";

/** Before each text stands its length, 16 bits. */
const HEAD = 2;
/** FNV-1a, 32 bits, and the end of MurmurHash3. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** @see Texts.set */
export class Texts {
  readonly #bytes = new Column<Uint8Array>(Uint8Array);
  #used = HEAD;
  /** By index: where the text lies; 0 for none. */
  readonly #places = new Column<Uint32Array>(Uint32Array);
  readonly #table = new HashTable();

  /** "" where none is set. */
  get(index: number): string {
    if (this.#places.get(index) === 0) return "";
    return Buffer.from(this.#bytesAt(index)).toString("utf8");
  }

  /** The index of a text; -1 for none. */
  find(text: string): number {
    const bytes = utf8Of(text);
    return this.#find(bytes, hashOf(bytes));
  }

  /**
   * Gives an index that has no text one that no other has.
   *
   * @throws {RangeError} for more than 65,535 bytes
   */
  set(index: number, text: string): void {
    const bytes = utf8Of(text);
    this.#set(index, bytes, hashOf(bytes));
  }

  /** The index of a text; where none has it, it is given to `index`, as by `set`. */
  findOrSet(index: number, text: string): number {
    const bytes = utf8Of(text);
    const hash = hashOf(bytes);
    const found = this.#find(bytes, hash);
    if (found >= 0) return found;
    this.#set(index, bytes, hash);
    return index;
  }

  #find(bytes: Uint8Array, hash: number): number {
    return this.#table.find(hash, (index) => this.#isAt(index, bytes));
  }

  #set(index: number, bytes: Uint8Array, hash: number): void {
    if (bytes.length > 0xffff) throw new RangeError("a text of more than 65535 bytes");
    const place = this.#used;
    this.#used += HEAD + bytes.length;
    this.#bytes.reserve(this.#used);
    this.#bytes.values[place] = bytes.length >> 8;
    this.#bytes.values[place + 1] = bytes.length & 0xff;
    this.#bytes.values.set(bytes, place + HEAD);
    this.#places.set(index, place);
    this.#table.add(hash, index);
  }

  remove(index: number): void {
    if (this.#places.get(index) === 0) return;
    this.#table.remove(hashOf(this.#bytesAt(index)), index);
    this.#places.set(index, 0);
  }

  /** Whether the text of an index has these bytes; most that are asked differ near their end. */
  #isAt(index: number, bytes: Uint8Array): boolean {
    const place = this.#places.get(index);
    const { values } = this.#bytes;
    if (values[place] !== bytes.length >> 8 || values[place + 1] !== (bytes.length & 0xff)) {
      return false;
    }
    let at = bytes.length - 1;
    while (at >= 0 && values[place + HEAD + at] === bytes[at]) at--;
    return at < 0;
  }

  #bytesAt(index: number): Uint8Array {
    const place = this.#places.get(index);
    const { values } = this.#bytes;
    const length = ((values[place] ?? 0) << 8) | (values[place + 1] ?? 0);
    return values.subarray(place + HEAD, place + HEAD + length);
  }
}

/** Where short texts are put: the bytes are valid until the next one. */
const SCRATCH = new Uint8Array(256);
const VIEWS: readonly Uint8Array[] = Array.from({ length: SCRATCH.length + 1 }, (_, length) =>
  SCRATCH.subarray(0, length),
);

/** Buffer.from takes longer than all else that is done with a short text. */
function utf8Of(text: string): Uint8Array {
  const { length } = text;
  if (length > SCRATCH.length) return Buffer.from(text, "utf8");
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127) return Buffer.from(text, "utf8");
    SCRATCH[at] = code;
  }
  return VIEWS[length] as Uint8Array;
}

function hashOf(bytes: Uint8Array): number {
  let hash = FNV_OFFSET;
  // By index: an iterator over so few bytes takes longer than they do.
  for (let at = 0; at < bytes.length; at++) {
    hash = Math.imul(hash ^ (bytes[at] as number), FNV_PRIME);
  }
  // Labels that count up differ in their last characters: each of those has to reach every bit.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}
