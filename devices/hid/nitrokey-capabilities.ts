// What a Nitrokey Pro can do, by its firmware.

import { MAX_MOVING_FACTOR } from "../../core/oath/parameters.ts";
import type { NitrokeyStatusAnswer } from "../../core/wire/hid-reports.ts";
import type { Capabilities } from "../device.ts";
import {
  NITROKEY_SECRET_LIMITS,
  NITROKEY_STEP_LIMITS,
  NITROKEY_TOTP_SLOTS,
} from "./nitrokey-slots.ts";

/** Times that are set: unsigned 32 bits in its firmware. */
export const NITROKEY_TIME_RANGE = { fromSeconds: 0, toSeconds: 0xffff_ffff } as const;

/** Firmware up to 0.7 is read, but not written: it authorizes each command in another way. */
export function nitrokeyCapabilities({ major, minor }: NitrokeyStatusAnswer): Capabilities {
  const isWritable = major > 0 || minor >= 8;
  return {
    totp: {
      algorithms: ["SHA1"],
      digits: [6, 8],
      stepSeconds: NITROKEY_STEP_LIMITS,
      t0: false,
      clock: "token",
    },
    hotp: {
      algorithms: ["SHA1"],
      digits: [6, 8],
      atCounter: false,
      ownCounter: true,
      highestCounter: MAX_MOVING_FACTOR,
    },
    ...(isWritable
      ? {
          provision: {
            secretBytes: NITROKEY_SECRET_LIMITS,
            names: true,
            credentials: NITROKEY_TOTP_SLOTS,
          },
        }
      : {}),
    list: true,
    remove: isWritable,
    setTime: true,
    readTime: false,
    button: false,
    timeRange: NITROKEY_TIME_RANGE,
  };
}
