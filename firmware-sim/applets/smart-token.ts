// An emulated smart token: card, HID applications, button, memory and clock in one, as its ports
// and its rig see it.

import type { Clock } from "../../core/time/clock.ts";
import type { Random } from "../../core/time/random.ts";
import { NonVolatileMemory } from "../memory.ts";
import type { Oscillator } from "../oscillator.ts";
import { Power } from "../power.ts";
import type { TokenClock } from "../token-clock.ts";
import { assertStateOf, stateOf, type TokenState, writeState } from "../token-state.ts";
import type { Card, HidApplication } from "./applet.ts";
import { buildFirmware, memorySlotsOf, type SmartFirmware } from "./firmware.ts";
import type { FirmwareVersion, SmartTokenProfile, UsbIdentity } from "./smart-profile.ts";
import { TouchButton, type TouchPolicy } from "./touch.ts";

/** Largest serial number: eight decimal digits. */
const MAX_SERIAL = 99_999_999;

/** @see createSmartToken */
export interface SmartTokenOptions {
  readonly profile: SmartTokenProfile;
  /** True time around the token: touch waits run on it. */
  readonly clock: Clock;
  /** Device ids and challenges come from it. */
  readonly random: Random;
  /** Default "auto". */
  readonly touch?: TouchPolicy;
  /** Serial number, 1 to 99,999,999; default one made from `random`, or that of `state`. */
  readonly serial?: number;
  /** What an earlier life of it left: `snapshot()` of a token of the same profile. */
  readonly state?: TokenState;
  /** Of the token's own clock, where it has one; default a perfect one. */
  readonly oscillator?: Oscillator;
  /** Called after each write to non-volatile memory, before what asked for it is answered. */
  readonly onWrite?: () => void;
}

/** What a token is. */
export interface SmartTokenInfo {
  readonly profile: string;
  /** 1 to 99,999,999; on USB and in the applets. */
  readonly serial: number;
  readonly firmware: FirmwareVersion;
  readonly usb: UsbIdentity;
  readonly readerName: string;
}

/** A smart token. Ports use the upper part, the rig the lower one. */
export interface SmartToken {
  readonly profile: SmartTokenProfile;
  readonly info: SmartTokenInfo;
  readonly card: Card | undefined;
  readonly otpKeyboard: HidApplication | undefined;
  readonly nitrokey: HidApplication | undefined;
  /** The token's own clock, where it has one: a Nitrokey Pro's. */
  readonly clock: TokenClock | undefined;

  readonly touchPolicy: TouchPolicy;
  setTouchPolicy(policy: TouchPolicy): void;
  /** Whether an operation waits for a touch now. */
  readonly isTouchAwaited: boolean;
  /**
   * Touches the button: the operation that waits goes on; when none does, OTP slot 1 (short) or 2
   * (long) types its code. Does nothing without power.
   */
  press(duration?: "short" | "long"): void;
  readonly powered: boolean;
  /** Calls `listener` at each change of `powered`. Returns how to stop that. */
  onPower(listener: (powered: boolean) => void): () => void;
  /** Waits end, sessions are gone; the card then answers nothing but 6F00 until power is on. */
  powerOff(): void;
  powerOn(): void;
  /**
   * Power fails in the n-th next write to non-volatile memory (1 = the next one).
   *
   * @param progress how far that write gets, 0 to 1; default 0.5
   * @throws {RangeError}
   */
  failWrite(afterWrites: number, progress?: number): void;
  /**
   * Makes the memory of an OATH credential unreadable: calculating its code answers 6581 from then
   * on, until it is deleted or written again.
   *
   * @throws {RangeError} when there is no such credential
   */
  damageCredential(name: string): void;
  /** Writes begun since the token was made: a state file is due when it has changed. */
  readonly writes: number;
  /** All that is in non-volatile memory, secrets included: for a file of mode 0600. */
  snapshot(): TokenState;
  /**
   * Replaces non-volatile memory, as if the chip was exchanged, and switches the token off and on.
   *
   * @throws {RangeError} when it is the state of another profile, or none
   */
  restore(state: TokenState): void;
}

