// How the USB drivers reach a device: the operating system's USB by WebUSB, or a USB/IP server by
// our own client. Above it nothing differs.

import type { SetupPacket } from "../../core/wire/usb-descriptors.ts";
import type { DeviceError } from "../errors.ts";

/** An endpoint is halted, or endpoint 0 does not support the request (USB 2.0 §8.4.5). */
export class UsbStall extends Error {
  override readonly name = "UsbStall";
}

/** What a device says of itself. */
export interface UsbIdentity {
  readonly vendorId: number;
  readonly productId: number;
  /** Empty when it has no such string. */
  readonly manufacturer: string;
  readonly product: string;
  readonly serialNumber?: string;
}

/**
 * A device that is open. Transfers may be under way on several endpoints at once, and are done in
 * order on each. They wait until they are done or the device is closed: who gives up waiting
 * leaves the transfer, and takes or drops what it brings.
 *
 * All methods throw {UsbStall} and {DeviceError} (disconnected, no-access, protocol).
 */
export interface UsbTransport extends AsyncDisposable {
  readonly identity: UsbIdentity;
  /** A request on endpoint 0. `data` is the data stage of "out"; of "in" it comes back. */
  control(setup: SetupPacket, data?: Uint8Array): Promise<Uint8Array>;
  /** Chooses the configuration where it is not chosen, and takes the interface for us. */
  claim(configurationValue: number, interfaceNumber: number): Promise<void>;
  /** @param endpoint number without the direction bit */
  transferOut(endpoint: number, data: Uint8Array): Promise<void>;
  /** One transfer of at most `maxBytes`; what is there ends it, however short. */
  transferIn(endpoint: number, maxBytes: number): Promise<Uint8Array>;
  /** Ends the halt of an endpoint. */
  clearHalt(direction: "in" | "out", endpoint: number): Promise<void>;
  /** Calls `listener` once when the device has gone; one listener. */
  onGone(listener: (error: DeviceError) => void): void;
}
