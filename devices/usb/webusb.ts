// The `usb` package, and the USB devices of this computer that have a smart-card interface.

import { access, constants } from "node:fs/promises";
import { USB_CLASSES } from "../../core/wire/usb-descriptors.ts";
import type { Found } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import { formatUsbAddress, type UsbAddress } from "./address.ts";
import type { NativeUsb, NativeUsbDevice } from "./native-device.ts";

/** What a person does about a device that refuses them. */
export const USB_ACCESS_REMEDY: string =
  'install the rules that "oathbed devices udev" prints, then plug the token in again';

/** Loads the package. @throws {DeviceError} missing-package */
export async function loadUsb(): Promise<NativeUsb> {
  try {
    const { WebUSB } = await import("usb");
    return new WebUSB({ allowAllDevices: true }) as unknown as NativeUsb;
  } catch (cause) {
    throw new DeviceError("missing-package", "the usb package is not installed or does not load", {
      cause,
      hint: "run npm install in the project; it is prebuilt for Linux, macOS and Windows",
    });
  }
}

/**
 * The devices with a smart-card interface, in a fixed order.
 *
 * @throws {DeviceError} missing-package, unsupported-platform (this machine has no USB)
 */
export async function localReaders(): Promise<readonly NativeUsbDevice[]> {
  const usb = await loadUsb();
  try {
    const devices = await usb.getDevices();
    return devices.filter(hasReader).sort((a, b) => orderOf(a).localeCompare(orderOf(b), "en"));
  } catch (cause) {
    throw new DeviceError("unsupported-platform", "this machine has no USB", {
      cause,
      hint: "use a token over USB/IP: usb:usbip://HOST:PORT/BUSID",
    });
  }
}

/** The device at an address. @throws {DeviceError} not-found */
export async function localReader(
  address: UsbAddress & { kind: "local" },
): Promise<NativeUsbDevice> {
  const { vendorId, productId, number } = address;
  const alike = (await localReaders()).filter(
    (each) => each.vendorId === vendorId && each.productId === productId,
  );
  const found = alike[number - 1];
  if (found !== undefined) return found;
  throw new DeviceError("not-found", `there is no USB token ${formatUsbAddress(address)}`, {
    hint: "see what is plugged in with: oathbed devices list",
  });
}

/** The devices as a listing shows them. */
export async function foundReaders(): Promise<readonly Found[]> {
  const counts = new Map<string, number>();
  const found: Found[] = [];
  for (const device of await localReaders()) {
    const { vendorId, productId } = device;
    const ids = `${vendorId}:${productId}`;
    const number = (counts.get(ids) ?? 0) + 1;
    counts.set(ids, number);
    const serial = device.serialNumber ?? "";
    const words = [
      device.manufacturerName,
      device.productName,
      serial && `serial number ${serial}`,
    ];
    const description = words.filter((word) => word).join(", ") || "USB token";
    const problem = await problemWith(device);
    const address = formatUsbAddress({ kind: "local", vendorId, productId, number });
    found.push({ address, description, ...(problem === undefined ? {} : { problem }) });
  }
  return found;
}

/** Whether it has a smart-card interface. One that is unplugged at this moment has none. */
export function hasReader(device: Pick<NativeUsbDevice, "configurations">): boolean {
  try {
    return device.configurations.some(({ interfaces }) =>
      interfaces.some(({ alternates }) =>
        alternates.some(({ interfaceClass }) => interfaceClass === USB_CLASSES.ccid),
      ),
    );
  } catch {
    // The package looks again, and throws: no such device, or no access to it.
    return false;
  }
}

function orderOf({ bus, address }: NativeUsbDevice): string {
  return `${bus.padStart(8, "0")} ${String(address).padStart(4, "0")}`;
}

/** Why a device may not be opened. Linux tells before it is opened; others do not. */
async function problemWith({ bus, address }: NativeUsbDevice): Promise<string | undefined> {
  if (process.platform !== "linux" || !/^\d+$/.test(bus)) return undefined;
  const three = (number: number): string => String(number).padStart(3, "0");
  try {
    const path = `/dev/bus/usb/${three(Number(bus))}/${three(address)}`;
    await access(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EACCES" ? `may not be opened: ${USB_ACCESS_REMEDY}` : undefined;
  }
}
