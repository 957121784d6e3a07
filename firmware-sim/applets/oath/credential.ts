// An OATH credential of a card, and its record in non-volatile memory.
//
//   0       version, 1                   8..15   next counter (HOTP)
//   1       type and algorithm           16..19  generation of the applet it belongs to
//   2       digits                       20..21  length of the last challenge, bytes
//   3       PROPERTY_ bits               22..23  length of the name
//   4       1: unreadable, else 0        24..    last challenge, name, secret, password entry
//   5..6    length of the password entry
//   7       0
//
// Numbers are big-endian. A password entry is its objects 83, 84 and 85.

import { viewOf } from "../../../core/wire/bytes.ts";
import {
  type CardTypeAndAlgorithm,
  decodePasswordEntry,
  encodePasswordEntry,
  type PasswordEntry,
  PROPERTY_ONLY_INCREASING,
  PROPERTY_PIN_ENCRYPTED,
  PROPERTY_REQUIRE_TOUCH,
  parseCardTypeByte,
  typeByteOf,
} from "../../../core/wire/ykoath.ts";

const VERSION = 1;
const HEADER_BYTES = 24;

/** A credential. */
export interface CardCredential extends CardTypeAndAlgorithm {
  /** As the host sent it: compared byte by byte. */
  readonly name: Uint8Array;
  readonly secret: Uint8Array;
  readonly digits: number;
  /** PROPERTY_ bits. */
  readonly property: number;
  /** Next counter of a HOTP credential, also a reverse one; else 0. */
  readonly counter: bigint;
  /** Of an only-increasing credential: the last challenge it took; empty when there was none. */
  readonly lastChallenge: Uint8Array;
  /** Its memory cannot be read any more: calculating answers 6581. */
  readonly isDamaged: boolean;
  /** Nitrokey 3: what it has of a password entry. */
  readonly entry?: PasswordEntry;
}

/** Of one that is there only with a PIN, the PIN is enough. */
export function needsTouch({ property }: Pick<CardCredential, "property">): boolean {
  const isPinned = (property & PROPERTY_PIN_ENCRYPTED) !== 0;
  return !isPinned && (property & PROPERTY_REQUIRE_TOUCH) !== 0;
}

export function isOnlyIncreasing({ property }: Pick<CardCredential, "property">): boolean {
  return (property & PROPERTY_ONLY_INCREASING) !== 0;
}

/** The record of a credential of the applet's `generation`. */
export function encodeCardCredential(credential: CardCredential, generation: number): Uint8Array {
  const { name, secret, digits, property, counter, lastChallenge, isDamaged } = credential;
  const entry = encodePasswordEntry(credential.entry ?? {});
  const nameAt = HEADER_BYTES + lastChallenge.length;
  const bytes = new Uint8Array(nameAt + name.length + secret.length + entry.length);
  const view = viewOf(bytes);
  bytes.set([VERSION, typeByteOf(credential), digits, property, isDamaged ? 1 : 0]);
  view.setUint16(5, entry.length);
  view.setBigUint64(8, counter);
  view.setUint32(16, generation);
  view.setUint16(20, lastChallenge.length);
  view.setUint16(22, name.length);
  bytes.set(lastChallenge, HEADER_BYTES);
  bytes.set(name, nameAt);
  bytes.set(secret, nameAt + name.length);
  bytes.set(entry, nameAt + name.length + secret.length);
  return bytes;
}

/** A record taken apart. */
export interface DecodedCredential {
  readonly credential: CardCredential;
  readonly generation: number;
}

/** Reads a record. @throws {RangeError} when it is none that encodeCardCredential makes */
export function decodeCardCredential(bytes: Uint8Array): DecodedCredential {
  if (bytes.length < HEADER_BYTES || bytes[0] !== VERSION) throw unreadable();
  const view = viewOf(bytes);
  const types = parseCardTypeByte(bytes[1] ?? 0);
  const entryAt = bytes.length - view.getUint16(5);
  const nameAt = HEADER_BYTES + view.getUint16(20);
  const secretAt = nameAt + view.getUint16(22);
  if (types === undefined || secretAt === nameAt || secretAt >= entryAt) throw unreadable();
  const entry = decodePasswordEntry(bytes.subarray(entryAt));
  if (entry === undefined) throw unreadable();
  const credential: CardCredential = {
    ...types,
    digits: bytes[2] ?? 0,
    property: bytes[3] ?? 0,
    isDamaged: bytes[4] === 1,
    counter: view.getBigUint64(8),
    lastChallenge: bytes.slice(HEADER_BYTES, nameAt),
    name: bytes.slice(nameAt, secretAt),
    secret: bytes.slice(secretAt, entryAt),
    ...(entryAt === bytes.length ? {} : { entry }),
  };
  return { credential, generation: view.getUint32(16) };
}

function unreadable(): RangeError {
  return new RangeError("a record in the token's memory is no OATH credential");
}
