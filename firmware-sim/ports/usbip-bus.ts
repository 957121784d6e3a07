// The devices that a USB/IP server exports, and who has attached which: one host a device at a
// time (USB/IP document, sections 1 and 6).

import {
  type ListedDevice,
  MAX_LISTED_DEVICES,
  USB_SPEEDS,
  type UsbipDevice,
} from "../../core/wire/usbip.ts";
import type { UsbDevice } from "../usb/device.ts";
import type { OpenTap } from "./tap.ts";

/** busnum of all devices. Neither it nor devnum may be 0: requests name a device by both. */
const BUSNUM = 1;

/** How a device is plugged in. */
export interface PlugOptions {
  /** N of the busid 1-N: that of an earlier time; default the first that is free. */
  readonly port?: number;
  /** Sees the connection of each host that attaches the device, from then on. */
  readonly openTap?: OpenTap;
}

interface Exported {
  readonly device: UsbDevice;
  /** N of the busid 1-N. */
  readonly port: number;
  readonly openTap: OpenTap | undefined;
  /** Tells the host that has it that it is gone. */
  unplugged: (() => void) | undefined;
}

/** A device in the hands of one host. */
export interface Attached {
  readonly device: UsbDevice;
  readonly record: UsbipDevice;
  readonly openTap: OpenTap | undefined;
  /** The host is gone: the device is reset, and free for another one. */
  release(): void;
}

/** A bus. */
export class UsbipBus {
  readonly #devices = new Map<string, Exported>();

  /** How many devices there are. */
  get size(): number {
    return this.#devices.size;
  }

  /**
   * Plugs a device in.
   *
   * @returns its busid: 1-1, 1-2 …
   * @throws {RangeError} when the port is taken, or all 256 are
   */
  add(device: UsbDevice, { port, openTap }: PlugOptions = {}): string {
    const free = port ?? this.#freePort();
    const busid = `${BUSNUM}-${free}`;
    if (this.#devices.has(busid) || free > MAX_LISTED_DEVICES) {
      throw new RangeError(`busid ${busid} is not free; at most ${MAX_LISTED_DEVICES} devices`);
    }
    this.#devices.set(busid, { device, port: free, openTap, unplugged: undefined });
    return busid;
  }

  /** Pulls a device out; the host that has it is disconnected. Nothing when there is none. */
  remove(busid: string): void {
    const exported = this.#devices.get(busid);
    this.#devices.delete(busid);
    exported?.unplugged?.();
  }

  /** All devices, in the order of their ports. */
  list(): readonly ListedDevice[] {
    const all = [...this.#devices.values()].sort((a, b) => a.port - b.port);
    return all.map((exported) => ({
      device: recordOf(exported),
      interfaces: exported.device.configuration.functions.filter(
        (each) => each.kind === "interface",
      ),
    }));
  }

  /**
   * Gives a device to a host.
   *
   * @param unplugged called when it is removed from the bus
   */
  attach(busid: string, unplugged: () => void): Attached | "busy" | "no-such-device" {
    const exported = this.#devices.get(busid);
    if (exported === undefined) return "no-such-device";
    if (exported.unplugged !== undefined) return "busy";
    exported.unplugged = unplugged;
    return {
      device: exported.device,
      record: recordOf(exported),
      openTap: exported.openTap,
      release: () => {
        exported.unplugged = undefined;
        exported.device.reset();
      },
    };
  }

  #freePort(): number {
    for (let port = 1; ; port++) if (!this.#devices.has(`${BUSNUM}-${port}`)) return port;
  }
}

function recordOf({ device, port }: Exported): UsbipDevice {
  const { descriptor, interfaceCount } = device;
  const busid = `${BUSNUM}-${port}`;
  return {
    path: `/sys/devices/platform/oathbed/usb${BUSNUM}/${busid}`,
    busid,
    busnum: BUSNUM,
    devnum: port + 1,
    speed: USB_SPEEDS.full,
    vendorId: descriptor.vendorId,
    productId: descriptor.productId,
    bcdDevice: descriptor.bcdDevice,
    deviceClass: descriptor.deviceClass,
    deviceSubClass: descriptor.deviceSubClass,
    deviceProtocol: descriptor.deviceProtocol,
    configurationValue: 1,
    numConfigurations: descriptor.numConfigurations,
    numInterfaces: interfaceCount,
  };
}
