// The memory of a Nitrokey Pro: PINs and settings in slot 0, then its OTP slots, one record each.

import { copyBytes, viewOf } from "../../../core/wire/bytes.ts";
import { NITROKEY_PASSWORD_BYTES, NITROKEY_SLOTS } from "../../../core/wire/hid-reports.ts";
import type { MemoryRegion } from "../../memory-region.ts";

const VERSION = 1;
const SETTINGS_BYTES = 1 + 2 * (NITROKEY_PASSWORD_BYTES + 1) + 5 + 4;
const SLOT_HEAD_BYTES = 38;
const SECRET_BYTES = 40;

/** HOTP slots with the reserved one, and TOTP slots. */
const HOTP_SLOTS = NITROKEY_SLOTS.reservedHotp - NITROKEY_SLOTS.firstHotp + 1;
const TOTP_SLOTS = NITROKEY_SLOTS.lastTotp - NITROKEY_SLOTS.firstTotp + 1;
/** Slots of memory that a NitrokeyStore needs. */
export const NITROKEY_MEMORY_SLOTS: number = 1 + HOTP_SLOTS + TOTP_SLOTS;

/** Tries of a PIN before it is blocked. */
export const MAX_PIN_TRIES = 3;

/** A PIN and what is left of its tries. */
export interface NitrokeyPin {
  /** 25 bytes, zero-padded. */
  readonly pin: Uint8Array;
  readonly triesLeft: number;
}

/** What is not in a slot. */
export interface NitrokeySettings {
  readonly admin: NitrokeyPin;
  readonly user: NitrokeyPin;
  /** Numlock, capslock, scrolllock slot, user PIN required, delete password; 5 bytes. */
  readonly generalConfig: Uint8Array;
  /** The latest time it was set to, minutes since 2014-01-01T00:00Z; 0: never. */
  readonly latestMinutes: number;
}

/** An OTP slot that is programmed. */
export interface NitrokeySlot {
  /** At most 15 bytes of UTF-8. */
  readonly name: string;
  /** NITROKEY_SLOT_FLAGS. */
  readonly config: number;
  /** At most 13 bytes of UTF-8. */
  readonly tokenId: string;
  /** HOTP: the next counter. TOTP: the interval, seconds. */
  readonly counterOrInterval: bigint;
  /** 40 bytes, zero-padded: zeros at the end do not change a HMAC. */
  readonly secret: Uint8Array;
}

/** What a new token has: user PIN 123456, admin PIN 12345678, no slot for the lock keys. */
const FACTORY_SETTINGS: NitrokeySettings = {
  admin: { pin: pinOf("12345678"), triesLeft: MAX_PIN_TRIES },
  user: { pin: pinOf("123456"), triesLeft: MAX_PIN_TRIES },
  generalConfig: Uint8Array.of(0xff, 0xff, 0xff, 0, 0),
  latestMinutes: 0,
};

/** Settings and slots in non-volatile memory; each change is one write. */
export class NitrokeyStore {
  readonly #region: MemoryRegion;
  #settings: NitrokeySettings = FACTORY_SETTINGS;

  /** @throws {RangeError} when a record in memory is none of a Nitrokey Pro */
  constructor(region: MemoryRegion) {
    this.#region = region;
    this.load();
  }

