// The standard requests of a device (USB 2.0 §9.4) and what they need to know of it.

import {
  FEATURE_ENDPOINT_HALT,
  type SetupPacket,
  USB_REQUESTS,
} from "../../core/wire/usb/setup.ts";
import {
  DESCRIPTOR_TYPES,
  encodeLanguageDescriptor,
  encodeStringDescriptor,
} from "../../core/wire/usb-descriptors.ts";
import { type ControlAnswer, NO_DATA } from "./transfer.ts";

/** What an endpoint's halt can be asked. */
export interface HaltableEndpoint {
  readonly isHalted: boolean;
  halt(): void;
  clearHalt(): void;
}

/** A device as its standard requests see it. */
export interface RequestedDevice {
  readonly deviceDescriptor: Uint8Array;
  readonly configurationDescriptor: Uint8Array;
  /** Texts of string descriptors 1 and up. */
  readonly strings: readonly string[];
  readonly isConfigured: boolean;
  /** Chooses configuration 1, or none. */
  setConfigured(isConfigured: boolean): void;
  hasInterface(number: number): boolean;
  /** By address, bit 7 is IN. */
  endpoint(address: number): HaltableEndpoint | undefined;
}

/** Answers a standard request for the device, an endpoint or the settings of an interface. */
export function standardRequest(device: RequestedDevice, setup: SetupPacket): ControlAnswer {
  switch (setup.recipient) {
    case "device":
      return deviceRequest(device, setup);
    case "interface":
      return interfaceRequest(device, setup);
    case "endpoint":
      return endpointRequest(device, setup);
    default:
      return "stall";
  }
}

function deviceRequest(device: RequestedDevice, setup: SetupPacket): ControlAnswer {
  switch (setup.request) {
    case USB_REQUESTS.getDescriptor:
      return setup.direction === "in" ? descriptorOf(device, setup.value) : "stall";
    case USB_REQUESTS.getStatus:
      // Bus-powered, remote wakeup off.
      return setup.direction === "in" ? Uint8Array.of(0, 0) : "stall";
    case USB_REQUESTS.setAddress:
      return setup.direction === "out" && setup.value < 128 ? NO_DATA : "stall";
    case USB_REQUESTS.getConfiguration:
      return setup.direction === "in" ? Uint8Array.of(device.isConfigured ? 1 : 0) : "stall";
    case USB_REQUESTS.setConfiguration:
      if (setup.direction !== "out" || setup.value > 1) return "stall";
      device.setConfigured(setup.value === 1);
      return NO_DATA;
    default:
      return "stall";
  }
}

/** Device qualifier and BOS stall: a full-speed device of USB 2.00 has neither. */
function descriptorOf(device: RequestedDevice, value: number): ControlAnswer {
  const index = value & 0xff;
  switch (value >> 8) {
    case DESCRIPTOR_TYPES.device:
      return index === 0 ? device.deviceDescriptor : "stall";
    case DESCRIPTOR_TYPES.configuration:
      return index === 0 ? device.configurationDescriptor : "stall";
    case DESCRIPTOR_TYPES.string: {
      if (index === 0) return encodeLanguageDescriptor();
      const text = device.strings[index - 1];
      return text === undefined ? "stall" : encodeStringDescriptor(text);
    }
    default:
      return "stall";
  }
}

function interfaceRequest(device: RequestedDevice, setup: SetupPacket): ControlAnswer {
  if (!device.isConfigured || !device.hasInterface(setup.index)) return "stall";
  switch (setup.request) {
    case USB_REQUESTS.getStatus:
      return setup.direction === "in" ? Uint8Array.of(0, 0) : "stall";
    case USB_REQUESTS.getInterface:
      return setup.direction === "in" ? Uint8Array.of(0) : "stall";
    case USB_REQUESTS.setInterface:
      // There are no alternate settings.
      return setup.direction === "out" && setup.value === 0 ? NO_DATA : "stall";
    default:
      return "stall";
  }
}

function endpointRequest(device: RequestedDevice, setup: SetupPacket): ControlAnswer {
  const isControl = (setup.index & 0x7f) === 0;
  const endpoint = device.isConfigured ? device.endpoint(setup.index) : undefined;
  if (endpoint === undefined && !isControl) return "stall";
  if (setup.request === USB_REQUESTS.getStatus && setup.direction === "in") {
    return Uint8Array.of(endpoint?.isHalted ? 1 : 0, 0);
  }
  const isHalt = setup.direction === "out" && setup.value === FEATURE_ENDPOINT_HALT;
  if (!isHalt) return "stall";
  switch (setup.request) {
    case USB_REQUESTS.clearFeature:
      endpoint?.clearHalt();
      return NO_DATA;
    case USB_REQUESTS.setFeature:
      if (endpoint === undefined) return "stall";
      endpoint.halt();
      return NO_DATA;
    default:
      return "stall";
  }
}
