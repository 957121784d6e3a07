// Setup packets of control transfers (USB 2.0 §9.3): eight bytes, little-endian.

import { assertLength, assertWhole, hexNumber, viewOf } from "../bytes.ts";

/** Bytes of a setup packet. */
export const SETUP_BYTES = 8;

/** bmRequestType bits 6 and 5; 3 is reserved. */
export type RequestClass = "standard" | "class" | "vendor" | "reserved";
/** bmRequestType bits 4 to 0; 4 and up are reserved. */
export type RequestRecipient = "device" | "interface" | "endpoint" | "other" | "reserved";

/** A setup packet. */
export interface SetupPacket {
  /** Bit 7 of bmRequestType: "in" is from the device to the host. */
  readonly direction: "in" | "out";
  readonly class: RequestClass;
  readonly recipient: RequestRecipient;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  /** wLength: bytes of the data stage; an answer is never longer. */
  readonly length: number;
}

/** Standard requests (USB 2.0, table 9-4). */
export const USB_REQUESTS = {
  getStatus: 0,
  clearFeature: 1,
  setFeature: 3,
  setAddress: 5,
  getDescriptor: 6,
  setDescriptor: 7,
  getConfiguration: 8,
  setConfiguration: 9,
  getInterface: 10,
  setInterface: 11,
} as const;

/** Requests of the HID class (HID 1.11 §7.2). */
export const HID_REQUESTS = {
  getReport: 0x01,
  getIdle: 0x02,
  getProtocol: 0x03,
  setReport: 0x09,
  setIdle: 0x0a,
  setProtocol: 0x0b,
} as const;

/** High byte of wValue in GET_REPORT and SET_REPORT. */
export const HID_REPORT_TYPES = { input: 1, output: 2, feature: 3 } as const;

/** Requests of the CDC-ACM class (CDC PSTN 1.2 §6.3). */
export const CDC_REQUESTS = {
  setLineCoding: 0x20,
  getLineCoding: 0x21,
  setControlLineState: 0x22,
  sendBreak: 0x23,
} as const;

/** Requests of the CCID class (CCID document, section 3). */
export const CCID_REQUESTS = {
  abort: 0x01,
  getClockFrequencies: 0x02,
  getDataRates: 0x03,
} as const;

/** wValue of CLEAR_FEATURE that ends the halt of an endpoint. */
export const FEATURE_ENDPOINT_HALT = 0;

const CLASSES: readonly RequestClass[] = ["standard", "class", "vendor", "reserved"];
const RECIPIENTS: readonly RequestRecipient[] = ["device", "interface", "endpoint", "other"];

/** Reads a setup packet. @throws {RangeError} when it is not 8 bytes long */
export function decodeSetup(bytes: Uint8Array): SetupPacket {
  assertLength("setup", bytes, SETUP_BYTES, SETUP_BYTES);
  const [type = 0, request = 0] = bytes;
  const view = viewOf(bytes);
  return {
    direction: (type & 0x80) === 0 ? "out" : "in",
    class: CLASSES[(type >> 5) & 3] ?? "reserved",
    recipient: RECIPIENTS[type & 0x1f] ?? "reserved",
    request,
    value: view.getUint16(2, true),
    index: view.getUint16(4, true),
    length: view.getUint16(6, true),
  };
}

/** The bytes of a setup packet. @throws {RangeError} when a field is out of range or reserved */
export function encodeSetup(setup: SetupPacket): Uint8Array {
  const recipient = RECIPIENTS.indexOf(setup.recipient);
  if (setup.class === "reserved" || recipient < 0) {
    throw new RangeError("class and recipient of a setup packet must not be reserved");
  }
  assertWhole("request", setup.request, 0, 0xff);
  const bytes = new Uint8Array(SETUP_BYTES);
  const direction = setup.direction === "in" ? 0x80 : 0;
  bytes[0] = direction | (CLASSES.indexOf(setup.class) << 5) | recipient;
  bytes[1] = setup.request;
  const view = viewOf(bytes);
  for (const [at, field] of (["value", "index", "length"] as const).entries()) {
    assertWhole(field, setup[field], 0, 0xffff);
    view.setUint16(2 + 2 * at, setup[field], true);
  }
  return bytes;
}

/** `getDescriptor device value=0x0100 index=0x0000 length=64`, for wire logs. */
export function describeSetup(setup: SetupPacket): string {
  const names = setup.class === "standard" ? Object.entries(USB_REQUESTS) : [];
  const known = names.find(([, request]) => request === setup.request)?.[0];
  const request = known ?? `${setup.class} ${hexNumber(setup.request)}`;
  const value = hexNumber(setup.value, 4);
  const index = hexNumber(setup.index, 4);
  const { direction, recipient, length } = setup;
  return `${request} ${direction} ${recipient} value=${value} index=${index} length=${length}`;
}
