// The usb driver: tokens with an OATH applet behind a CCID interface, over the computer's USB or a
// USB/IP server.

import type { Device, OperationOptions } from "../device.ts";
import type { Driver, DriverHealth, Found, OpenOptions } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import { OperationQueue } from "../operation-queue.ts";
import { openYkoathDevice, type YkoathOpenOptions } from "../ykoath/device.ts";
import { formatUsbAddress, parseUsbAddress, type UsbAddress } from "./address.ts";
import { openCcidCard } from "./ccid-card.ts";
import type { UsbTransport } from "./usb-transport.ts";
import { openUsbipTransport } from "./usbip-transport.ts";
import { foundReaders, loadUsb, localReader, localReaders } from "./webusb.ts";
import { openWebUsbTransport } from "./webusb-transport.ts";

const NAME = "usb";
const LIST_TIMEOUT_MS = 10_000;
const OPEN_TIMEOUT_MS = 10_000;

/** @see Driver */
export const usbDriver: Driver = {
  name: NAME,
  summary: "tokens with an OATH applet on USB (YubiKey, Nitrokey 3, CanoKey), without pcscd",
  health,
  list,
  open: (address, options) => openUsbDevice(address, options),
};

/** What a device of the usb driver takes beside an address. */
export type UsbOpenOptions = OpenOptions & Pick<YkoathOpenOptions, "clock">;

/**
 * Opens a token by its address, `1050:0407` or `usbip://127.0.0.1:3240/1-1`.
 *
 * @throws {DeviceError} not-found, no-access, missing-package, not-supported, timed-out, protocol
 */
export async function openUsbDevice(text: string, options: UsbOpenOptions = {}): Promise<Device> {
  const address = parseUsbAddress(text);
  const queue = new OperationQueue(OPEN_TIMEOUT_MS);
  const card = await queue.run("open", options, async (signal) =>
    openCcidCard(await openTransport(address, signal), signal),
  );
  return openYkoathDevice(card, { ...options, driver: NAME, address: formatUsbAddress(address) });
}

async function openTransport(address: UsbAddress, signal: AbortSignal): Promise<UsbTransport> {
  if (address.kind === "usbip") return openUsbipTransport(address, address.busid, signal);
  return openWebUsbTransport(await localReader(address));
}

async function health(): Promise<DriverHealth> {
  try {
    await loadUsb();
    await localReaders();
    return { state: "ready", detail: "the usb package loads, and there is USB" };
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    return { state: "unavailable", detail: error.message, remedy: error.hint };
  }
}

/** Every device with a smart-card interface. @throws {DeviceError} unsupported-platform: no USB */
async function list(options: OperationOptions = {}): Promise<readonly Found[]> {
  const queue = new OperationQueue(LIST_TIMEOUT_MS);
  return queue.run("list USB devices", options, foundReaders);
}
