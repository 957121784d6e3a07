// Small tools that all codecs use. Decoders do not throw: what they cannot read is `Malformed`.
// Encoders throw a RangeError, because only a caller's mistake makes them fail.

/** Bytes that are no frame of the protocol. */
export interface Malformed {
  readonly kind: "malformed";
  /** Which field is wrong and what it must be; holds no bytes of the frame's payload. */
  readonly problem: string;
}

/** A `Malformed` for `problem`. */
export function malformed(problem: string): Malformed {
  return { kind: "malformed", problem };
}

/** The parts one after another, in a new array. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** A copy that shares no memory with `bytes` (`Buffer.slice` would), zero-padded to `length`. */
export function copyBytes(bytes: Uint8Array, length: number = bytes.length): Uint8Array {
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(0, length));
  return copy;
}

/** Whether both hold the same bytes. Not in constant time: not for secrets. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  return a.every((byte, at) => byte === b[at]);
}

/** A view for reading and writing numbers of more than one byte. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Upper-case hexadecimal of at most `maxBytes` bytes, with "…" and the length when cut. */
export function hexOf(bytes: Uint8Array, maxBytes = 64): string {
  const shown = Buffer.from(bytes.subarray(0, maxBytes)).toString("hex").toUpperCase();
  return bytes.length > maxBytes ? `${shown}… (${bytes.length} bytes)` : shown;
}

/** `value` as "0x" and at least `digits` upper-case hexadecimal digits. */
export function hexNumber(value: number, digits = 2): string {
  return `0x${value.toString(16).toUpperCase().padStart(digits, "0")}`;
}

/** @throws {RangeError} when `value` is no whole number from `low` to `high`; names the field */
export function assertWhole(field: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${field} must be a whole number from ${low} to ${high}, got ${value}`);
  }
}

/** @throws {RangeError} when `bytes` is not `low` to `high` bytes long; names the field */
export function assertLength(field: string, bytes: Uint8Array, low: number, high: number): void {
  if (bytes.length >= low && bytes.length <= high) return;
  const range = low === high ? `${low}` : `${low} to ${high}`;
  throw new RangeError(`${field} must be ${range} bytes long, got ${bytes.length}`);
}
