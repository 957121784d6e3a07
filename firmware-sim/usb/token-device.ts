// The USB device of a token model: which functions it has is data (the profile's `usb`), what is
// behind each of them comes from the token.

import type { Clock } from "../../core/time/clock.ts";
import { type CcidClassDescriptor, YUBIKEY5_CCID_DESCRIPTOR } from "../../core/wire/ccid.ts";
import { OTP_REPORT_BYTES, OTP_REPORT_DESCRIPTOR } from "../../core/wire/hid-otp.ts";
import { NITROKEY_REPORT_BYTES } from "../../core/wire/hid-reports.ts";
import type { Card, HidApplication } from "../applets/applet.ts";
import type { UsbFunctionName, UsbIdentity } from "../applets/smart-profile.ts";
import { CCID_ENDPOINTS, type CcidEndpoints, CcidFunction } from "./ccid-function.ts";
import { CdcAcmFunction } from "./cdc-acm-function.ts";
import { UsbDevice } from "./device.ts";
import type { UsbFunction } from "./function.ts";
import { HidFunction } from "./hid-function.ts";
import { NITROKEY_REPORT_DESCRIPTOR } from "./nitrokey-report-descriptor.ts";

/** What hears a serial line: a line shell. */
export interface SerialListener {
  receive(bytes: Uint8Array): void;
}

/** What may be behind the functions of a token. */
export interface TokenParts {
  readonly card?: Card;
  readonly otpKeyboard?: HidApplication;
  readonly nitrokey?: HidApplication;
  /** Makes what is behind a serial port that sends by `send`; once for each port. */
  readonly openSerial?: (send: (bytes: Uint8Array) => void) => SerialListener;
}

/** Number of the interrupt endpoint of HID functions; a token has one of them. */
const HID_ENDPOINT = 1;

/** Vendor and product whose CCID interface differs from a YubiKey 5's (CCID document, 2 and 6). */
const CCID_VARIANTS: Readonly<Record<string, Partial<CcidClassDescriptor>>> = {
  // NEO, whichever interfaces are on.
  "1050:0111": { maxIfsdBytes: 1400, maxMessageBytes: 1410 },
  "1050:0112": { maxIfsdBytes: 1400, maxMessageBytes: 1410 },
  "1050:0115": { maxIfsdBytes: 1400, maxMessageBytes: 1410 },
  "1050:0116": { maxIfsdBytes: 1400, maxMessageBytes: 1410 },
  // CanoKey.
  "20a0:42d4": { bcdCcid: 0x0110, maxIfsdBytes: 1342, maxMessageBytes: 1352 },
  // Nitrokey 3.
  "20a0:42b2": { bcdCcid: 0x0110 },
};
/** Without an interrupt endpoint: hosts poll. */
const POLLED_CCID: ReadonlySet<string> = new Set(["20a0:42d4"]);

/**
 * The device of a token.
 *
 * @param clock the host's time
 * @throws {RangeError} when `usb` names a function that the token has nothing for
 */
export function createTokenDevice(usb: UsbIdentity, parts: TokenParts, clock: Clock): UsbDevice {
  const functions = usb.functions.map((name) => functionOf(name, usb, parts, clock));
  return new UsbDevice(usb, functions);
}

function functionOf(
  name: UsbFunctionName,
  usb: UsbIdentity,
  parts: TokenParts,
  clock: Clock,
): UsbFunction {
  switch (name) {
    case "ccid": {
      const card = needed(parts.card, name);
      const ids = idsOf(usb);
      const descriptor = { ...YUBIKEY5_CCID_DESCRIPTOR, ...CCID_VARIANTS[ids] };
      const endpoints: CcidEndpoints = POLLED_CCID.has(ids) ? { bulk: 2 } : CCID_ENDPOINTS;
      return new CcidFunction({ card, clock, descriptor, endpoints });
    }
    case "otp-keyboard":
      return new HidFunction({
        application: needed(parts.otpKeyboard, name),
        reportDescriptor: OTP_REPORT_DESCRIPTOR,
        isKeyboard: true,
        inputReportBytes: OTP_REPORT_BYTES,
        endpoint: HID_ENDPOINT,
      });
    case "nitrokey-hid":
      return new HidFunction({
        application: needed(parts.nitrokey, name),
        reportDescriptor: NITROKEY_REPORT_DESCRIPTOR,
        isKeyboard: false,
        inputReportBytes: NITROKEY_REPORT_BYTES,
        endpoint: HID_ENDPOINT,
      });
    case "cdc-acm":
      return serialFunction(needed(parts.openSerial, name));
  }
}

function serialFunction(openSerial: NonNullable<TokenParts["openSerial"]>): UsbFunction {
  const port = new CdcAcmFunction({ receive: (bytes) => listener.receive(bytes) });
  const listener = openSerial((bytes) => port.send(bytes));
  return port;
}

function idsOf({ vendorId, productId }: UsbIdentity): string {
  const hex = (id: number): string => id.toString(16).padStart(4, "0");
  return `${hex(vendorId)}:${hex(productId)}`;
}

function needed<Part>(part: Part | undefined, name: UsbFunctionName): Part {
  if (part !== undefined) return part;
  throw new RangeError(`usb.functions has ${name}, but the token has nothing behind it`);
}
