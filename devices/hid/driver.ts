// The hid driver: tokens that are commanded through HID feature reports.

import { SystemClock } from "../../core/time/system-clock.ts";
import type { Device, OperationOptions } from "../device.ts";
import type { Driver, DriverHealth, Found, OpenOptions } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import { OperationQueue } from "../operation-queue.ts";
import { parseUsbAddress } from "../usb/address.ts";
import { openUsbipTransport } from "../usb/usbip-transport.ts";
import { formatHidAddress, type HidAddress, parseHidAddress } from "./address.ts";
import { type HidProtocol, hidProtocolOf } from "./known-tokens.ts";
import {
  accessCode,
  HID_ACCESS_REMEDY,
  type HidInterface,
  hidInterfaces,
  loadNodeHid,
  openNodeHid,
} from "./node-hid.ts";
import { type HidTokenSettings, openHidToken } from "./open.ts";
import { FACTORY_PINS, pinsFrom } from "./pins.ts";
import { SlotNotes } from "./slot-notes.ts";
import { openUsbHid, type UsbHid } from "./usb-hid.ts";

const LIST_TIMEOUT_MS = 10_000;
const OPEN_TIMEOUT_MS = 8000;
/** Begins the address of a device on a USB/IP server: `usbip://127.0.0.1:3240/1-1`. */
const USBIP_SCHEME = "usbip://";

/** @see Driver */
export const hidDriver: Driver = {
  name: "hid",
  summary: "challenge-response slots of YubiKeys; Nitrokey Pro and Librem Key (HID reports)",
  health,
  list,
  open: async (address, options) => open(parseHidAddress(address), options ?? {}),
};

async function health(): Promise<DriverHealth> {
  try {
    await loadNodeHid();
    return { state: "ready", detail: "the node-hid package loads" };
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    const reason = error.cause instanceof Error ? error.cause.message.split("\n", 1)[0] : "";
    const detail = reason === "" ? error.message : `${error.message}: ${reason}`;
    return { state: "unavailable", detail, remedy: error.hint };
  }
}

/** Interfaces of tokens that are known. One that may not be opened says what to do about it. */
async function list(options: OperationOptions = {}): Promise<readonly Found[]> {
  const queue = new OperationQueue(LIST_TIMEOUT_MS);
  return queue.run("list HID interfaces", options, async () => {
    const tokens = (await hidInterfaces()).filter((each) => hidProtocolOf(each) !== undefined);
    return Promise.all(tokens.map(found));
  });
}

async function found(info: HidInterface): Promise<Found> {
  const ids = [info.vendorId, info.productId].map((id) => id.toString(16).padStart(4, "0"));
  const serial = info.serialNumber ? `serial number ${info.serialNumber}` : "";
  const words = [info.manufacturer ?? "", info.product ?? "", ids.join(":"), serial];
  const description = words.filter((word) => word !== "").join(", ");
  const code = await accessCode(info.path);
  const problem = code === undefined ? {} : { problem: `may not be opened: ${HID_ACCESS_REMEDY}` };
  return { address: info.path, description, ...problem };
}

async function open(address: HidAddress, options: OpenOptions): Promise<Device> {
  const { protocol, transport } = address.path.startsWith(USBIP_SCHEME)
    ? await openOverUsbip(address.path, options)
    : { protocol: await protocolAt(address.path), transport: await openNodeHid(address.path) };
  const settings: HidTokenSettings = {
    address: formatHidAddress(address),
    slot: address.slot,
    notes: notesFor(address),
    clock: new SystemClock(),
    pins: options.isFresh ? FACTORY_PINS : pinsFrom(process.env, address.pinFile),
  };
  return openHidToken(protocol, transport, settings, options);
}

/** Of this process: a token that is opened again has the codes it had. */
const NOTES = new Map<string, SlotNotes>();
const MAX_NOTES = 256;

function notesFor(address: HidAddress): SlotNotes {
  const key = formatHidAddress(address);
  const known = NOTES.get(key) ?? new SlotNotes(address);
  if (NOTES.size >= MAX_NOTES) NOTES.clear();
  NOTES.set(key, known);
  return known;
}

/** Through our own USB/IP client: no kernel, no package. */
function openOverUsbip(path: string, options: OperationOptions): Promise<UsbHid> {
  const address = parseUsbAddress(path);
  const queue = new OperationQueue(OPEN_TIMEOUT_MS);
  return queue.run("open", options, async (signal) => {
    if (address.kind !== "usbip") throw new RangeError("path must begin with usbip://");
    return openUsbHid(await openUsbipTransport(address, address.busid, signal), signal);
  });
}

async function protocolAt(path: string): Promise<HidProtocol> {
  const known = (await hidInterfaces()).find((each) => each.path === path);
  const protocol = known && hidProtocolOf(known);
  if (protocol !== undefined) return protocol;
  const what = known === undefined ? "is not there" : "is no token that this driver knows";
  throw new DeviceError("not-found", `${path} ${what}`, {
    hint: "see what is plugged in with: oathbed devices list",
  });
}
