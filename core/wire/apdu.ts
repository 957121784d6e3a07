// Command and response APDUs of ISO 7816-4 §5.1 in all four cases, short and extended; which forms
// hosts send is in the YKOATH document, section 2.

import {
  assertLength,
  assertWhole,
  concatBytes,
  type Malformed,
  malformed,
  viewOf,
} from "./bytes.ts";

/** Most data bytes of a short command. */
export const MAX_SHORT_DATA_BYTES = 255;
/** Most data bytes of an extended command. */
export const MAX_EXTENDED_DATA_BYTES = 0xffff;
/** Most bytes of a command APDU: header, extended Lc, data, extended Le. */
export const MAX_COMMAND_BYTES: number = 4 + 3 + MAX_EXTENDED_DATA_BYTES + 2;
/** Most bytes of a response APDU: data and status word. */
export const MAX_RESPONSE_BYTES: number = 0x1_0000 + 2;
/** Bit of CLA that says more of the command follows (ISO 7816-4 §5.3.3). */
export const CHAINING_BIT = 0x10;

/** A command to a card. */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** Empty in cases 1 and 2. Of a decoded command: a view into the decoded bytes. */
  readonly data: Uint8Array;
  /** Le, the most bytes wanted back: 1 to 256 short, 1 to 65,536 extended; absent in 1 and 3. */
  readonly le?: number;
  /** Whether the lengths are extended; means nothing without data and Le. */
  readonly extended: boolean;
}

/** What a card answers. */
export interface ResponseApdu {
  /** Of a decoded response: a view into the decoded bytes. */
  readonly data: Uint8Array;
  /** Status word, SW1 in the high byte. */
  readonly sw: number;
}

/** A command, or why the bytes are none. */
export type CommandResult = { readonly kind: "command"; readonly command: CommandApdu } | Malformed;

/** A response, or why the bytes are none. */
export type ResponseResult =
  | { readonly kind: "response"; readonly response: ResponseApdu }
  | Malformed;

/**
 * Reads a command. Five bytes are case 2 (`00 A1 00 00 00`: Le = 256), though some hosts mean
 * Lc = 0 by them. An empty extended command of seven bytes is case 2, too.
 */
export function decodeCommandApdu(bytes: Uint8Array): CommandResult {
  const { length } = bytes;
  if (length < 4) return malformed(`a command has at least 4 bytes, got ${length}`);
  if (length > MAX_COMMAND_BYTES) return malformed(`command of ${length} bytes is too long`);
  const [cla = 0, ins = 0, p1 = 0, p2 = 0, first = 0] = bytes;
  const head = { cla, ins, p1, p2 };
  const empty = bytes.subarray(length);
  if (length === 4) return commandOf({ ...head, data: empty, extended: false });
  if (length === 5) {
    return commandOf({ ...head, data: empty, le: first || 0x100, extended: false });
  }
  if (first !== 0) {
    const end = 5 + first;
    const data = bytes.subarray(5, end);
    if (length === end) return commandOf({ ...head, data, extended: false });
    if (length === end + 1) {
      return commandOf({ ...head, data, le: bytes[end] || 0x100, extended: false });
    }
    return malformed(`Lc is ${first}, but ${length - 5} bytes follow it`);
  }
  if (length < 7) return malformed("extended length cut short");
  const view = viewOf(bytes);
  const lc = view.getUint16(5);
  if (length === 7) return commandOf({ ...head, data: empty, le: lc || 0x1_0000, extended: true });
  const end = 7 + lc;
  const data = bytes.subarray(7, end);
  if (lc > 0 && length === end) return commandOf({ ...head, data, extended: true });
  if (lc > 0 && length === end + 2) {
    return commandOf({ ...head, data, le: view.getUint16(end) || 0x1_0000, extended: true });
  }
  return malformed(`extended Lc is ${lc}, but ${length - 7} bytes follow it`);
}

/**
 * The bytes of a command.
 *
 * @throws {RangeError} naming the field that is out of range: data or Le too long for the form
 */
export function encodeCommandApdu(command: CommandApdu): Uint8Array {
  const { cla, ins, p1, p2, data, le, extended } = command;
  for (const [field, value] of Object.entries({ cla, ins, p1, p2 })) {
    assertWhole(field, value, 0, 0xff);
  }
  assertLength("data", data, 0, extended ? MAX_EXTENDED_DATA_BYTES : MAX_SHORT_DATA_BYTES);
  if (le !== undefined) assertWhole("le", le, 1, extended ? 0x1_0000 : 0x100);
  const parts: Uint8Array[] = [Uint8Array.of(cla, ins, p1, p2)];
  if (extended && (data.length > 0 || le !== undefined)) parts.push(Uint8Array.of(0));
  if (data.length > 0) parts.push(lengthField(data.length, extended), data);
  if (le !== undefined) parts.push(lengthField(le, extended));
  return concatBytes(parts);
}

/** Reads a response of 2 to MAX_RESPONSE_BYTES bytes. */
export function decodeResponseApdu(bytes: Uint8Array): ResponseResult {
  const { length } = bytes;
  if (length < 2) return malformed(`a response has at least 2 bytes, got ${length}`);
  if (length > MAX_RESPONSE_BYTES) return malformed(`response of ${length} bytes is too long`);
  const sw = viewOf(bytes).getUint16(length - 2);
  return { kind: "response", response: { data: bytes.subarray(0, length - 2), sw } };
}

/** The bytes of a response. @throws {RangeError} when data or status word are out of range */
export function encodeResponseApdu(response: ResponseApdu): Uint8Array {
  assertWhole("sw", response.sw, 0, 0xffff);
  assertLength("data", response.data, 0, MAX_RESPONSE_BYTES - 2);
  return concatBytes([response.data, Uint8Array.of(response.sw >> 8, response.sw & 0xff)]);
}

function commandOf(command: CommandApdu): CommandResult {
  return { kind: "command", command };
}

/** The full range (256, 65,536) is written as 0. */
function lengthField(length: number, extended: boolean): Uint8Array {
  const low = length & 0xff;
  return extended ? Uint8Array.of((length >> 8) & 0xff, low) : Uint8Array.of(low);
}
