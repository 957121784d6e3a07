// The OTP slots of a token: what each command does, whether it came in HID frames or to the OTP
// applet (HID document, A3 to A5).

import { copyBytes, viewOf } from "../../../core/wire/bytes.ts";
import {
  CONFIG_FLAGS,
  OTP_COMMANDS,
  OTP_PAYLOAD_BYTES,
  OTP_TOUCH_LEVEL,
  type OtpCommand,
  type OtpStatus,
  slotPurpose,
  slotSecret,
  stripHmacPadding,
} from "../../../core/wire/hid-otp.ts";
import { hmac } from "../../hmac.ts";
import type { FirmwareVersion } from "../smart-profile.ts";
import {
  type ProgramResult,
  type SlotNumber,
  swapSlots,
  updateSlot,
  writeSlot,
} from "./program.ts";
import type { OtpSlot, OtpSlotPair, OtpStore } from "./store.ts";
import { typedReports } from "./typed-code.ts";

/** What a command comes to. */
export type OtpOutcome =
  | { readonly kind: "data"; readonly data: Uint8Array }
  /** A slot was programmed: the status tells, its sequence having moved on. */
  | { readonly kind: "status" }
  | { readonly kind: "rejected"; readonly reason: "access-code" | "syntax" | "unknown" }
  /** Wants a touch first; `act` gives the data after it. */
  | { readonly kind: "touch"; readonly act: () => Uint8Array };

/** @see OtpSlots */
export interface OtpSlotsOptions {
  readonly store: OtpStore;
  readonly version: FirmwareVersion;
  readonly serial: number;
  /** One page of device information, length byte first; absent: the command is unknown. */
  readonly deviceInfo?: Uint8Array;
}

/** Two slots, behind a keyboard and an applet. */
export class OtpSlots {
  readonly #store: OtpStore;
  readonly #version: FirmwareVersion;
  readonly #serial: Uint8Array = new Uint8Array(4);
  readonly #deviceInfo: Uint8Array | undefined;

  constructor({ store, version, serial, deviceInfo }: OtpSlotsOptions) {
    this.#store = store;
    this.#version = version;
    this.#deviceInfo = deviceInfo;
    viewOf(this.#serial).setUint32(0, serial);
  }

  status(): OtpStatus {
    const [major, minor, build] = this.#version;
    const level = OTP_TOUCH_LEVEL;
    const [first, second] = this.#store.slots;
    const touchLevel =
      levelOf(first, level.slot1Valid, level.slot1Touch) |
      levelOf(second, level.slot2Valid, level.slot2Touch);
    return { major, minor, build, sequence: this.#store.sequence, touchLevel };
  }

  /** Executes a command; its payload may be shorter than 64 bytes. @throws {PowerFailure} */
  execute(command: OtpCommand): OtpOutcome {
    const payload = copyBytes(command.payload, OTP_PAYLOAD_BYTES);
    const { slots } = this.#store;
    switch (command.slot) {
      case OTP_COMMANDS.writeSlot1:
        return this.#program(writeSlot(slots, 1, payload));
      case OTP_COMMANDS.writeSlot2:
        return this.#program(writeSlot(slots, 2, payload));
      case OTP_COMMANDS.updateSlot1:
        return this.#program(updateSlot(slots, 1, payload));
      case OTP_COMMANDS.updateSlot2:
        return this.#program(updateSlot(slots, 2, payload));
      case OTP_COMMANDS.swapSlots:
        return this.#program(swapSlots(slots, payload));
      case OTP_COMMANDS.serialNumber:
        return { kind: "data", data: this.#serial };
      case OTP_COMMANDS.deviceInfo:
        return this.#info(payload[0] ?? 0);
      case OTP_COMMANDS.hmac1:
        return hmacOutcome(slots[0], payload);
      case OTP_COMMANDS.hmac2:
        return hmacOutcome(slots[1], payload);
      default:
        return { kind: "rejected", reason: "unknown" };
    }
  }

  /**
   * The keyboard reports of a touch: the next code of a HOTP slot, nothing of others. The counter
   * is past this code in memory before the code is typed.
   *
   * @throws {PowerFailure}
   */
  type(number: SlotNumber): readonly Uint8Array[] {
    const { slots } = this.#store;
    const slot = slots[number - 1];
    if (slot === undefined || slotPurpose(slot.config) !== "hotp") return [];
    const next: OtpSlot = { ...slot, counter: BigInt.asUintN(64, slot.counter + 1n) };
    const advanced: OtpSlotPair = number === 1 ? [next, slots[1]] : [slots[0], next];
    this.#store.advance(advanced);
    return typedReports(slot.config, slot.counter);
  }

  #program(result: ProgramResult): OtpOutcome {
    if (result.kind === "rejected") return result;
    this.#store.program(result.slots);
    return { kind: "status" };
  }

  #info(page: number): OtpOutcome {
    if (this.#deviceInfo === undefined) return { kind: "rejected", reason: "unknown" };
    if (page !== 0) return { kind: "rejected", reason: "syntax" };
    return { kind: "data", data: this.#deviceInfo };
  }
}

/** The answer to a HMAC-SHA1 challenge; slots of variable length leave the padding out. */
function hmacOutcome(slot: OtpSlot | undefined, payload: Uint8Array): OtpOutcome {
  if (slot === undefined || slotPurpose(slot.config) !== "hmac-challenge") {
    return { kind: "rejected", reason: "syntax" };
  }
  const { configFlags } = slot.config;
  const isVariable = (configFlags & CONFIG_FLAGS.hmacShorterThan64) !== 0;
  const challenge = isVariable ? stripHmacPadding(payload) : payload;
  const act = (): Uint8Array => hmac("SHA1", slotSecret(slot.config), challenge);
  if ((configFlags & CONFIG_FLAGS.challengeTouch) !== 0) return { kind: "touch", act };
  return { kind: "data", data: act() };
}

/** A slot that types needs a touch by its nature. */
function levelOf(slot: OtpSlot | undefined, valid: number, touch: number): number {
  if (slot === undefined) return 0;
  const isTyped = slotPurpose(slot.config) === "hotp";
  const isTouched = isTyped || (slot.config.configFlags & CONFIG_FLAGS.challengeTouch) !== 0;
  return isTouched ? valid | touch : valid;
}