  /** Reads memory again: power was off. @throws {RangeError} as the constructor */
  load(): void {
    const record = this.#region.read(0);
    this.#settings = record === undefined ? FACTORY_SETTINGS : decodeSettings(record);
    for (let slot = 1; slot < this.#region.slots; slot++) this.#read(slot);
  }

  get settings(): NitrokeySettings {
    return this.#settings;
  }

  /** @throws {PowerFailure} */
  change(change: Partial<NitrokeySettings>): void {
    const settings = { ...this.#settings, ...change };
    this.#region.write(0, encodeSettings(settings));
    this.#settings = settings;
  }

  /** Of a slot that isSlotNumber knows; undefined when it is not programmed. */
  slot(number: number): NitrokeySlot | undefined {
    return this.#read(memorySlotOf(number));
  }

  /** @throws {PowerFailure} */
  writeSlot(number: number, slot: NitrokeySlot): void {
    this.#region.write(memorySlotOf(number), encodeSlot(slot));
  }

  /** @throws {PowerFailure} */
  eraseSlot(number: number): void {
    this.#region.erase(memorySlotOf(number));
  }

  #read(slot: number): NitrokeySlot | undefined {
    const record = this.#region.read(slot);
    return record === undefined ? undefined : decodeSlot(record);
  }
}

/** Whether a slot counts or keeps time; undefined when there is no such slot. */
export function slotKindOf(number: number): "hotp" | "totp" | undefined {
  const { firstHotp, reservedHotp, firstTotp, lastTotp } = NITROKEY_SLOTS;
  if (number >= firstHotp && number <= reservedHotp) return "hotp";
  return number >= firstTotp && number <= lastTotp ? "totp" : undefined;
}

function memorySlotOf(number: number): number {
  const { firstHotp, firstTotp } = NITROKEY_SLOTS;
  return slotKindOf(number) === "hotp"
    ? 1 + number - firstHotp
    : 1 + HOTP_SLOTS + number - firstTotp;
}

function pinOf(text: string): Uint8Array {
  return copyBytes(new TextEncoder().encode(text), NITROKEY_PASSWORD_BYTES);
}

function encodeSettings({ admin, user, generalConfig, latestMinutes }: NitrokeySettings) {
  const bytes = new Uint8Array(SETTINGS_BYTES);
  const userAt = 2 + NITROKEY_PASSWORD_BYTES;
  bytes.set([VERSION, admin.triesLeft]);
  bytes.set(admin.pin, 2);
  bytes[userAt] = user.triesLeft;
  bytes.set(user.pin, userAt + 1);
  bytes.set(generalConfig, SETTINGS_BYTES - 9);
  viewOf(bytes).setUint32(SETTINGS_BYTES - 4, latestMinutes);
  return bytes;
}

function decodeSettings(bytes: Uint8Array): NitrokeySettings {
  if (bytes.length !== SETTINGS_BYTES || bytes[0] !== VERSION) throw unreadable();
  const userAt = 2 + NITROKEY_PASSWORD_BYTES;
  return {
    admin: { triesLeft: bytes[1] ?? 0, pin: bytes.slice(2, userAt) },
    user: {
      triesLeft: bytes[userAt] ?? 0,
      pin: bytes.slice(userAt + 1, userAt + 1 + NITROKEY_PASSWORD_BYTES),
    },
    generalConfig: bytes.slice(SETTINGS_BYTES - 9, SETTINGS_BYTES - 4),
    latestMinutes: viewOf(bytes).getUint32(SETTINGS_BYTES - 4),
  };
}

/** Version, config, name (15), token id (13), counter or interval (8), secret (40). */
function encodeSlot({ name, config, tokenId, counterOrInterval, secret }: NitrokeySlot) {
  const bytes = new Uint8Array(SLOT_HEAD_BYTES + SECRET_BYTES);
  bytes.set([VERSION, config]);
  bytes.set(Buffer.from(name, "utf8"), 2);
  bytes.set(Buffer.from(tokenId, "utf8"), 17);
  viewOf(bytes).setBigUint64(30, counterOrInterval);
  bytes.set(secret, SLOT_HEAD_BYTES);
  return bytes;
}

function decodeSlot(bytes: Uint8Array): NitrokeySlot {
  if (bytes.length !== SLOT_HEAD_BYTES + SECRET_BYTES || bytes[0] !== VERSION) throw unreadable();
  return {
    config: bytes[1] ?? 0,
    name: textOf(bytes.subarray(2, 17)),
    tokenId: textOf(bytes.subarray(17, 30)),
    counterOrInterval: viewOf(bytes).getBigUint64(30),
    secret: bytes.slice(SLOT_HEAD_BYTES),
  };
}

function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString("utf8");
}

function unreadable(): RangeError {
  return new RangeError("a record in the token's memory is none of a Nitrokey Pro");
}
