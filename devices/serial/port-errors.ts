// Why a port cannot be opened, from what the operating system says, and what to do about it.

import { DeviceError, type DeviceErrorCode } from "../errors.ts";

/** What a person does about a port that refuses them. */
export const ACCESS_REMEDY: string =
  "join the group of the port (sudo usermod -aG dialout $USER, then log in again), " +
  'or add a udev rule with TAG+="uaccess"';

const BUSY_REMEDY = "close the program that has it open (a serial monitor, ModemManager)";
const LIST_REMEDY = "see what is plugged in with: oathbed devices list";

/** The texts of errno, as the package passes them on, and of its own lock. */
const KINDS: readonly {
  readonly text: RegExp;
  readonly code: DeviceErrorCode;
  readonly says: string;
  readonly hint: string;
}[] = [
  {
    text: /permission denied|access denied/i,
    code: "no-access",
    says: "may not be opened",
    hint: ACCESS_REMEDY,
  },
  {
    text: /cannot lock|resource busy|device busy/i,
    code: "no-access",
    says: "is in use",
    hint: BUSY_REMEDY,
  },
  {
    text: /no such (file|device)|file not found/i,
    code: "not-found",
    says: "is not there",
    hint: LIST_REMEDY,
  },
  {
    text: /inappropriate ioctl|invalid argument|is a directory|not a (tty|typewriter)/i,
    code: "not-found",
    says: "is no serial port",
    hint: LIST_REMEDY,
  },
];

/** The error for a port that did not open. */
export function portError(path: string, cause: Error): DeviceError {
  const kind = KINDS.find(({ text }) => text.test(cause.message));
  if (kind === undefined) {
    return new DeviceError("no-access", `${path} does not open: ${cause.message}`, {
      cause,
      hint: LIST_REMEDY,
    });
  }
  return new DeviceError(kind.code, `${path} ${kind.says}`, { cause, hint: kind.hint });
}
