// Codes and time of a Nitrokey Pro (HID document, B2): TOTP from its own clock, whatever challenge
// the host sends; HOTP from the stored counter; the verification of a code of the reserved slot.

import {
  encodeNitrokeyCodeAnswer,
  encodeNitrokeyVerifyAnswer,
  NITROKEY_SLOT_FLAGS,
  NITROKEY_SLOTS,
  NITROKEY_STATUS,
  type NitrokeyCommand,
} from "../../../core/wire/hid-reports.ts";
import { hotpCode } from "../../hotp.ts";
import type { TokenClock } from "../../token-clock.ts";
import { type NitrokeySlot, type NitrokeyStore, slotKindOf } from "./store.ts";

/** A status and, where there is one, what is told. */
export interface NitrokeyAnswer {
  /** NITROKEY_STATUS. */
  readonly status: number;
  /** At most 53 bytes. */
  readonly payload?: Uint8Array;
}

/** 2014-01-01T00:00:00Z: the times that it remembers count from here. */
const EPOCH_SECONDS = 1_388_534_400n;
/** 9999-12-31T23:59:59Z: the latest time the emulated clock takes. */
const LATEST_SECONDS = 253_402_300_799n;
/** So many codes ahead of the counter are taken for the reserved slot. */
const VERIFY_WINDOW = 10;

/** Codes of the slots in a store. */
export class NitrokeyCodes {
  readonly #store: NitrokeyStore;
  readonly #clock: TokenClock;

  constructor(store: NitrokeyStore, clock: TokenClock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** GET_CODE. The counter is past this code in memory before it is given out. */
  code(number: number): NitrokeyAnswer {
    const slot = this.#store.slot(number);
    if (slot === undefined) return { status: NITROKEY_STATUS.notProgrammed };
    const { config, tokenId, counterOrInterval } = slot;
    const isTotp = slotKindOf(number) === "totp";
    const movingFactor = isTotp ? this.#now() / counterOrInterval : counterOrInterval;
    if (!isTotp) this.#advance(number, slot, 1);
    const code = codeOf(slot, movingFactor);
    const payload = encodeNitrokeyCodeAnswer({ code, config, tokenId });
    return { status: NITROKEY_STATUS.ok, payload };
  }

  /** VERIFY_OTP_CODE: the reserved HOTP slot, up to ten codes ahead. */
  verify(code: number): NitrokeyAnswer {
    const number = NITROKEY_SLOTS.reservedHotp;
    const slot = this.#store.slot(number);
    if (slot === undefined) return { status: NITROKEY_STATUS.notProgrammed };
    for (let offset = 0; offset <= VERIFY_WINDOW; offset++) {
      const counter = BigInt.asUintN(64, slot.counterOrInterval + BigInt(offset));
      if (codeOf(slot, counter) !== code) continue;
      this.#advance(number, slot, offset + 1);
      const payload = encodeNitrokeyVerifyAnswer({ isValid: true, offset });
      return { status: NITROKEY_STATUS.ok, payload };
    }
    const payload = encodeNitrokeyVerifyAnswer({ isValid: false, offset: 0 });
    return { status: NITROKEY_STATUS.ok, payload };
  }

  /**
   * SET_TIME. Mode 0 sets the clock only when a time was set before and this one is no older, to
   * the minute; otherwise it warns. Other modes force. Times the clock cannot hold are warned of.
   */
  setTime({ mode, timeSeconds }: Extract<NitrokeyCommand, { kind: "set-time" }>): NitrokeyAnswer {
    const { latestMinutes } = this.#store.settings;
    const minutes = minutesOf(timeSeconds);
    const isOlder = latestMinutes === 0 || minutes < latestMinutes;
    if ((mode === 0 && isOlder) || timeSeconds > LATEST_SECONDS) {
      return { status: NITROKEY_STATUS.timestampWarning };
    }
    if (minutes !== latestMinutes) this.#store.change({ latestMinutes: minutes });
    this.#clock.set(Number(timeSeconds));
    return { status: NITROKEY_STATUS.ok };
  }

  /** Whole seconds of its own clock; never below 0, however its oscillator runs. */
  #now(): bigint {
    return BigInt(Math.max(0, this.#clock.seconds()));
  }

  #advance(number: number, slot: NitrokeySlot, by: number): void {
    const counterOrInterval = BigInt.asUintN(64, slot.counterOrInterval + BigInt(by));
    this.#store.writeSlot(number, { ...slot, counterOrInterval });
  }
}

function codeOf({ config, secret }: NitrokeySlot, movingFactor: bigint): number {
  const digits = (config & NITROKEY_SLOT_FLAGS.eightDigits) === 0 ? 6 : 8;
  return Number(hotpCode(secret, movingFactor, { algorithm: "SHA1", digits }));
}

/** Minutes since 2014, at least 1: 0 says that no time was ever set. */
function minutesOf(seconds: bigint): number {
  const minutes = (seconds - EPOCH_SECONDS) / 60n;
  return Number(minutes < 1n ? 1n : minutes > 0xffff_ffffn ? 0xffff_ffffn : minutes);
}
