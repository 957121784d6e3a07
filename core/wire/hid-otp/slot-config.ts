// The 52-byte configuration of a slot (HID document, A4, A5; layout and flags from ykcore's
// ykdef.h). Writing a slot sends it with the slot's present access code of 6 bytes after it.

import {
  assertLength,
  assertWhole,
  concatBytes,
  copyBytes,
  type Malformed,
  malformed,
} from "../bytes.ts";
import { CRC16_RESIDUE, crc16 } from "../crc.ts";

/** Bytes of a configuration. */
export const SLOT_CONFIG_BYTES = 52;
/** Bytes of an access code. */
export const ACCESS_CODE_BYTES = 6;
const FIXED_BYTES = 16;
const UID_BYTES = 6;
const KEY_BYTES = 16;
/** Secret of HMAC-SHA1 and OATH-HOTP slots: key, and the first four bytes of uid. */
export const SLOT_SECRET_BYTES = 20;

/** Ticket flags. 0x40 means HOTP, or challenge-response when a CHAL flag is set as well. */
export const TICKET_FLAGS = {
  tabFirst: 0x01,
  appendTab1: 0x02,
  appendTab2: 0x04,
  appendDelay1: 0x08,
  appendDelay2: 0x10,
  appendEnter: 0x20,
  oathHotp: 0x40,
  challengeResponse: 0x40,
  protectSlot2: 0x80,
} as const;

/** Configuration flags; their meaning depends on the ticket flags. */
export const CONFIG_FLAGS = {
  hotp8Digits: 0x02,
  hotpFixedModhex1: 0x10,
  hotpFixedModhex2: 0x40,
  hotpFixedModhex: 0x50,
  challengeYubico: 0x20,
  challengeHmac: 0x22,
  hmacShorterThan64: 0x04,
  challengeTouch: 0x08,
} as const;

/** Extended flags. */
export const EXTENDED_FLAGS = {
  serialOnButton: 0x01,
  serialOverUsb: 0x02,
  serialOverApi: 0x04,
  numericKeypad: 0x08,
  fastTrigger: 0x10,
  allowUpdate: 0x20,
  dormant: 0x40,
} as const;

/** A slot's configuration. All zeros delete the slot. */
export interface SlotConfig {
  /** Public part, 0 to 16 bytes: typed in front of a code. */
  readonly fixed: Uint8Array;
  /** 6 bytes. */
  readonly uid: Uint8Array;
  /** 16 bytes. */
  readonly key: Uint8Array;
  /** New access code, 6 bytes; zeros are none. */
  readonly accessCode: Uint8Array;
  readonly extendedFlags: number;
  readonly ticketFlags: number;
  readonly configFlags: number;
}

/** The 52 bytes of a configuration, complemented CRC at the end. @throws {RangeError} */
export function encodeSlotConfig(config: SlotConfig): Uint8Array {
  const { fixed, uid, key, accessCode, extendedFlags, ticketFlags, configFlags } = config;
  assertLength("fixed", fixed, 0, FIXED_BYTES);
  assertLength("uid", uid, UID_BYTES, UID_BYTES);
  assertLength("key", key, KEY_BYTES, KEY_BYTES);
  assertLength("accessCode", accessCode, ACCESS_CODE_BYTES, ACCESS_CODE_BYTES);
  for (const [name, value] of Object.entries({ extendedFlags, ticketFlags, configFlags })) {
    assertWhole(name, value, 0, 0xff);
  }
  const flags = Uint8Array.of(fixed.length, extendedFlags, ticketFlags, configFlags, 0, 0);
  const body = concatBytes([copyBytes(fixed, FIXED_BYTES), uid, key, accessCode, flags]);
  const crc = ~crc16(body) & 0xffff;
  return concatBytes([body, Uint8Array.of(crc & 0xff, crc >> 8)]);
}

/** A configuration; "empty" (52 zeros) deletes the slot. */
export type SlotConfigResult =
  | { readonly kind: "config"; readonly config: SlotConfig }
  | { readonly kind: "empty" }
  | Malformed;

/** Reads a configuration of 52 bytes; its byte arrays are copies. */
export function decodeSlotConfig(bytes: Uint8Array): SlotConfigResult {
  if (bytes.length !== SLOT_CONFIG_BYTES) return malformed("a configuration is 52 bytes");
  if (bytes.every((byte) => byte === 0)) return { kind: "empty" };
  if (crc16(bytes) !== CRC16_RESIDUE) return malformed("CRC of the configuration is wrong");
  const [fixedBytes = 0, extendedFlags = 0, ticketFlags = 0, configFlags = 0] = bytes.subarray(44);
  if (fixedBytes > FIXED_BYTES) return malformed("fixedSize must be 0 to 16");
  const config: SlotConfig = {
    fixed: copyBytes(bytes.subarray(0, fixedBytes)),
    uid: copyBytes(bytes.subarray(16, 22)),
    key: copyBytes(bytes.subarray(22, 38)),
    accessCode: copyBytes(bytes.subarray(38, 44)),
    extendedFlags,
    ticketFlags,
    configFlags,
  };
  return { kind: "config", config };
}

/** What a slot is for. */
export type SlotPurpose = "yubico-otp" | "hotp" | "hmac-challenge" | "yubico-challenge";

/** Reads the purpose from the flags. */
export function slotPurpose(config: Pick<SlotConfig, "ticketFlags" | "configFlags">): SlotPurpose {
  if ((config.ticketFlags & TICKET_FLAGS.challengeResponse) === 0) return "yubico-otp";
  const challenge = config.configFlags & CONFIG_FLAGS.challengeHmac;
  if (challenge === CONFIG_FLAGS.challengeHmac) return "hmac-challenge";
  return challenge === CONFIG_FLAGS.challengeYubico ? "yubico-challenge" : "hotp";
}

/** The 20-byte secret of a HMAC or HOTP slot: key, then the first four bytes of uid. */
export function slotSecret(config: Pick<SlotConfig, "key" | "uid">): Uint8Array {
  return concatBytes([config.key, config.uid.subarray(0, SLOT_SECRET_BYTES - KEY_BYTES)]);
}

/**
 * Where a secret of at most 20 bytes and the first counter of a HOTP slot go. The counter is kept
 * in sixteenths, in the last two bytes of uid, big-endian (from yubikit; unverified here).
 *
 * @throws {RangeError} when the secret is longer than 20 bytes, or the counter no multiple of 16
 *   below 2^20
 */
export function slotSecretFields(
  secret: Uint8Array,
  initialCounter = 0,
): Pick<SlotConfig, "key" | "uid"> {
  assertLength("secret", secret, 1, SLOT_SECRET_BYTES);
  assertWhole("initialCounter / 16", initialCounter / 16, 0, 0xffff);
  const padded = copyBytes(secret, SLOT_SECRET_BYTES);
  const sixteenths = initialCounter / 16;
  const counter = Uint8Array.of(sixteenths >> 8, sixteenths & 0xff);
  return {
    key: padded.subarray(0, KEY_BYTES),
    uid: concatBytes([padded.subarray(KEY_BYTES), counter]),
  };
}

/** The first counter of a HOTP slot, as slotSecretFields stores it. */
export function slotInitialCounter({ uid }: Pick<SlotConfig, "uid">): number {
  return 16 * (((uid[4] ?? 0) << 8) | (uid[5] ?? 0));
}
