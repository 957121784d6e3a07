// Programming OTP slots: what a write, an update and a swap make of the two slots (HID document,
// A4; masks of an update from ykcore's ykdef.h).

import { sameBytes } from "../../../core/wire/bytes.ts";
import {
  ACCESS_CODE_BYTES,
  CONFIG_FLAGS,
  decodeSlotConfig,
  EXTENDED_FLAGS,
  SLOT_CONFIG_BYTES,
  type SlotConfig,
  slotInitialCounter,
  slotPurpose,
  TICKET_FLAGS,
} from "../../../core/wire/hid-otp.ts";
import type { OtpSlot, OtpSlotPair } from "./store.ts";

/** A slot by its number in commands. */
export type SlotNumber = 1 | 2;

/** The slots after a command, or that it is rejected. */
export type ProgramResult =
  | { readonly kind: "programmed"; readonly slots: OtpSlotPair }
  | { readonly kind: "rejected"; readonly reason: "access-code" | "syntax" };

/** Ticket flags that an update may change: how a code is typed. */
const TICKET_UPDATE_MASK =
  TICKET_FLAGS.tabFirst |
  TICKET_FLAGS.appendTab1 |
  TICKET_FLAGS.appendTab2 |
  TICKET_FLAGS.appendDelay1 |
  TICKET_FLAGS.appendDelay2 |
  TICKET_FLAGS.appendEnter;
/** Configuration flags that an update may change: pacing. Other meanings share their bits. */
const CONFIG_UPDATE_MASK = 0x0c;

/**
 * Writes a slot: a configuration of 52 bytes and the slot's present access code behind it. Zeros
 * delete it. Slots for Yubico OTP and its challenges are not emulated, and rejected.
 */
export function writeSlot(
  slots: OtpSlotPair,
  number: SlotNumber,
  payload: Uint8Array,
): ProgramResult {
  if (!opens(slots[number - 1], accessCodeOf(payload))) return rejected("access-code");
  const result = decodeSlotConfig(payload.subarray(0, SLOT_CONFIG_BYTES));
  switch (result.kind) {
    case "malformed":
      return rejected("syntax");
    case "empty":
      return programmed(slots, number, undefined);
    case "config": {
      const purpose = slotPurpose(result.config);
      if (purpose !== "hotp" && purpose !== "hmac-challenge") return rejected("syntax");
      const counter = purpose === "hotp" ? BigInt(slotInitialCounter(result.config)) : 0n;
      return programmed(slots, number, { config: result.config, counter });
    }
  }
}

/** Updates the flags of a slot that allows it; secret, prefix and counter stay. */
export function updateSlot(
  slots: OtpSlotPair,
  number: SlotNumber,
  payload: Uint8Array,
): ProgramResult {
  const slot = slots[number - 1];
  if (!opens(slot, accessCodeOf(payload))) return rejected("access-code");
  const result = decodeSlotConfig(payload.subarray(0, SLOT_CONFIG_BYTES));
  const isAllowed = ((slot?.config.extendedFlags ?? 0) & EXTENDED_FLAGS.allowUpdate) !== 0;
  if (slot === undefined || !isAllowed || result.kind !== "config") return rejected("syntax");
  return programmed(slots, number, { ...slot, config: updated(slot.config, result.config) });
}

/** Swaps the slots; an access code of either must be the one sent. */
export function swapSlots(slots: OtpSlotPair, payload: Uint8Array): ProgramResult {
  const accessCode = accessCodeOf(payload);
  if (!slots.every((slot) => opens(slot, accessCode))) return rejected("access-code");
  return { kind: "programmed", slots: [slots[1], slots[0]] };
}

function updated(old: SlotConfig, update: SlotConfig): SlotConfig {
  // The bits of pacing mean other things in a challenge slot, and are not pacing there.
  const configMask = slotPurpose(old) === "hotp" ? CONFIG_UPDATE_MASK : CONFIG_FLAGS.challengeTouch;
  return {
    ...old,
    accessCode: update.accessCode,
    extendedFlags: update.extendedFlags,
    ticketFlags: masked(old.ticketFlags, update.ticketFlags, TICKET_UPDATE_MASK),
    configFlags: masked(old.configFlags, update.configFlags, configMask),
  };
}

function masked(old: number, update: number, mask: number): number {
  return (old & ~mask) | (update & mask);
}

function opens(slot: OtpSlot | undefined, accessCode: Uint8Array): boolean {
  const wanted = slot?.config.accessCode;
  if (wanted === undefined || wanted.every((byte) => byte === 0)) return true;
  return sameBytes(wanted, accessCode);
}

function accessCodeOf(payload: Uint8Array): Uint8Array {
  return payload.subarray(SLOT_CONFIG_BYTES, SLOT_CONFIG_BYTES + ACCESS_CODE_BYTES);
}

function programmed(
  slots: OtpSlotPair,
  number: SlotNumber,
  slot: OtpSlot | undefined,
): ProgramResult {
  return { kind: "programmed", slots: number === 1 ? [slot, slots[1]] : [slots[0], slot] };
}

function rejected(reason: "access-code" | "syntax"): ProgramResult {
  return { kind: "rejected", reason };
}
