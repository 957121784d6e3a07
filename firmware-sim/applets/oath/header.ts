// What an OATH applet keeps besides its credentials: device id, access key, generation. One record,
// so that RESET is one write: credentials of an older generation are gone with it.
//
//   0      version, 1        5..12  device id
//   1..4   generation        13     type byte of the access key; 0: there is none
//                            14..   access key

import { viewOf } from "../../../core/wire/bytes.ts";
import { ACCESS_CHALLENGE_BYTES } from "../../../core/wire/ykoath.ts";

const VERSION = 1;
const KEY_AT = 14;
/** Longest access key, bytes. */
const MAX_KEY_BYTES = 64;

/** An access key as SET CODE stored it. */
export interface AccessKey {
  /** Type and algorithm byte as sent, not 0; the low nibble names the hash. */
  readonly keyType: number;
  readonly key: Uint8Array;
}

/** The applet's own record. */
export interface OathHeader {
  readonly generation: number;
  /** 8 bytes: salt of the access key. */
  readonly deviceId: Uint8Array;
  readonly accessKey?: AccessKey;
}

/** The record of a header. */
export function encodeOathHeader({ generation, deviceId, accessKey }: OathHeader): Uint8Array {
  const bytes = new Uint8Array(KEY_AT + (accessKey?.key.length ?? 0));
  bytes[0] = VERSION;
  viewOf(bytes).setUint32(1, generation);
  bytes.set(deviceId, 5);
  if (accessKey !== undefined) {
    bytes[KEY_AT - 1] = accessKey.keyType;
    bytes.set(accessKey.key, KEY_AT);
  }
  return bytes;
}

/** Reads a record. @throws {RangeError} when it is none that encodeOathHeader makes */
export function decodeOathHeader(bytes: Uint8Array): OathHeader {
  const keyBytes = bytes.length - KEY_AT;
  if (bytes[0] !== VERSION || keyBytes < 0 || keyBytes > MAX_KEY_BYTES) {
    throw new RangeError("a record in the token's memory is no OATH applet's");
  }
  const keyType = bytes[KEY_AT - 1] ?? 0;
  const header = {
    generation: viewOf(bytes).getUint32(1),
    deviceId: bytes.slice(5, 5 + ACCESS_CHALLENGE_BYTES),
  };
  return keyType === 0 ? header : { ...header, accessKey: { keyType, key: bytes.slice(KEY_AT) } };
}
