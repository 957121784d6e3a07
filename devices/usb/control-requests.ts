// Standard requests that a host makes of a device (USB 2.0 §9.4), over any transport.

import { viewOf } from "../../core/wire/bytes.ts";
import {
  type ConfigurationDescriptor,
  DESCRIPTOR_TYPES,
  type DeviceDescriptor,
  decodeConfigurationDescriptor,
  decodeDeviceDescriptor,
  decodeStringDescriptor,
  FEATURE_ENDPOINT_HALT,
  type SetupPacket,
  USB_REQUESTS,
} from "../../core/wire/usb-descriptors.ts";
import { DeviceError } from "../errors.ts";
import { UsbStall } from "./usb-transport.ts";

/** Makes a control transfer. */
export type Control = (setup: SetupPacket) => Promise<Uint8Array>;

const DEVICE_BYTES = 18;
const CONFIGURATION_HEAD_BYTES = 9;
/** Longest configuration read: tokens need a few hundred. */
const MAX_CONFIGURATION_BYTES = 4096;
/** English (United States), which every device with strings has. */
const LANGUAGE = 0x0409;

/** @throws {DeviceError} protocol when it cannot be read */
export async function readDeviceDescriptor(control: Control): Promise<DeviceDescriptor> {
  const bytes = await control(getDescriptor(DESCRIPTOR_TYPES.device, 0, 0, DEVICE_BYTES));
  const result = decodeDeviceDescriptor(bytes);
  if (result.kind === "malformed") throw unreadable("device descriptor", result.problem);
  return result;
}

/** The first configuration, with all that belongs to it. @throws {DeviceError} protocol */
export async function readConfiguration(control: Control): Promise<ConfigurationDescriptor> {
  const type = DESCRIPTOR_TYPES.configuration;
  const head = await control(getDescriptor(type, 0, 0, CONFIGURATION_HEAD_BYTES));
  if (head.length < CONFIGURATION_HEAD_BYTES) throw unreadable("configuration", "it is too short");
  const length = viewOf(head).getUint16(2, true);
  if (length > MAX_CONFIGURATION_BYTES) throw unreadable("configuration", "it is too long");
  const result = decodeConfigurationDescriptor(await control(getDescriptor(type, 0, 0, length)));
  if (result.kind === "malformed") throw unreadable("configuration", result.problem);
  return result;
}

/** A string, or "" when the device has none of that index. */
export async function readString(control: Control, index: number): Promise<string> {
  if (index === 0) return "";
  try {
    const bytes = await control(getDescriptor(DESCRIPTOR_TYPES.string, index, LANGUAGE, 0xff));
    const result = decodeStringDescriptor(bytes);
    return result.kind === "string" ? result.text : "";
  } catch (error) {
    if (error instanceof UsbStall) return "";
    throw error;
  }
}

/** Chooses a configuration. */
export function setConfiguration(value: number): SetupPacket {
  return outRequest("device", USB_REQUESTS.setConfiguration, value, 0);
}

/** Ends the halt of an endpoint. @param address with the direction bit */
export function clearEndpointHalt(address: number): SetupPacket {
  return outRequest("endpoint", USB_REQUESTS.clearFeature, FEATURE_ENDPOINT_HALT, address);
}

function getDescriptor(type: number, index: number, language: number, length: number): SetupPacket {
  return {
    direction: "in",
    class: "standard",
    recipient: "device",
    request: USB_REQUESTS.getDescriptor,
    value: (type << 8) | index,
    index: language,
    length,
  };
}

function outRequest(
  recipient: "device" | "endpoint",
  request: number,
  value: number,
  index: number,
): SetupPacket {
  return { direction: "out", class: "standard", recipient, request, value, index, length: 0 };
}

function unreadable(what: string, problem: string): DeviceError {
  return new DeviceError("protocol", `the USB device's ${what} cannot be read: ${problem}`);
}
