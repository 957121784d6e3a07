// A device of a USB/IP server as a UsbTransport: what a kernel does between attach and the first
// driver is done here (USB/IP document, section 4).

import { encodeSetup, type SetupPacket } from "../../core/wire/usb-descriptors.ts";
import { abortable } from "../abortable.ts";
import type { DeviceError } from "../errors.ts";
import {
  clearEndpointHalt,
  readDeviceDescriptor,
  readString,
  setConfiguration,
} from "./control-requests.ts";
import type { UsbIdentity, UsbTransport } from "./usb-transport.ts";
import { UsbipClient, type UsbipServerAddress } from "./usbip-client.ts";

const NO_DATA: Uint8Array = new Uint8Array(0);

/**
 * Imports a device and reads what it says of itself.
 *
 * @throws {DeviceError} not-found, no-access, protocol, and the signal's reason
 */
export async function openUsbipTransport(
  server: UsbipServerAddress,
  busid: string,
  signal: AbortSignal,
): Promise<UsbTransport> {
  const client = await UsbipClient.attach(server, busid, signal);
  try {
    return new UsbipTransport(client, await abortable(identityOf(client), signal));
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

async function identityOf(client: UsbipClient): Promise<UsbIdentity> {
  const control = (setup: SetupPacket): Promise<Uint8Array> => controlOf(client, setup, NO_DATA);
  const descriptor = await readDeviceDescriptor(control);
  const serialNumber = await readString(control, descriptor.serialIndex);
  return {
    vendorId: descriptor.vendorId,
    productId: descriptor.productId,
    manufacturer: await readString(control, descriptor.manufacturerIndex),
    product: await readString(control, descriptor.productIndex),
    ...(serialNumber === "" ? {} : { serialNumber }),
  };
}

class UsbipTransport implements UsbTransport {
  readonly identity: UsbIdentity;
  readonly #client: UsbipClient;
  #isConfigured = false;

  constructor(client: UsbipClient, identity: UsbIdentity) {
    this.#client = client;
    this.identity = identity;
  }

  control(setup: SetupPacket, data: Uint8Array = NO_DATA): Promise<Uint8Array> {
    return controlOf(this.#client, setup, data);
  }

  async claim(configurationValue: number): Promise<void> {
    if (this.#isConfigured) return;
    await this.control(setConfiguration(configurationValue));
    this.#isConfigured = true;
  }

  async transferOut(endpoint: number, data: Uint8Array): Promise<void> {
    await this.#client.submit({ direction: "out", endpoint, length: data.length, data });
  }

  async transferIn(endpoint: number, maxBytes: number): Promise<Uint8Array> {
    return (await this.#client.submit({ direction: "in", endpoint, length: maxBytes })).data;
  }

  async clearHalt(direction: "in" | "out", endpoint: number): Promise<void> {
    await this.control(clearEndpointHalt((direction === "in" ? 0x80 : 0) | endpoint));
  }

  onGone(listener: (error: DeviceError) => void): void {
    this.#client.onGone(listener);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client[Symbol.asyncDispose]();
  }
}

async function controlOf(
  client: UsbipClient,
  packet: SetupPacket,
  data: Uint8Array,
): Promise<Uint8Array> {
  const { direction, length } = packet;
  const setup = encodeSetup({ ...packet, length: direction === "out" ? data.length : length });
  // A request without a data stage counts as "out".
  const isIn = direction === "in" && length > 0;
  const urb = isIn
    ? ({ direction: "in", endpoint: 0, length, setup } as const)
    : ({ direction: "out", endpoint: 0, length: data.length, setup, data } as const);
  return (await client.submit(urb)).data;
}
