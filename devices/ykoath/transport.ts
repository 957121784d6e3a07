// How a session reaches its card: memory, CCID over USB, PC/SC. A transport moves APDUs and knows
// no application.

import type { DeviceError } from "../errors.ts";
import type { RawCcid } from "../raw.ts";

/** A way to one card, powered and reset when the transport was opened. Disposing closes it. */
export interface ApduTransport extends AsyncDisposable {
  /** What it is called: the USB product, or the reader's name. */
  readonly product: string;
  /** Most bytes of a command APDU; above 261, extended ones are taken. */
  readonly maxCommandBytes: number;
  /**
   * Sends a command APDU and resolves with the response APDU, at least the two bytes of its status
   * word. One at a time. When `signal` is aborted it rejects with the signal's reason, soon; the
   * answer, should it still come, is thrown away, and the transport can be used again.
   *
   * @throws {DeviceError} disconnected, protocol
   */
  transmit(apdu: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
  /** Calls `listener` once when the card has gone, if it has not; one listener. */
  onGone(listener: (error: DeviceError) => void): void;
  /** The messages that carry the APDUs, where they are CCID's. */
  readonly ccid?: RawCcid;
}
