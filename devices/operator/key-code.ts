// A key as a QR code, for phone apps. It holds the secret: on the terminal of a person, or in a
// file of mode 0600.

import { writeFile } from "node:fs/promises";
import { formatOtpauthUri } from "../../core/oath/otpauth.ts";
import type { CredentialInput } from "../device.ts";
import { DeviceError } from "../errors.ts";

/** Who has issued a key whose name does not say it, as apps show it. */
const ISSUER = "oathbed";

/**
 * The otpauth URI of a credential; what stands before the first colon of its name is the issuer.
 *
 * @throws {DeviceError} bad-argument: what a URI cannot carry
 */
export function keyUri({ name, secret, parameters, counter = 0n }: CredentialInput): string {
  try {
    const [, issuer = ISSUER, account = name] = /^([^:]+):(.+)$/s.exec(name) ?? [];
    return formatOtpauthUri({ issuer, account, secret, parameters, counter });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new DeviceError("bad-argument", cause.message, { cause });
  }
}

/** The QR code as text for a terminal: black on white whatever its colours are. */
export async function keyText(uri: string): Promise<string> {
  const { toString: draw } = await import("qrcode");
  return draw(uri, { type: "utf8", errorCorrectionLevel: "L" });
}

/** Writes the QR code as PNG, for its owner alone; a file that is there is not replaced. */
export async function writeKeyPng(uri: string, path: string): Promise<void> {
  const { toBuffer } = await import("qrcode");
  const png = await toBuffer(uri, { type: "png", errorCorrectionLevel: "M", scale: 6 });
  try {
    await writeFile(path, png, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "EEXIST" ? "it is there already" : `it cannot be written (${code})`;
    throw new DeviceError("no-access", `${path}: ${why}`, {
      cause,
      hint: "name a new file: --device operator:terminal?png=FILE",
    });
  }
}
