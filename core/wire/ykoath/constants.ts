// Names and numbers of the YKOATH applet (YKOATH document, sections 1, 3 and 4).

import type { HashAlgorithm } from "../../oath/parameters.ts";

/** AID of the OATH applet; a NEO instance has one byte more, so cards match it as a prefix. */
export const YKOATH_AID: Uint8Array = Uint8Array.of(0xa0, 0, 0, 0x05, 0x27, 0x21, 0x01);
/** AID of the management applet. */
export const MANAGEMENT_AID: Uint8Array = Uint8Array.of(0xa0, 0, 0, 0x05, 0x27, 0x47, 0x11, 0x17);
/** AID of the OTP applet: challenge-response slots over CCID. */
export const OTP_AID: Uint8Array = Uint8Array.of(0xa0, 0, 0, 0x05, 0x27, 0x20, 0x01);

/** Instructions with CLA 00. SELECT and CALCULATE ALL share one: P1 is 04 in a SELECT. */
export const YKOATH_INS = {
  put: 0x01,
  delete: 0x02,
  setCode: 0x03,
  reset: 0x04,
  rename: 0x05,
  list: 0xa1,
  calculate: 0xa2,
  validate: 0xa3,
  select: 0xa4,
  calculateAll: 0xa4,
  sendRemaining: 0xa5,
} as const;

/** GET RESPONSE: asks for the next part of a response of every applet but OATH. */
export const INS_GET_RESPONSE = 0xc0;

/** Tags of YKOATH. Property (78) is followed by one value byte, with no length. */
export const YKOATH_TAGS = {
  name: 0x71,
  nameList: 0x72,
  key: 0x73,
  challenge: 0x74,
  fullResponse: 0x75,
  truncatedResponse: 0x76,
  hotpPlaceholder: 0x77,
  property: 0x78,
  version: 0x79,
  initialMovingFactor: 0x7a,
  keyAlgorithm: 0x7b,
  touchPlaceholder: 0x7c,
  /** Nitrokey 3: the PIN, and the one it is changed to. */
  pin: 0x80,
  newPin: 0x81,
  /** Nitrokey 3: tries left of the PIN. */
  pinTries: 0x82,
  /** Nitrokey 3: fields of a password entry. */
  login: 0x83,
  password: 0x84,
  metadata: 0x85,
  /** Nitrokey 3: serial number, 4 bytes. */
  serial: 0x8f,
} as const;

/** Property bit 0: the card refuses a smaller challenge than the last. */
export const PROPERTY_ONLY_INCREASING = 0x01;
/** Property bit 1: the card calculates after a touch only. */
export const PROPERTY_REQUIRE_TOUCH = 0x02;
/** Property bit 2, Nitrokey 3: it is there only while the PIN is proven. */
export const PROPERTY_PIN_ENCRYPTED = 0x04;

/** Longest credential id, bytes of UTF-8. */
export const MAX_NAME_BYTES = 64;
/** Longest challenge. */
export const MAX_CHALLENGE_BYTES = 64;
/** Device id ("salt") and challenges of the access key, bytes. */
export const ACCESS_CHALLENGE_BYTES = 8;
/** Largest initial moving factor of a HOTP credential: 4 bytes. */
export const MAX_INITIAL_MOVING_FACTOR = 0xffff_ffff;

/** HOTP or TOTP. */
export type CredentialType = "hotp" | "totp";

/** What cards store: on a Nitrokey 3 also codes to be verified there, and keys of an HMAC slot. */
export type CardCredentialType = CredentialType | "reverse-hotp" | "hmac";

/** The byte of type (high nibble) and hash (low nibble), taken apart. */
export interface TypeAndAlgorithm {
  readonly type: CredentialType;
  readonly algorithm: HashAlgorithm;
}

/** The same for everything that cards store. */
export interface CardTypeAndAlgorithm {
  readonly type: CardCredentialType;
  readonly algorithm: HashAlgorithm;
}

const TYPE_NIBBLES: Readonly<Record<CardCredentialType, number>> = {
  hotp: 1,
  totp: 2,
  "reverse-hotp": 3,
  hmac: 4,
};
const TYPES = Object.keys(TYPE_NIBBLES) as readonly CardCredentialType[];
const ALGORITHM_NIBBLES: Readonly<Record<HashAlgorithm, number>> = {
  SHA1: 1,
  SHA256: 2,
  SHA512: 3,
};

/** The type and algorithm byte: 0x21 is TOTP with SHA-1, 0x11 HOTP with SHA-1. */
export function typeByteOf({ type, algorithm }: CardTypeAndAlgorithm): number {
  return (TYPE_NIBBLES[type] << 4) | ALGORITHM_NIBBLES[algorithm];
}

/** Takes the byte apart; undefined for values this document does not know (vendors' types). */
export function parseTypeByte(byte: number): TypeAndAlgorithm | undefined {
  const { type, algorithm } = parseCardTypeByte(byte) ?? {};
  if (algorithm === undefined || (type !== "hotp" && type !== "totp")) return undefined;
  return { type, algorithm };
}

/** The same with a Nitrokey 3's types. */
export function parseCardTypeByte(byte: number): CardTypeAndAlgorithm | undefined {
  const algorithm = algorithmOfNibble(byte & 0x0f);
  const type = TYPES.find((each) => TYPE_NIBBLES[each] === byte >> 4);
  return type === undefined || algorithm === undefined ? undefined : { type, algorithm };
}

/** The hash of a low nibble: 1 SHA1, 2 SHA256, 3 SHA512; undefined for others. */
export function algorithmOfNibble(nibble: number): HashAlgorithm | undefined {
  switch (nibble) {
    case 1:
      return "SHA1";
    case 2:
      return "SHA256";
    case 3:
      return "SHA512";
    default:
      return undefined;
  }
}
