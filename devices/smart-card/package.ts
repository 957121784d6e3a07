// The `smartcard` package, which is compiled when it is installed and may be absent.

import { DeviceError } from "../errors.ts";

/** A reader; its state is made of SCARD_STATE_ bits. */
export interface PcscReader {
  readonly name: string;
  readonly state: number;
  connect(shareMode: number, protocols: number): Promise<PcscCard>;
}

/** A connected card. */
export interface PcscCard {
  transmit(command: Buffer, options: { readonly maxRecvLength: number }): Promise<Uint8Array>;
  disconnect(disposition: number): void;
}

/** A connection to the service. */
export interface PcscContext {
  listReaders(): readonly PcscReader[];
  close(): void;
}

/** What we use of the package. Its own types are not there when it is not. */
export interface SmartcardPackage {
  readonly Context: new () => PcscContext;
  readonly SCARD_SHARE_EXCLUSIVE: number;
  readonly SCARD_SHARE_SHARED: number;
  readonly SCARD_PROTOCOL_T0: number;
  readonly SCARD_PROTOCOL_T1: number;
  readonly SCARD_LEAVE_CARD: number;
  readonly SCARD_STATE_PRESENT: number;
}

/** What a person does where the package is missing. */
const INSTALL_REMEDY =
  "install libpcsclite-dev, a C++ compiler and python3 (Debian: sudo apt-get install " +
  "libpcsclite-dev pcscd build-essential python3; macOS and Windows have PC/SC), then run " +
  "npm install again";

/** Loads it. @throws {DeviceError} missing-package */
export async function loadSmartcard(): Promise<SmartcardPackage> {
  try {
    const loaded: unknown = await import("smartcard");
    const { default: commonJs } = loaded as { readonly default?: SmartcardPackage };
    return commonJs ?? (loaded as SmartcardPackage);
  } catch (cause) {
    throw new DeviceError(
      "missing-package",
      "the smartcard package is not installed or does not load",
      { cause, hint: INSTALL_REMEDY },
    );
  }
}
