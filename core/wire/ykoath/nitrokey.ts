// What a Nitrokey 3 understands beside YKOATH (YKOATH document, section 11): a PIN, codes that the
// card verifies, and password entries. Formats are those of trussed-secrets-app's command.rs.

import type { CommandApdu } from "../apdu.ts";
import { assertLength, assertWhole, concatBytes, viewOf } from "../bytes.ts";
import { decodeTlvs, encodeTlv } from "../tlv.ts";
import {
  type CardTypeAndAlgorithm,
  MAX_NAME_BYTES,
  parseCardTypeByte,
  typeByteOf,
  YKOATH_TAGS,
} from "./constants.ts";
import { Fields, type RequestResult, refused } from "./fields.ts";

/** Instructions of a Nitrokey 3, CLA 00, P1 and P2 00. */
export const NITROKEY_INS = {
  put: 0x01,
  verifyCode: 0xb1,
  verifyPin: 0xb2,
  changePin: 0xb3,
  setPin: 0xb4,
  getCredential: 0xb5,
  update: 0xb7,
} as const;

/** Longest PIN, and longest field of a password entry, bytes. */
export const MAX_PIN_BYTES = 128;
export const MAX_ENTRY_BYTES = 128;

/** What a password entry holds besides its name. */
export interface PasswordEntry {
  readonly login?: Uint8Array;
  readonly password?: Uint8Array;
  readonly metadata?: Uint8Array;
}

/** A credential to be stored, of any type, with what a password entry has. */
export interface NitrokeyPut extends CardTypeAndAlgorithm, PasswordEntry {
  readonly kind: "put";
  readonly name: Uint8Array;
  readonly digits: number;
  readonly secret: Uint8Array;
  readonly property: number;
  readonly initialMovingFactor?: number;
}

/** What a host asks of it. */
export type NitrokeyRequest =
  | NitrokeyPut
  /** A code of a reverse HOTP credential, as a number. */
  | { readonly kind: "verify-code"; readonly name: Uint8Array; readonly code: number }
  | { readonly kind: "verify-pin"; readonly pin: Uint8Array }
  | { readonly kind: "change-pin"; readonly pin: Uint8Array; readonly newPin: Uint8Array }
  | { readonly kind: "set-pin"; readonly pin: Uint8Array }
  | { readonly kind: "get-credential"; readonly name: Uint8Array }
  | ({
      readonly kind: "update";
      readonly name: Uint8Array;
      readonly newName?: Uint8Array;
    } & PasswordEntry);

/** What GET CREDENTIAL answers. */
export type CredentialAnswer = CardTypeAndAlgorithm & { readonly name: Uint8Array } & PasswordEntry;

/** Whether an instruction is one of these; PUT is YKOATH's, too. */
export function isNitrokeyInstruction(ins: number): boolean {
  return Object.values(NITROKEY_INS).some((known) => known === ins);
}

/** The command of a request. @throws {RangeError} naming the field that is out of range */
export function encodeNitrokeyRequest(request: NitrokeyRequest): CommandApdu {
  const [ins, data] = partsOf(request);
  return { cla: 0, ins, p1: 0, p2: 0, data, extended: data.length > 0xff };
}

