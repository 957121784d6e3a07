// Fields of fixed size, one after another, little-endian.

import { assertLength, assertWhole, concatBytes, copyBytes, viewOf } from "../bytes.ts";

/** Reads fields in order. What lies behind the end of the bytes reads as 0. */
export class FieldReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bytes(length: number): Uint8Array {
    const field = copyBytes(this.#bytes.subarray(this.#at, this.#at + length), length);
    this.#at += length;
    return field;
  }

  uint8(): number {
    return this.bytes(1)[0] ?? 0;
  }

  uint32(): number {
    return viewOf(this.bytes(4)).getUint32(0, true);
  }

  uint64(): bigint {
    return viewOf(this.bytes(8)).getBigUint64(0, true);
  }

  /** Text up to its first NUL. */
  text(length: number): string {
    const field = this.bytes(length);
    const end = field.indexOf(0);
    return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString("utf8");
  }
}

/** Writes fields in order; each method throws a RangeError naming a field that does not fit. */
export class FieldWriter {
  readonly #parts: Uint8Array[] = [];

  /** `value`, zero-padded to `length`. */
  padded(name: string, value: Uint8Array, length: number): this {
    assertLength(name, value, 0, length);
    this.#parts.push(copyBytes(value, length));
    return this;
  }

  uint8(name: string, value: number): this {
    assertWhole(name, value, 0, 0xff);
    this.#parts.push(Uint8Array.of(value));
    return this;
  }

  uint32(name: string, value: number): this {
    assertWhole(name, value, 0, 0xffff_ffff);
    const field = new Uint8Array(4);
    viewOf(field).setUint32(0, value, true);
    this.#parts.push(field);
    return this;
  }

  uint64(name: string, value: bigint): this {
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn) {
      throw new RangeError(`${name} must be from 0 to 2^64 - 1, got ${value}`);
    }
    const field = new Uint8Array(8);
    viewOf(field).setBigUint64(0, value, true);
    this.#parts.push(field);
    return this;
  }

  text(name: string, value: string, length: number): this {
    return this.padded(name, Buffer.from(value, "utf8"), length);
  }

  bytes(): Uint8Array {
    return concatBytes(this.#parts);
  }
}
