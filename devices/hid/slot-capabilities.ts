// What can be done with the OTP slots of a YubiKey over HID.

import type { Capabilities } from "../device.ts";

/** Digits that the host cuts an HMAC to. */
export const HOST_TRUNCATION_DIGITS: readonly number[] = [6, 7, 8];
/** Longest secret of a slot, bytes (HID document, A5). */
export const SLOT_SECRET_LIMITS = { low: 1, high: 20 } as const;
/** The end of the year 9999; eight bytes of time step go further. */
const LAST_SECOND = 253_402_300_799;

/**
 * Event-based slots can be written, but their codes are typed by the token's keyboard: the
 * operator driver takes them.
 *
 * @param needsTouch whether the slot that is meant when none is named asks for a touch
 */
export function slotCapabilities(needsTouch: boolean): Capabilities {
  return {
    totp: {
      algorithms: ["SHA1"],
      digits: HOST_TRUNCATION_DIGITS,
      stepSeconds: { low: 1, high: 3600 },
      t0: true,
      clock: "host",
    },
    provision: {
      secretBytes: SLOT_SECRET_LIMITS,
      names: false,
      credentials: 1,
      touch: true,
    },
    list: false,
    remove: true,
    setTime: false,
    readTime: false,
    button: needsTouch,
    timeRange: { fromSeconds: 0, toSeconds: LAST_SECOND },
  };
}