/** Reads a whole command. Byte arrays of the request are views into its data. */
export function decodeNitrokeyRequest(command: CommandApdu): RequestResult<NitrokeyRequest> {
  const { cla, ins, p1, p2, data } = command;
  if (cla !== 0) return refused("wrongClass", "CLA must be 00");
  if (!isNitrokeyInstruction(ins)) return refused("unknownInstruction", "INS is not known");
  if (p1 !== 0 || p2 !== 0) return refused("wrongP1P2", "P1 and P2 must be 00");
  const fields = new Fields(data);
  switch (ins) {
    case NITROKEY_INS.put:
      return decodePut(fields);
    case NITROKEY_INS.verifyCode: {
      const name = fields.name();
      const code = fields.value(YKOATH_TAGS.fullResponse, 4, 4);
      const number = code.length === 4 ? viewOf(code).getUint32(0) : 0;
      return fields.end({ kind: "verify-code", name, code: number });
    }
    case NITROKEY_INS.verifyPin:
      return fields.end({ kind: "verify-pin", pin: pinOf(fields, YKOATH_TAGS.pin) });
    case NITROKEY_INS.changePin: {
      const pin = pinOf(fields, YKOATH_TAGS.pin);
      return fields.end({ kind: "change-pin", pin, newPin: pinOf(fields, YKOATH_TAGS.newPin) });
    }
    case NITROKEY_INS.setPin:
      return fields.end({ kind: "set-pin", pin: pinOf(fields, YKOATH_TAGS.pin) });
    case NITROKEY_INS.getCredential:
      return fields.end({ kind: "get-credential", name: fields.name() });
    default: {
      const name = fields.name();
      const renamed = fields.isNext(YKOATH_TAGS.name) ? { newName: fields.name() } : {};
      return fields.end({ kind: "update", name, ...renamed, ...entryOf(fields) });
    }
  }
}

/** Data of GET CREDENTIAL. @throws {RangeError} naming the field that is out of range */
export function encodeCredentialAnswer(answer: CredentialAnswer): Uint8Array {
  assertLength("name", answer.name, 1, MAX_NAME_BYTES);
  return concatBytes([
    // With a length here, unlike in PUT.
    encodeTlv(YKOATH_TAGS.property, Uint8Array.of(typeByteOf(answer))),
    encodeTlv(YKOATH_TAGS.name, answer.name),
    ...entryTlvs(answer),
  ]);
}

/** Reads it; undefined when it is none. */
export function decodeCredentialAnswer(data: Uint8Array): CredentialAnswer | undefined {
  const list = decodeTlvs(data);
  if (list.kind === "malformed") return undefined;
  const byTag = (tag: number) => list.tlvs.find((tlv) => tlv.tag === tag)?.value;
  const types = parseCardTypeByte(byTag(YKOATH_TAGS.property)?.[0] ?? 0);
  const name = byTag(YKOATH_TAGS.name);
  if (types === undefined || name === undefined) return undefined;
  return { ...types, name, ...entryFrom(byTag) };
}

/** The objects of an entry, in their order. @throws {RangeError} for a field that is too long */
export function encodePasswordEntry(entry: PasswordEntry): Uint8Array {
  return concatBytes(entryTlvs(entry));
}

/** Reads them, a copy; undefined when they are none. */
export function decodePasswordEntry(bytes: Uint8Array): PasswordEntry | undefined {
  const fields = new Fields(bytes.slice());
  const result = fields.end(entryOf(fields));
  return result.kind === "request" ? result.request : undefined;
}

/** The answer to a code that was right: an empty placeholder. */
export const CODE_VERIFIED: Uint8Array = Uint8Array.of(YKOATH_TAGS.hotpPlaceholder, 0);

function partsOf(request: NitrokeyRequest): readonly [ins: number, data: Uint8Array] {
  switch (request.kind) {
    case "put":
      return [NITROKEY_INS.put, putData(request)];
    case "verify-code": {
      assertWhole("code", request.code, 0, 0xffff_ffff);
      const code = new Uint8Array(4);
      viewOf(code).setUint32(0, request.code);
      const response = encodeTlv(YKOATH_TAGS.fullResponse, code);
      return [NITROKEY_INS.verifyCode, concatBytes([nameTlv(request.name), response])];
    }
    case "verify-pin":
      return [NITROKEY_INS.verifyPin, pinTlv(YKOATH_TAGS.pin, request.pin)];
    case "change-pin": {
      const pins = [
        pinTlv(YKOATH_TAGS.pin, request.pin),
        pinTlv(YKOATH_TAGS.newPin, request.newPin),
      ];
      return [NITROKEY_INS.changePin, concatBytes(pins)];
    }
    case "set-pin":
      return [NITROKEY_INS.setPin, pinTlv(YKOATH_TAGS.pin, request.pin)];
    case "get-credential":
      return [NITROKEY_INS.getCredential, nameTlv(request.name)];
    case "update": {
      const { name, newName } = request;
      const names = newName === undefined ? [nameTlv(name)] : [nameTlv(name), nameTlv(newName)];
      return [NITROKEY_INS.update, concatBytes([...names, ...entryTlvs(request)])];
    }
  }
}

