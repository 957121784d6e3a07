// Addresses of the usb driver: `usbip://127.0.0.1:3240/1-1`, or `1050:0407` with the number of the
// device where several are alike: `1050:0407#2`.

import { USBIP_PORT } from "../../core/wire/usbip.ts";
import { DeviceError } from "../errors.ts";

/** Where a USB device is. */
export type UsbAddress =
  /** Of this computer. `number` counts from 1, in the order of `devices list`. */
  | {
      readonly kind: "local";
      readonly vendorId: number;
      readonly productId: number;
      readonly number: number;
    }
  | {
      readonly kind: "usbip";
      readonly host: string;
      readonly port: number;
      readonly busid: string;
    };

const LOCAL = /^([0-9a-f]{4}):([0-9a-f]{4})(?:#([1-9]\d{0,2}))?$/i;
const USBIP = /^usbip:\/\/(\[[0-9a-f:.]+\]|[^/:[\]]+)(?::(\d{1,5}))?\/([\w.-]{1,31})$/i;

/** @throws {DeviceError} not-found, saying how an address is written */
export function parseUsbAddress(text: string): UsbAddress {
  const local = LOCAL.exec(text);
  if (local !== null) {
    const [, vendor = "", product = "", number = "1"] = local;
    return {
      kind: "local",
      vendorId: Number.parseInt(vendor, 16),
      productId: Number.parseInt(product, 16),
      number: Number(number),
    };
  }
  const [, host = "", portText, busid = ""] = USBIP.exec(text) ?? [];
  const port = portText === undefined ? USBIP_PORT : Number(portText);
  if (host === "" || port < 1 || port > 0xffff) {
    throw new DeviceError("not-found", `"${text.slice(0, 100)}" is no address of a USB device`, {
      hint: "write usb:1050:0407 (vendor and product), or usb:usbip://HOST:PORT/BUSID",
    });
  }
  return { kind: "usbip", host: host.replace(/^\[(.*)\]$/, "$1"), port, busid };
}

/** As `devices list` shows it. The number 1 is not written. */
export function formatUsbAddress(address: UsbAddress): string {
  if (address.kind === "local") {
    const hex = (id: number): string => id.toString(16).padStart(4, "0");
    const number = address.number === 1 ? "" : `#${address.number}`;
    return `${hex(address.vendorId)}:${hex(address.productId)}${number}`;
  }
  const { host, port, busid } = address;
  return `usbip://${host.includes(":") ? `[${host}]` : host}:${port}/${busid}`;
}
