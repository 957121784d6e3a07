// The 10-byte header and payload that all bulk messages share (CCID document, section 4):
// bMessageType, dwLength (little-endian), bSlot, bSeq, three bytes that depend on the type.

import { assertWhole, concatBytes, type Malformed, malformed, viewOf } from "../bytes.ts";
import { CCID_HEADER_BYTES } from "./constants.ts";

/** A bulk message, whatever its type. */
export interface CcidMessage {
  readonly type: number;
  readonly slot: number;
  /** bSeq: an answer repeats its command's. */
  readonly sequence: number;
  /** Bytes 7 to 9 of the header. */
  readonly specific: readonly [number, number, number];
  /** Of a decoded message: a view into the decoded bytes. */
  readonly data: Uint8Array;
}

/** A message, or why the bytes are none. */
export type CcidMessageResult =
  | { readonly kind: "message"; readonly message: CcidMessage }
  | Malformed;

/** Reads one whole message; CcidAssembler cuts them out of transfers. */
export function decodeCcidMessage(bytes: Uint8Array): CcidMessageResult {
  if (bytes.length < CCID_HEADER_BYTES) {
    return malformed(`a message has at least 10 bytes, got ${bytes.length}`);
  }
  const length = viewOf(bytes).getUint32(1, true);
  const left = bytes.length - CCID_HEADER_BYTES;
  if (length !== left) return malformed(`dwLength is ${length}, but ${left} bytes follow`);
  const [type = 0, , , , , slot = 0, sequence = 0, first = 0, second = 0, third = 0] = bytes;
  const specific = [first, second, third] as const;
  const data = bytes.subarray(CCID_HEADER_BYTES);
  return { kind: "message", message: { type, slot, sequence, specific, data } };
}

/** The bytes of a message. @throws {RangeError} when a header field is no byte */
export function encodeCcidMessage(message: CcidMessage): Uint8Array {
  const { type, slot, sequence, specific, data } = message;
  assertWhole("type", type, 0, 0xff);
  assertWhole("slot", slot, 0, 0xff);
  assertWhole("sequence", sequence, 0, 0xff);
  for (const byte of specific) assertWhole("specific", byte, 0, 0xff);
  const header = new Uint8Array(CCID_HEADER_BYTES);
  header[0] = type;
  viewOf(header).setUint32(1, data.length, true);
  header.set([slot, sequence, ...specific], 5);
  return concatBytes([header, data]);
}