function putData(request: NitrokeyPut): Uint8Array {
  const { name, digits, secret, property, initialMovingFactor } = request;
  assertWhole("digits", digits, 0, 0xff);
  assertWhole("property", property, 0, 0xff);
  assertLength("secret", secret, 1, 0xfd);
  const head = Uint8Array.of(typeByteOf(request), digits);
  const parts = [nameTlv(name), encodeTlv(YKOATH_TAGS.key, concatBytes([head, secret]))];
  if (property !== 0) parts.push(Uint8Array.of(YKOATH_TAGS.property, property));
  if (initialMovingFactor !== undefined) {
    assertWhole("initialMovingFactor", initialMovingFactor, 0, 0xffff_ffff);
    const factor = new Uint8Array(4);
    viewOf(factor).setUint32(0, initialMovingFactor);
    parts.push(encodeTlv(YKOATH_TAGS.initialMovingFactor, factor));
  }
  return concatBytes([...parts, ...entryTlvs(request)]);
}

function decodePut(fields: Fields): RequestResult<NitrokeyRequest> {
  const name = fields.name();
  const key = fields.value(YKOATH_TAGS.key, 3, 0xff);
  const property = fields.takeByte(YKOATH_TAGS.property) ? fields.byte() : 0;
  const hasFactor = fields.isNext(YKOATH_TAGS.initialMovingFactor);
  const factor = hasFactor ? fields.value(YKOATH_TAGS.initialMovingFactor, 4, 4) : undefined;
  const [typeByte = 0, digits = 0] = key;
  const types = parseCardTypeByte(typeByte);
  if (types === undefined) fields.fail("type and algorithm byte of tag 73 is not known");
  const counted =
    factor === undefined || factor.length < 4
      ? {}
      : { initialMovingFactor: viewOf(factor).getUint32(0) };
  return fields.end({
    kind: "put",
    name,
    digits,
    secret: key.subarray(2),
    property,
    ...(types ?? { type: "totp", algorithm: "SHA1" }),
    ...counted,
    ...entryOf(fields),
  });
}

function pinOf(fields: Fields, tag: number): Uint8Array {
  return fields.value(tag, 1, MAX_PIN_BYTES);
}

function pinTlv(tag: number, pin: Uint8Array): Uint8Array {
  assertLength("pin", pin, 1, MAX_PIN_BYTES);
  return encodeTlv(tag, pin);
}

function nameTlv(name: Uint8Array): Uint8Array {
  assertLength("name", name, 1, MAX_NAME_BYTES);
  return encodeTlv(YKOATH_TAGS.name, name);
}

const ENTRY_TAGS = [
  ["login", YKOATH_TAGS.login],
  ["password", YKOATH_TAGS.password],
  ["metadata", YKOATH_TAGS.metadata],
] as const;

/** The fields of an entry that come next, in their order. */
function entryOf(fields: Fields): PasswordEntry {
  return entryFrom((tag) =>
    fields.isNext(tag) && !fields.isAtEnd ? fields.value(tag, 0, MAX_ENTRY_BYTES) : undefined,
  );
}

function entryFrom(byTag: (tag: number) => Uint8Array | undefined): PasswordEntry {
  const found = ENTRY_TAGS.map(([field, tag]) => [field, byTag(tag)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

function entryTlvs(entry: PasswordEntry): readonly Uint8Array[] {
  return ENTRY_TAGS.flatMap(([field, tag]) => {
    const value = entry[field];
    if (value === undefined) return [];
    assertLength(field, value, 0, MAX_ENTRY_BYTES);
    return [encodeTlv(tag, value)];
  });
}