/**
 * Makes a token that is switched on.
 *
 * @throws {RangeError} when the serial number is out of range, or the state another profile's
 */
export function createSmartToken(options: SmartTokenOptions): SmartToken {
  return new Token(options);
}

class Token implements SmartToken {
  readonly profile: SmartTokenProfile;
  readonly info: SmartTokenInfo;
  readonly #button: TouchButton;
  readonly #power = new Power();
  readonly #memory: NonVolatileMemory;
  readonly #build: (memory: NonVolatileMemory) => SmartFirmware;
  readonly #firmware: SmartFirmware;

  constructor(options: SmartTokenOptions) {
    const { profile, clock, random, touch = "auto", state, oscillator, onWrite } = options;
    if (state !== undefined) assertStateOf(state, profile.name);
    const serial = options.serial ?? state?.serial ?? random.fork("serial").integer(1, MAX_SERIAL);
    if (!Number.isInteger(serial) || serial < 1 || serial > MAX_SERIAL) {
      throw new RangeError(`serial must be a whole number from 1 to ${MAX_SERIAL}, got ${serial}`);
    }
    const { firmware, usb, readerName } = profile;
    this.profile = profile;
    this.info = { profile: profile.name, serial, firmware, usb, readerName };
    this.#button = new TouchButton(clock, touch);
    this.#memory = new NonVolatileMemory(memorySlotsOf(profile), onWrite);
    if (state !== undefined) writeState(state, this.#memory);
    this.#build = (memory) =>
      buildFirmware({
        profile,
        serial,
        world: clock,
        random: random.fork("firmware"),
        memory,
        button: this.#button,
        power: this.#power,
        ...(oscillator === undefined ? {} : { oscillator }),
      });
    this.#firmware = this.#build(this.#memory);
    this.#power.onChange((on) => (on ? this.#found() : this.#lost()));
  }

  get card(): Card | undefined {
    return this.#firmware.card;
  }

  get otpKeyboard(): HidApplication | undefined {
    return this.#firmware.otpKeyboard;
  }

  get nitrokey(): HidApplication | undefined {
    return this.#firmware.nitrokey;
  }

  get clock(): TokenClock | undefined {
    return this.#firmware.clock;
  }

  get touchPolicy(): TouchPolicy {
    return this.#button.policy;
  }

  setTouchPolicy(policy: TouchPolicy): void {
    this.#button.policy = policy;
  }

  get isTouchAwaited(): boolean {
    return this.#button.isAwaited;
  }

  press(duration: "short" | "long" = "short"): void {
    if (!this.#power.isOn || this.#button.press()) return;
    this.#firmware.otpKeyboard?.type(duration === "short" ? 1 : 2);
  }

  get powered(): boolean {
    return this.#power.isOn;
  }

  onPower(listener: (powered: boolean) => void): () => void {
    return this.#power.onChange(listener);
  }

  powerOff(): void {
    this.#power.set(false);
  }

  powerOn(): void {
    this.#power.set(true);
  }

  failWrite(afterWrites: number, progress?: number): void {
    this.#memory.failWrite(afterWrites, progress);
  }

  damageCredential(name: string): void {
    if (this.#firmware.oath?.damage(new TextEncoder().encode(name)) === true) return;
    throw new RangeError(`there is no OATH credential "${name}"`);
  }

  get writes(): number {
    return this.#memory.writes;
  }

  snapshot(): TokenState {
    return stateOf(this.profile.name, this.info.serial, this.#memory);
  }

  restore(state: TokenState): void {
    assertStateOf(state, this.profile.name);
    // Records that cannot be read are refused before anything is replaced.
    const scratch = new NonVolatileMemory(this.#memory.slots);
    writeState(state, scratch);
    this.#build(scratch);
    this.powerOff();
    // A failure that was planned was the old chip's.
    this.#memory.cancelFailure();
    writeState(state, this.#memory);
    this.powerOn();
  }

  #found(): void {
    this.#power.run(() => this.#firmware.powerOn(), undefined);
  }

  #lost(): void {
    this.#button.cancelAll();
    this.#firmware.powerOff();
  }
}
