// The operations of USB/IP (USB/IP document, section 1): list and import, each a request and a
// reply with an 8-byte header of version, code and status.

import {
  assertLength,
  assertWhole,
  concatBytes,
  type Malformed,
  malformed,
  viewOf,
} from "../bytes.ts";
import { BUSID_BYTES, DEVICE_RECORD_BYTES, OPERATION_STATUS, USBIP_VERSION } from "./constants.ts";

/** Bytes of every operation header. */
export const OPERATION_HEADER_BYTES = 8;
/** Most devices read from one list. */
export const MAX_LISTED_DEVICES = 256;

/** Codes of operations. */
export const OPERATION_CODES = {
  devlistRequest: 0x8005,
  devlistReply: 0x0005,
  importRequest: 0x8003,
  importReply: 0x0003,
} as const;

/** What a server tells of a device: 312 bytes. */
export interface UsbipDevice {
  /** Any unique text of at most 255 bytes; by convention it ends in the busid. */
  readonly path: string;
  /** At most 31 bytes, such as `1-1`. */
  readonly busid: string;
  /** Not 0, like devnum: requests name the device by both. */
  readonly busnum: number;
  readonly devnum: number;
  /** USB_SPEEDS. */
  readonly speed: number;
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
  readonly deviceClass: number;
  readonly deviceSubClass: number;
  readonly deviceProtocol: number;
  /** The current configuration. */
  readonly configurationValue: number;
  readonly numConfigurations: number;
  readonly numInterfaces: number;
}

/** Class, subclass and protocol of an interface. */
export interface UsbipInterface {
  readonly interfaceClass: number;
  readonly interfaceSubClass: number;
  readonly interfaceProtocol: number;
}

/** A device in a list: numInterfaces is the number of its interfaces. */
export interface ListedDevice {
  readonly device: UsbipDevice;
  readonly interfaces: readonly UsbipInterface[];
}

/** OP_REQ_DEVLIST. */
export function encodeDevlistRequest(): Uint8Array {
  return operation(OPERATION_CODES.devlistRequest, OPERATION_STATUS.ok);
}

/** OP_REP_DEVLIST. @throws {RangeError} when numInterfaces differs or a field does not fit */
export function encodeDevlistReply(devices: readonly ListedDevice[]): Uint8Array {
  const count = new Uint8Array(4);
  viewOf(count).setUint32(0, devices.length);
  const parts = [operation(OPERATION_CODES.devlistReply, OPERATION_STATUS.ok), count];
  for (const { device, interfaces } of devices) {
    if (device.numInterfaces !== interfaces.length) {
      throw new RangeError("numInterfaces must be the number of interfaces listed");
    }
    parts.push(encodeDeviceRecord(device));
    for (const { interfaceClass, interfaceSubClass, interfaceProtocol } of interfaces) {
      parts.push(Uint8Array.of(interfaceClass, interfaceSubClass, interfaceProtocol, 0));
    }
  }
  return concatBytes(parts);
}

/** OP_REQ_IMPORT, 40 bytes. @throws {RangeError} when the busid is empty or above 31 bytes */
export function encodeImportRequest(busid: string): Uint8Array {
  const head = operation(OPERATION_CODES.importRequest, OPERATION_STATUS.ok);
  return concatBytes([head, textField("busid", busid, BUSID_BYTES)]);
}

/** OP_REP_IMPORT: the device imported, or a status other than 0. @throws {RangeError} */
export function encodeImportReply(
  reply: { readonly device: UsbipDevice } | { readonly status: number },
): Uint8Array {
  if ("device" in reply) {
    const head = operation(OPERATION_CODES.importReply, OPERATION_STATUS.ok);
    return concatBytes([head, encodeDeviceRecord(reply.device)]);
  }
  assertWhole("status", reply.status, 1, 0xffff_ffff);
  return operation(OPERATION_CODES.importReply, reply.status);
}

function operation(code: number, status: number): Uint8Array {
  const head = new Uint8Array(OPERATION_HEADER_BYTES);
  const view = viewOf(head);
  view.setUint16(0, USBIP_VERSION);
  view.setUint16(2, code);
  view.setUint32(4, status);
  return head;
}

const WORDS = ["busnum", "devnum", "speed"] as const;
const HALVES = ["vendorId", "productId", "bcdDevice"] as const;
const BYTES = [
  "deviceClass",
  "deviceSubClass",
  "deviceProtocol",
  "configurationValue",
  "numConfigurations",
  "numInterfaces",
] as const;

/** The 312 bytes of a device record. @throws {RangeError} naming a field that does not fit */
export function encodeDeviceRecord(device: UsbipDevice): Uint8Array {
  const numbers = new Uint8Array(24);
  const view = viewOf(numbers);
  for (const [at, name] of WORDS.entries()) {
    assertWhole(name, device[name], 0, 0xffff_ffff);
    view.setUint32(4 * at, device[name]);
  }
  for (const [at, name] of HALVES.entries()) {
    assertWhole(name, device[name], 0, 0xffff);
    view.setUint16(12 + 2 * at, device[name]);
  }
  for (const [at, name] of BYTES.entries()) {
    assertWhole(name, device[name], 0, 0xff);
    view.setUint8(18 + at, device[name]);
  }
  const path = textField("path", device.path, 256);
  return concatBytes([path, textField("busid", device.busid, BUSID_BYTES), numbers]);
}

/** Reads a device record. */
export function decodeDeviceRecord(
  bytes: Uint8Array,
): { readonly kind: "device"; readonly device: UsbipDevice } | Malformed {
  if (bytes.length !== DEVICE_RECORD_BYTES) return malformed("a device record is 312 bytes");
  const view = viewOf(bytes);
  const at = (offset: number) => bytes[offset] ?? 0;
  const device: UsbipDevice = {
    path: readText(bytes.subarray(0, 256)),
    busid: readText(bytes.subarray(256, 288)),
    busnum: view.getUint32(288),
    devnum: view.getUint32(292),
    speed: view.getUint32(296),
    vendorId: view.getUint16(300),
    productId: view.getUint16(302),
    bcdDevice: view.getUint16(304),
    deviceClass: at(306),
    deviceSubClass: at(307),
    deviceProtocol: at(308),
    configurationValue: at(309),
    numConfigurations: at(310),
    numInterfaces: at(311),
  };
  return { kind: "device", device };
}

/** The text in front of the first NUL. */
export function readText(field: Uint8Array): string {
  const end = field.indexOf(0);
  return Buffer.from(end < 0 ? field : field.subarray(0, end)).toString("utf8");
}

function textField(name: string, text: string, size: number): Uint8Array {
  const bytes = Buffer.from(text, "utf8");
  assertLength(name, bytes, 1, size - 1);
  const field = new Uint8Array(size);
  field.set(bytes);
  return field;
}
