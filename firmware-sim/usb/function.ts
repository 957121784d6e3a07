// A function of a USB device: one or more interfaces with their endpoints. Functions combine into
// composite devices and know nothing of each other.

import type { SetupPacket } from "../../core/wire/usb/setup.ts";
import type { FunctionDescriptor } from "../../core/wire/usb-descriptors.ts";
import type { InEndpoint, OutEndpoint } from "./endpoint.ts";
import type { ControlAnswer } from "./transfer.ts";

/** Where a function sits in its device. */
export interface FunctionPlace {
  /** Number of its first interface. */
  readonly firstInterface: number;
  /** Index of a string descriptor with this text. */
  stringIndex(text: string): number;
}

/** A function. */
export interface UsbFunction {
  /** Interfaces it has, with consecutive numbers. */
  readonly interfaceCount: number;
  /** By endpoint number, 1 to 15; no other function of the device has one of them. */
  readonly inEndpoints: ReadonlyMap<number, InEndpoint>;
  readonly outEndpoints: ReadonlyMap<number, OutEndpoint>;
  /** Its descriptors, in the order of the wire. Called once, when the device is made. */
  describe(place: FunctionPlace): readonly FunctionDescriptor[];
  /**
   * A class request, or GET_DESCRIPTOR, for one of its interfaces. An answer may be longer than
   * wLength: the device cuts it.
   *
   * @param data data stage from the host
   */
  control(setup: SetupPacket, data: Uint8Array): ControlAnswer;
  /** The host has chosen the configuration: the function may send. Endpoints are empty. */
  configured(): void;
  /** The bus was reset or the host is gone: back to the state after power-on. */
  reset(): void;
}
