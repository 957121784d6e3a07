// The QR code of a device: its otpauth URI as a PNG, as authenticator apps scan it. No algorithm,
// digits or period: apps' defaults are what the device has.

import { toBuffer } from "qrcode";

/** What the code says. */
export interface QrContent {
  readonly issuer: string;
  /** Name of the device. */
  readonly name: string;
  /** Alias or number of the account. */
  readonly account: string;
  /** Base32 text. */
  readonly seed: string;
}

/** `otpauth://totp/ISSUER:NAME@ACCOUNT?secret=…&issuer=ISSUER`; a space is %20. */
export function deviceUri({ issuer, name, account, seed }: QrContent): string {
  const escaped = encodeURIComponent(issuer);
  const label = `${escaped}:${encodeURIComponent(name)}@${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${seed}&issuer=${escaped}`;
}

/** A PNG of it: four pixels a module, a margin of four modules, error correction M. */
export function qrCode(content: QrContent): Promise<Buffer> {
  return toBuffer(deviceUri(content), { type: "png", errorCorrectionLevel: "M", margin: 4 });
}
