// An emulated smart token: card, HID applications, button, memory and clock in one, as its ports
// and its rig see it.

import type { Clock } from "../../core/time/clock.ts";
import type { Random } from "../../core/time/random.ts";
import type { Oscillator } from "../oscillator.ts";
import type { TokenClock } from "../token-clock.ts";
import type { TokenState } from "../token-state.ts";
import type { Card, HidApplication } from "./applet.ts";
import type { FirmwareVersion, SmartTokenProfile, UsbIdentity } from "./smart-profile.ts";
import type { TouchPolicy } from "./touch.ts";

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
  readonly card?: Card;
  readonly otpKeyboard?: HidApplication;
  readonly nitrokey?: HidApplication;
  /** The token's own clock, where it has one: a Nitrokey Pro's. */
  readonly clock?: TokenClock;

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
