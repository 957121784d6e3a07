// A USB host for tests, one transfer at a time: straight at a device, without USB/IP.

import { hex } from "../../core/wire/testing/frames.ts";
import { encodeSetup, type SetupPacket } from "../../core/wire/usb/setup.ts";
import type { UsbDevice } from "../usb/device.ts";
import type { TransferResult } from "../usb/transfer.ts";

/** A setup packet by its fields; the rest is a standard request of the device, all 0. */
export function setupOf(given: Partial<SetupPacket>): Uint8Array {
  return encodeSetup({
    direction: "in",
    class: "standard",
    recipient: "device",
    request: 0,
    value: 0,
    index: 0,
    length: 0,
    ...given,
  });
}

/** Does a control transfer given in hexadecimal, as documents write them; "stall" or hex. */
export function controlHex(device: UsbDevice, setup: string, data = ""): string {
  const packet = new Uint8Array(Buffer.from(setup.replaceAll(" ", ""), "hex"));
  const bytes = new Uint8Array(Buffer.from(data.replaceAll(" ", ""), "hex"));
  return shown(device.control(packet, bytes, 0xffff));
}

/** Chooses configuration 1. */
export function configure(device: UsbDevice): void {
  if (controlHex(device, "00 09 01 00 00 00 00 00") !== "") throw new Error("not configured");
}

/** What an IN transfer gets now: hex, "stall", "overflow", or "pending". It is not left waiting. */
export function readHex(device: UsbDevice, endpoint: number, length = 0x1_0000): string {
  let result = "pending";
  const transfer = device.transferIn(endpoint, length, (ended) => {
    result = shown(ended);
  });
  transfer.cancel();
  return result;
}

function shown(result: TransferResult): string {
  return result.kind === "done" ? hex(result.data) : result.kind;
}
