// The `smartcard` package, which is compiled when it is installed and may be absent.

import { DeviceError } from "../errors.ts";

/** What we use of the package. */
export type SmartcardPackage = typeof import("smartcard");

/** What a person does where the package is missing. */
const INSTALL_REMEDY =
  "install libpcsclite-dev, a C++ compiler and python3 (Debian: sudo apt-get install " +
  "libpcsclite-dev pcscd build-essential python3; macOS and Windows have PC/SC), then run " +
  "npm install again";

/** Loads it. @throws {DeviceError} missing-package */
export async function loadSmartcard(): Promise<SmartcardPackage> {
  try {
    const loaded: SmartcardPackage & { readonly default?: SmartcardPackage } = await import(
      "smartcard"
    );
    return loaded.default ?? loaded;
  } catch (cause) {
    throw new DeviceError(
      "missing-package",
      "the smartcard package is not installed or does not load",
      { cause, hint: INSTALL_REMEDY },
    );
  }
}
