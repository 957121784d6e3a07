// What a smart token model is: data only. The models are in ../profiles-smart.ts.

import type { HashAlgorithm } from "../../core/oath/parameters.ts";

/** Major, minor, patch. */
export type FirmwareVersion = readonly [major: number, minor: number, patch: number];

/** How the token shows itself on USB (CCID document, section 8). */
export interface UsbIdentity {
  readonly vendorId: number;
  readonly productId: number;
  /** Binary-coded decimal, e.g. 0x0543. */
  readonly bcdDevice: number;
  readonly manufacturer: string;
  readonly product: string;
  /** The string descriptor; absent: none, as on YubiKeys. */
  readonly serialNumber?: string;
  /** In the order of interface numbers. */
  readonly functions: readonly UsbFunctionName[];
}

/** A USB function that a port builds an interface for. */
export type UsbFunctionName = "otp-keyboard" | "ccid" | "nitrokey-hid" | "cdc-acm";

/** What the OATH applet of a model can do, and where it differs (YKOATH document, 8 and 11). */
export interface OathProfile {
  /** Told in SELECT. */
  readonly version: FirmwareVersion;
  /** Behaviour that data cannot say; see variants/. */
  readonly variant: "yubikey" | "neo" | "canokey" | "nitrokey3";
  readonly credentials: number;
  /** Longest secret on the wire, bytes. */
  readonly secretBytes: number;
  readonly digits: { readonly low: number; readonly high: number };
  readonly algorithms: readonly HashAlgorithm[];
  readonly touch: boolean;
  readonly rename: boolean;
  /** Longest challenge of CALCULATE, bytes. */
  readonly challengeBytes: number;
  readonly takesChainedCommands: boolean;
  readonly cutsAnswers: "anywhere" | "between-objects";
  /** Most bytes of data in one response. */
  readonly responseBytes: number;
}

/** A smart token model. */
export interface SmartTokenProfile {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  readonly firmware: FirmwareVersion;
  readonly usb: UsbIdentity;
  /** The name a PC/SC reader should have for hosts that look at it; for ports that choose one. */
  readonly readerName: string;
  readonly atr: { readonly contact: Uint8Array; readonly contactless: Uint8Array };
  /** Most data bytes of one command: 255 where extended APDUs are not taken. */
  readonly commandBytes: number;
  /** Low nibble of the management TLV 04; 1 is the USB-A key ring. */
  readonly formFactor: number;
  /** CAPABILITIES of the management applet; 0: the token has none. */
  readonly capabilities: number;
  readonly oath?: OathProfile;
  /** Whether there are OTP slots: over HID, and over CCID in the OTP applet. */
  readonly otpSlots: boolean;
  /** Whether it answers the reports of a Nitrokey Pro. */
  readonly nitrokeyPro: boolean;
}
