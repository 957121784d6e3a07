// Requests to the OATH applet as values, and their command APDUs as hosts send them (YKOATH
// document, section 4).

import { createHash } from "node:crypto";
import type { HashAlgorithm } from "../../oath/parameters.ts";
import type { CommandApdu } from "../apdu.ts";
import { assertLength, assertWhole, concatBytes, copyBytes, viewOf } from "../bytes.ts";
import { encodeTlv } from "../tlv.ts";
import {
  type CredentialType,
  MAX_CHALLENGE_BYTES,
  MAX_INITIAL_MOVING_FACTOR,
  MAX_NAME_BYTES,
  typeByteOf,
  YKOATH_INS,
  YKOATH_TAGS,
} from "./constants.ts";

/** A credential to be stored. */
export interface PutRequest {
  readonly kind: "put";
  /** Credential id, 1 to 64 bytes of UTF-8. */
  readonly name: Uint8Array;
  readonly type: CredentialType;
  readonly algorithm: HashAlgorithm;
  /** Digits of a code, 0 to 255 on the wire; which are allowed is the card's to say. */
  readonly digits: number;
  /** As on the wire: hashed when long, padded when short (preparePutSecret). */
  readonly secret: Uint8Array;
  /** PROPERTY_ bits; 0 is not sent. */
  readonly property: number;
  /** First counter of a HOTP credential, 0 to 2^32 - 1; absent means 0. */
  readonly initialMovingFactor?: number;
}

/** An access key to be set, and the host's proof that it knows it. */
export interface SetCodeRequest {
  readonly kind: "set-code";
  /** Type and algorithm byte as sent, 0x21 by ykman; the low nibble names the hash. */
  readonly keyType: number;
  readonly key: Uint8Array;
  readonly challenge: Uint8Array;
  /** HMAC over the challenge with the key. */
  readonly response: Uint8Array;
}

/** Everything a host asks of the applet. */
export type YkoathRequest =
  | { readonly kind: "select"; readonly aid: Uint8Array }
  | PutRequest
  | { readonly kind: "delete"; readonly name: Uint8Array }
  | SetCodeRequest
  | { readonly kind: "remove-code" }
  | { readonly kind: "reset" }
  | { readonly kind: "rename"; readonly from: Uint8Array; readonly to: Uint8Array }
  /** `withProperties` is Nitrokey's: one byte 01 as data. */
  | { readonly kind: "list"; readonly withProperties: boolean }
  | {
      readonly kind: "calculate";
      readonly name: Uint8Array;
      /** 0 to 64 bytes: the time step for TOTP, ignored for HOTP. */
      readonly challenge: Uint8Array;
      readonly truncated: boolean;
    }
  | { readonly kind: "validate"; readonly response: Uint8Array; readonly challenge: Uint8Array }
  | {
      readonly kind: "calculate-all";
      readonly challenge: Uint8Array;
      readonly truncated: boolean;
    }
  | { readonly kind: "send-remaining" };

/** Shortest secret on the wire, bytes: shorter ones are padded with zeros. */
export const MIN_PUT_SECRET_BYTES = 14;

/**
 * The command of a request, with the shortest form of its data and no Le. `extended` when the data
 * needs it (longer than 255 bytes): cards without extended APDUs get it by splitCommand.
 *
 * @throws {RangeError} naming the field that is out of range
 */
export function encodeYkoathRequest(request: YkoathRequest): CommandApdu {
  const { ins, p1, p2, data } = partsOf(request);
  return { cla: 0, ins, p1, p2, data, extended: data.length > 0xff };
}

/**
 * A secret as PUT carries it: one longer than the hash's block is replaced by its hash, one
 * shorter than 14 bytes padded with zeros. Neither changes the HMAC.
 */
export function preparePutSecret(secret: Uint8Array, algorithm: HashAlgorithm): Uint8Array {
  const blockBytes = algorithm === "SHA512" ? 128 : 64;
  if (secret.length > blockBytes) {
    return new Uint8Array(createHash(algorithm.toLowerCase()).update(secret).digest());
  }
  return copyBytes(secret, Math.max(secret.length, MIN_PUT_SECRET_BYTES));
}

