// What a smart token model is: data only. The models are in ../profiles-smart.ts.

import type { HashAlgorithm } from "../../core/oath/parameters.ts";
import type { OathVariantName } from "./oath/variants/variant.ts";

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
  readonly credentials: number;
  /** Most bytes of CALCULATE ALL, name and 9 for each credential; absent: no such limit. */
  readonly calculateAllBytes?: number;
  /** Longest secret on the wire, bytes. */
  readonly secretBytes: number;
  readonly digits: { readonly low: number; readonly high: number };
  readonly algorithms: readonly HashAlgorithm[];
  /** PROPERTY_ bits it takes; others are wrong syntax. */
  readonly properties: number;
  /** Longest challenge of CALCULATE, bytes. */
  readonly challengeBytes: number;
  readonly takesChainedCommands: boolean;
  readonly cutsAnswers: "anywhere" | "between-objects";
  /** Most bytes of data in one response. */
  readonly responseBytes: number;
  /** The instruction that renames: 05, or B7 on a Nitrokey 3; absent: there is none. */
  readonly renameInstruction?: number;
  /**
   * What a PUT of a name that is there does: replaces it, or the status word it is refused
   * with.
   */
  readonly duplicatePut: "replace" | number;
  /** The status word for a name that is not there. */
  readonly unknownName: number;
  readonly reset: "at-once" | "after-touch" | "absent";
  readonly accessKey: AccessKeyProfile;
  /** CALCULATE ALL: with the digits in placeholders, without them, or not known at all. */
  readonly calculateAll: "with-digits" | "empty-placeholders" | "absent";
  /** What is added to the initial moving factor for the first code of a HOTP credential. */
  readonly firstCounterOffset: 0 | 1;
  /** Whether SELECT tells the serial number, and LIST properties when asked (Nitrokey 3). */
  readonly nitrokeyExtras: boolean;
  /** The module with the family's own commands; absent: it has none. */
  readonly variant?: OathVariantName;
}

/** The access key of a model, or "absent": VALIDATE and SET CODE are answered 6985. */
export type AccessKeyProfile =
  | {
      /** Shortest and longest key, bytes. */
      readonly keyBytes: { readonly low: number; readonly high: number };
      /** What SELECT tells of it: the hash, or the type byte as it was stored. */
      readonly tells: "algorithm" | "stored-byte";
      /** Whether the session that set a key stays open. */
      readonly staysOpen: boolean;
    }
  | "absent";

/** What the management applet of a model says (YKOATH document, section 9). */
export interface ManagementProfile {
  /** Tag 04; 1 is the USB-A key ring. */
  readonly formFactor: number;
  /** CAPABILITIES over USB. */
  readonly usb: number;
  /** CAPABILITIES over NFC; absent: there is no NFC. */
  readonly nfc?: number;
  /** Whether READ CONFIG is known; firmware below 4.1 only tells its version. */
  readonly readsConfig: boolean;
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
  /** Most data bytes of one command APDU: 255 where extended APDUs are not taken. */
  readonly commandBytes: number;
  /** The management applet, and what it says; absent: the token has none. */
  readonly management?: ManagementProfile;
  readonly oath?: OathProfile;
  /** Whether there are OTP slots: over HID, and over CCID in the OTP applet. */
  readonly otpSlots: boolean;
  /** Whether it answers the reports of a Nitrokey Pro. */
  readonly nitrokeyPro: boolean;
}
