// The data of the applet's answers as values, and as cards send them (YKOATH document, section 4).
// Status words and chaining belong to the APDU around the data.

import { assertLength, assertWhole, concatBytes, viewOf } from "../bytes.ts";
import { encodeTlv } from "../tlv.ts";
import {
  ACCESS_CHALLENGE_BYTES,
  type CardTypeAndAlgorithm,
  MAX_NAME_BYTES,
  type TypeAndAlgorithm,
  typeByteOf,
  YKOATH_TAGS,
} from "./constants.ts";

/** Firmware version: major, minor, patch, 0 to 255 each. */
export interface YkoathVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** What SELECT answers. */
export interface SelectAnswer {
  readonly version: YkoathVersion;
  /** Tag 71, 8 bytes: salt of the access key. Absent on a Nitrokey 3 with a PIN. */
  readonly deviceId?: Uint8Array;
  /** Tag 74, 8 bytes: present exactly when an access key is set, so present means locked. */
  readonly challenge?: Uint8Array;
  /** Tag 7B, with the challenge: 0x01, or the type byte that was stored (NEO). */
  readonly keyAlgorithm?: number;
  /** Nitrokey 3: tag 82, tries left of the PIN. */
  readonly pinTries?: number;
  /** Nitrokey 3: tag 8F, 4 bytes. */
  readonly serial?: Uint8Array;
}

/** An entry of LIST. */
export interface ListEntry extends TypeAndAlgorithm {
  readonly name: Uint8Array;
  /** Nitrokey 3, when asked for: the property byte, last in the entry (position unverified). */
  readonly property?: number;
}

/** A response that was calculated. */
export type CalculatedResponse =
  /** Tag 75: the whole HMAC, 20, 32 or 64 bytes. */
  | { readonly kind: "full"; readonly digits: number; readonly hmac: Uint8Array }
  /** Tag 76: the 4-byte value as sent, 0 to 2^32 - 1. YubiKeys clear bit 31, others may not. */
  | { readonly kind: "truncated"; readonly digits: number; readonly truncated: number };

/** What CALCULATE ALL says of one credential. */
export type CalculateAllResponse =
  | CalculatedResponse
  /** Tag 77: a HOTP credential, not calculated. Digits are absent in Nitrokey's empty form. */
  | { readonly kind: "hotp"; readonly digits?: number }
  /** Tag 7C: needs a touch, not calculated. */
  | { readonly kind: "touch"; readonly digits?: number };

/** An entry of CALCULATE ALL. */
export interface CalculateAllEntry {
  readonly name: Uint8Array;
  readonly response: CalculateAllResponse;
}

/** Data of SELECT: 79, 71, then 74 and 7B when locked, then Nitrokey's. @throws {RangeError} */
export function encodeSelectAnswer(answer: SelectAnswer): Uint8Array {
  const { version, deviceId, challenge, keyAlgorithm, pinTries, serial } = answer;
  for (const [field, value] of Object.entries(version)) assertWhole(field, value, 0, 0xff);
  const { major, minor, patch } = version;
  const parts = [encodeTlv(YKOATH_TAGS.version, Uint8Array.of(major, minor, patch))];
  if (pinTries !== undefined) parts.push(byteTlv(YKOATH_TAGS.pinTries, "pinTries", pinTries));
  if (deviceId !== undefined) {
    assertLength("deviceId", deviceId, ACCESS_CHALLENGE_BYTES, ACCESS_CHALLENGE_BYTES);
    parts.push(encodeTlv(YKOATH_TAGS.name, deviceId));
  }
  if (challenge !== undefined) {
    assertLength("challenge", challenge, ACCESS_CHALLENGE_BYTES, ACCESS_CHALLENGE_BYTES);
    parts.push(encodeTlv(YKOATH_TAGS.challenge, challenge));
  }
  if (keyAlgorithm !== undefined) {
    parts.push(byteTlv(YKOATH_TAGS.keyAlgorithm, "keyAlgorithm", keyAlgorithm));
  }
  if (serial !== undefined) {
    assertLength("serial", serial, 4, 4);
    parts.push(encodeTlv(YKOATH_TAGS.serial, serial));
  }
  return concatBytes(parts);
}

/** An entry of LIST as cards write it: of any type that they store. */
export type CardListEntry = Omit<ListEntry, "type"> & CardTypeAndAlgorithm;

/** Data of LIST. @throws {RangeError} naming the field that is out of range */
export function encodeListAnswer(entries: readonly CardListEntry[]): Uint8Array {
  return concatBytes(
    entries.map((entry) => {
      assertLength("name", entry.name, 1, MAX_NAME_BYTES);
      const parts = [Uint8Array.of(typeByteOf(entry)), entry.name];
      if (entry.property !== undefined) {
        assertWhole("property", entry.property, 0, 0xff);
        parts.push(Uint8Array.of(entry.property));
      }
      return encodeTlv(YKOATH_TAGS.nameList, concatBytes(parts));
    }),
  );
}

/** Data of CALCULATE. @throws {RangeError} naming the field that is out of range */
export function encodeCalculateAnswer(response: CalculatedResponse): Uint8Array {
  return encodeResponse(response);
}

/** Data of CALCULATE ALL. @throws {RangeError} naming the field that is out of range */
export function encodeCalculateAllAnswer(entries: readonly CalculateAllEntry[]): Uint8Array {
  return concatBytes(
    entries.flatMap(({ name, response }) => {
      assertLength("name", name, 1, MAX_NAME_BYTES);
      return [encodeTlv(YKOATH_TAGS.name, name), encodeResponse(response)];
    }),
  );
}

/** Data of VALIDATE: the card's proof. @throws {RangeError} when it is not 1 to 64 bytes long */
export function encodeValidateAnswer(proof: Uint8Array): Uint8Array {
  assertLength("proof", proof, 1, 64);
  return encodeTlv(YKOATH_TAGS.fullResponse, proof);
}

function encodeResponse(response: CalculateAllResponse): Uint8Array {
  switch (response.kind) {
    case "full": {
      assertWhole("digits", response.digits, 0, 0xff);
      assertLength("hmac", response.hmac, 20, 64);
      const value = concatBytes([Uint8Array.of(response.digits), response.hmac]);
      return encodeTlv(YKOATH_TAGS.fullResponse, value);
    }
    case "truncated": {
      assertWhole("digits", response.digits, 0, 0xff);
      assertWhole("truncated", response.truncated, 0, 0xffff_ffff);
      const value = new Uint8Array(5);
      value[0] = response.digits;
      viewOf(value).setUint32(1, response.truncated);
      return encodeTlv(YKOATH_TAGS.truncatedResponse, value);
    }
    case "hotp":
      return placeholder(YKOATH_TAGS.hotpPlaceholder, response.digits);
    case "touch":
      return placeholder(YKOATH_TAGS.touchPlaceholder, response.digits);
  }
}

function placeholder(tag: number, digits: number | undefined): Uint8Array {
  return digits === undefined ? encodeTlv(tag, new Uint8Array(0)) : byteTlv(tag, "digits", digits);
}

function byteTlv(tag: number, field: string, value: number): Uint8Array {
  assertWhole(field, value, 0, 0xff);
  return encodeTlv(tag, Uint8Array.of(value));
}