interface Parts {
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
}

function partsOf(request: YkoathRequest): Parts {
  switch (request.kind) {
    case "select":
      assertLength("aid", request.aid, 1, 16);
      return { ins: YKOATH_INS.select, p1: 4, p2: 0, data: copyBytes(request.aid) };
    case "put":
      return plain(YKOATH_INS.put, putData(request));
    case "delete":
      return plain(YKOATH_INS.delete, nameTlv("name", request.name));
    case "set-code":
      return plain(YKOATH_INS.setCode, setCodeData(request));
    case "remove-code":
      return plain(YKOATH_INS.setCode, Uint8Array.of(YKOATH_TAGS.key, 0));
    case "reset":
      return { ins: YKOATH_INS.reset, p1: 0xde, p2: 0xad, data: new Uint8Array(0) };
    case "rename": {
      const names = [nameTlv("from", request.from), nameTlv("to", request.to)];
      return plain(YKOATH_INS.rename, concatBytes(names));
    }
    case "list":
      return plain(YKOATH_INS.list, request.withProperties ? Uint8Array.of(1) : new Uint8Array(0));
    case "calculate": {
      const tlvs = [nameTlv("name", request.name), challengeTlv(request.challenge, 0)];
      return plain(YKOATH_INS.calculate, concatBytes(tlvs), request.truncated ? 1 : 0);
    }
    case "validate": {
      assertLength("response", request.response, 1, 64);
      const response = encodeTlv(YKOATH_TAGS.fullResponse, request.response);
      const data = concatBytes([response, challengeTlv(request.challenge, 1)]);
      return plain(YKOATH_INS.validate, data);
    }
    case "calculate-all": {
      const data = challengeTlv(request.challenge, 0);
      return plain(YKOATH_INS.calculateAll, data, request.truncated ? 1 : 0);
    }
    case "send-remaining":
      return plain(YKOATH_INS.sendRemaining, new Uint8Array(0));
  }
}

function plain(ins: number, data: Uint8Array, p2 = 0): Parts {
  return { ins, p1: 0, p2, data };
}

function putData(request: PutRequest): Uint8Array {
  const { digits, secret, property, initialMovingFactor } = request;
  assertWhole("digits", digits, 0, 0xff);
  assertWhole("property", property, 0, 0xff);
  assertLength("secret", secret, 1, 0xff);
  const head = Uint8Array.of(typeByteOf(request), digits);
  const parts = [
    nameTlv("name", request.name),
    encodeTlv(YKOATH_TAGS.key, concatBytes([head, secret])),
  ];
  if (property !== 0) parts.push(Uint8Array.of(YKOATH_TAGS.property, property));
  if (initialMovingFactor !== undefined) {
    assertWhole("initialMovingFactor", initialMovingFactor, 0, MAX_INITIAL_MOVING_FACTOR);
    const bytes = new Uint8Array(4);
    viewOf(bytes).setUint32(0, initialMovingFactor);
    parts.push(encodeTlv(YKOATH_TAGS.initialMovingFactor, bytes));
  }
  return concatBytes(parts);
}

function setCodeData({ keyType, key, challenge, response }: SetCodeRequest): Uint8Array {
  assertWhole("keyType", keyType, 0, 0xff);
  assertLength("key", key, 1, 64);
  assertLength("response", response, 1, 64);
  return concatBytes([
    encodeTlv(YKOATH_TAGS.key, concatBytes([Uint8Array.of(keyType), key])),
    challengeTlv(challenge, 1),
    encodeTlv(YKOATH_TAGS.fullResponse, response),
  ]);
}

function nameTlv(field: string, name: Uint8Array): Uint8Array {
  assertLength(field, name, 1, MAX_NAME_BYTES);
  return encodeTlv(YKOATH_TAGS.name, name);
}

function challengeTlv(challenge: Uint8Array, minBytes: number): Uint8Array {
  assertLength("challenge", challenge, minBytes, MAX_CHALLENGE_BYTES);
  return encodeTlv(YKOATH_TAGS.challenge, challenge);
}
