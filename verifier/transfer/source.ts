// The text of a file: strict UTF-8 of a limited size, and where its offsets lie.

import { type Place, TransferError } from "./problems.ts";

/** Largest file, in bytes: 16 MiB. */
export const MAX_TRANSFER_BYTES: number = 16 * 1024 * 1024;

/** A file's text. Holds secrets in clear. */
export class SourceText {
  readonly text: string;
  #lineStarts: readonly number[] | null = null;

  constructor(text: string) {
    this.text = text;
  }

  /** Line and column of an offset; of the end for one behind it. O(log lines) but for the first. */
  placeAt(offset: number): Place {
    this.#lineStarts ??= startsOfLines(this.text);
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: Math.min(offset, this.text.length) - (starts[low] ?? 0) + 1 };
  }
}

/**
 * The text of `bytes`, without a byte order mark.
 *
 * @throws {TransferError} when it is empty, too large, UTF-16 or no UTF-8
 */
export function decodeSource(bytes: Uint8Array): SourceText {
  if (bytes.length > MAX_TRANSFER_BYTES) {
    const size = `${bytes.length} bytes, more than ${MAX_TRANSFER_BYTES}`;
    throw fileError(`is ${size}; split it into smaller ones`);
  }
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw fileError("is UTF-16; save it as UTF-8");
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw fileError("is no UTF-8 text; save it as UTF-8");
  }
  if (text.trim() === "") throw fileError("is empty");
  return new SourceText(text);
}

/** A problem of the file as a whole. */
export function fileError(message: string): TransferError {
  return new TransferError([{ line: 1, column: 1, token: "", field: "file", message }]);
}

function startsOfLines(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** The bytes of `buffer` in memory of their own; `buffer`, which may share a pool, is wiped. */
export function ownBytes(buffer: Buffer): Uint8Array {
  const own = Uint8Array.from(buffer);
  buffer.fill(0);
  return own;
}
