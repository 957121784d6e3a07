// Payloads of Nitrokey Pro's responses, 53 bytes, zero-padded (HID document, B2).

import { FieldReader, FieldWriter } from "./fields.ts";

const NAME_BYTES = 15;
const TOKEN_ID_BYTES = 13;
const GENERAL_CONFIG_BYTES = 5;

/** What GET_STATUS answers. */
export interface NitrokeyStatusAnswer {
  readonly minor: number;
  readonly major: number;
  /** Serial number of the card, 4 bytes as sent. */
  readonly cardSerial: Uint8Array;
  /** Numlock, capslock, scrolllock slot, user PIN required, delete password; 5 bytes. */
  readonly generalConfig: Uint8Array;
}

/** What READ_SLOT answers. */
export interface NitrokeySlotAnswer {
  readonly name: string;
  /** NITROKEY_SLOT_FLAGS. */
  readonly config: number;
  readonly tokenId: string;
  /** HOTP: the counter. TOTP: the interval, seconds. */
  readonly counterOrInterval: bigint;
}

/** What GET_CODE answers. The host pads the number to 6 or 8 digits. */
export interface NitrokeyCodeAnswer {
  readonly code: number;
  readonly config: number;
  readonly tokenId: string;
}

/** What VERIFY_OTP_CODE answers. */
export interface NitrokeyVerifyAnswer {
  readonly isValid: boolean;
  /** How many codes ahead of the counter it was found. */
  readonly offset: number;
}

/** @throws {RangeError} naming a field that does not fit */
export function encodeNitrokeyStatusAnswer(answer: NitrokeyStatusAnswer): Uint8Array {
  return new FieldWriter()
    .uint8("minor", answer.minor)
    .uint8("major", answer.major)
    .padded("cardSerial", answer.cardSerial, 4)
    .padded("generalConfig", answer.generalConfig, GENERAL_CONFIG_BYTES)
    .bytes();
}

/** Reads the payload of GET_STATUS. */
export function decodeNitrokeyStatusAnswer(payload: Uint8Array): NitrokeyStatusAnswer {
  const fields = new FieldReader(payload);
  return {
    minor: fields.uint8(),
    major: fields.uint8(),
    cardSerial: fields.bytes(4),
    generalConfig: fields.bytes(GENERAL_CONFIG_BYTES),
  };
}

/** Payload of READ_SLOT_NAME. @throws {RangeError} above 15 bytes of UTF-8 */
export function encodeNitrokeyNameAnswer(name: string): Uint8Array {
  return new FieldWriter().text("name", name, NAME_BYTES).bytes();
}

/** Reads the payload of READ_SLOT_NAME. */
export function decodeNitrokeyNameAnswer(payload: Uint8Array): string {
  return new FieldReader(payload).text(NAME_BYTES);
}

/** @throws {RangeError} naming a field that does not fit */
export function encodeNitrokeySlotAnswer(answer: NitrokeySlotAnswer): Uint8Array {
  return new FieldWriter()
    .text("name", answer.name, NAME_BYTES)
    .uint8("config", answer.config)
    .text("tokenId", answer.tokenId, TOKEN_ID_BYTES)
    .uint64("counterOrInterval", answer.counterOrInterval)
    .bytes();
}

/** Reads the payload of READ_SLOT. */
export function decodeNitrokeySlotAnswer(payload: Uint8Array): NitrokeySlotAnswer {
  const fields = new FieldReader(payload);
  return {
    name: fields.text(NAME_BYTES),
    config: fields.uint8(),
    tokenId: fields.text(TOKEN_ID_BYTES),
    counterOrInterval: fields.uint64(),
  };
}

/** @throws {RangeError} naming a field that does not fit */
export function encodeNitrokeyCodeAnswer(answer: NitrokeyCodeAnswer): Uint8Array {
  return new FieldWriter()
    .uint32("code", answer.code)
    .uint8("config", answer.config)
    .text("tokenId", answer.tokenId, TOKEN_ID_BYTES)
    .bytes();
}

/** Reads the payload of GET_CODE. */
export function decodeNitrokeyCodeAnswer(payload: Uint8Array): NitrokeyCodeAnswer {
  const fields = new FieldReader(payload);
  return { code: fields.uint32(), config: fields.uint8(), tokenId: fields.text(TOKEN_ID_BYTES) };
}

/** @throws {RangeError} when the offset does not fit */
export function encodeNitrokeyVerifyAnswer(answer: NitrokeyVerifyAnswer): Uint8Array {
  const fields = new FieldWriter().uint8("isValid", answer.isValid ? 1 : 0);
  return fields.uint8("offset", answer.offset).bytes();
}

/** Reads the payload of VERIFY_OTP_CODE. */
export function decodeNitrokeyVerifyAnswer(payload: Uint8Array): NitrokeyVerifyAnswer {
  const fields = new FieldReader(payload);
  return { isValid: fields.uint8() !== 0, offset: fields.uint8() };
}
