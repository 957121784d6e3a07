// Tag-length-value objects of ISO 7816-4 as YKOATH and the management applet use them: a tag of
// one byte, a length of one byte below 0x80 or in BER's long form (YKOATH document, section 3).

import { assertLength, assertWhole, concatBytes, type Malformed, malformed } from "./bytes.ts";

/** Longest value: BER lengths of up to three bytes, capped at what an extended APDU carries. */
export const MAX_TLV_BYTES = 0xffff;

/** One object. */
export interface Tlv {
  /** 0 to 255. */
  readonly tag: number;
  /** Of a decoded object: a view into the decoded bytes. */
  readonly value: Uint8Array;
}

/** One object read from the front of some bytes. */
export type TlvResult =
  | { readonly kind: "tlv"; readonly tlv: Tlv /** Where the next begins. */; readonly end: number }
  | Malformed;

/** All objects of some bytes, in order. */
export type TlvListResult = { readonly kind: "tlvs"; readonly tlvs: readonly Tlv[] } | Malformed;

/** Reads the object that begins at offset `at`. */
export function decodeTlv(bytes: Uint8Array, at = 0): TlvResult {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined) return malformed(`no tag at offset ${at}`);
  if (first === undefined) return malformed(`no length after the tag at offset ${at}`);
  let length = first;
  let start = at + 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets < 1 || octets > 3) return malformed(`length of ${octets} bytes at offset ${at + 1}`);
    if (start + octets > bytes.length) return malformed(`length cut short at offset ${at + 1}`);
    length = 0;
    for (let octet = 0; octet < octets; octet++) length = length * 256 + (bytes[start++] ?? 0);
  }
  const end = start + length;
  if (end > bytes.length) {
    return malformed(`value of ${length} bytes at offset ${start}, ${bytes.length - start} left`);
  }
  return { kind: "tlv", tlv: { tag, value: bytes.subarray(start, end) }, end };
}

/** Reads objects to the end of `bytes`; what is left over makes all of it malformed. */
export function decodeTlvs(bytes: Uint8Array): TlvListResult {
  const tlvs: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    const result = decodeTlv(bytes, at);
    if (result.kind === "malformed") return result;
    tlvs.push(result.tlv);
    at = result.end;
  }
  return { kind: "tlvs", tlvs };
}

/**
 * The bytes of one object, with the shortest length form.
 *
 * @throws {RangeError} when the tag is no byte or the value longer than MAX_TLV_BYTES
 */
export function encodeTlv(tag: number, value: Uint8Array): Uint8Array {
  assertWhole("tag", tag, 0, 0xff);
  assertLength("value", value, 0, MAX_TLV_BYTES);
  const { length } = value;
  const head = [tag];
  if (length < 0x80) head.push(length);
  else if (length <= 0xff) head.push(0x81, length);
  else head.push(0x82, length >> 8, length & 0xff);
  return concatBytes([Uint8Array.from(head), value]);
}

/** The bytes of several objects, in order. @throws {RangeError} as encodeTlv does */
export function encodeTlvs(tlvs: readonly Tlv[]): Uint8Array {
  return concatBytes(tlvs.map(({ tag, value }) => encodeTlv(tag, value)));
}
