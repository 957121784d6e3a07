// Descriptors from bytes, as a host reads them. What is not known stays as it is.

import { type Malformed, malformed, viewOf } from "../bytes.ts";
import {
  CCID_CLASS_DESCRIPTOR_BYTES,
  decodeCcidClassDescriptor,
} from "../ccid/class-descriptor.ts";
import {
  type ConfigurationDescriptor,
  DESCRIPTOR_TYPES,
  type DeviceDescriptor,
  type EndpointDescriptor,
  type FunctionDescriptor,
  USB_CLASSES,
} from "./descriptors.ts";

const TRANSFER_TYPES: readonly EndpointDescriptor["transferType"][] = [
  "control",
  "isochronous",
  "bulk",
  "interrupt",
];

/** Reads a device descriptor of 18 bytes. */
export function decodeDeviceDescriptor(bytes: Uint8Array): DeviceDescriptor | Malformed {
  if (bytes.length !== 18 || bytes[0] !== 18 || bytes[1] !== DESCRIPTOR_TYPES.device) {
    return malformed("a device descriptor is 18 bytes beginning with 12 01");
  }
  const at = (offset: number) => bytes[offset] ?? 0;
  const view = viewOf(bytes);
  return {
    kind: "device",
    bcdUsb: view.getUint16(2, true),
    deviceClass: at(4),
    deviceSubClass: at(5),
    deviceProtocol: at(6),
    maxPacketBytes0: at(7),
    vendorId: view.getUint16(8, true),
    productId: view.getUint16(10, true),
    bcdDevice: view.getUint16(12, true),
    manufacturerIndex: at(14),
    productIndex: at(15),
    serialIndex: at(16),
    numConfigurations: at(17),
  };
}

/** Reads a configuration with all that follows its head. */
export function decodeConfigurationDescriptor(
  bytes: Uint8Array,
): ConfigurationDescriptor | Malformed {
  if (bytes.length < 9 || bytes[0] !== 9 || bytes[1] !== DESCRIPTOR_TYPES.configuration) {
    return malformed("a configuration begins with 09 02 and has at least 9 bytes");
  }
  const total = viewOf(bytes).getUint16(2, true);
  if (total !== bytes.length) {
    return malformed(`wTotalLength is ${total}, but there are ${bytes.length} bytes`);
  }
  const functions = decodeFunctions(bytes.subarray(9));
  if ("kind" in functions) return functions;
  return {
    kind: "configuration",
    configurationValue: bytes[5] ?? 0,
    configurationIndex: bytes[6] ?? 0,
    attributes: bytes[7] ?? 0,
    maxPowerMa: 2 * (bytes[8] ?? 0),
    functions,
  };
}

/** Reads the text of a string descriptor. */
export function decodeStringDescriptor(
  bytes: Uint8Array,
): { readonly kind: "string"; readonly text: string } | Malformed {
  const isString = bytes[0] === bytes.length && bytes[1] === DESCRIPTOR_TYPES.string;
  if (!isString || bytes.length % 2 !== 0) {
    return malformed("a string descriptor begins with its even length and 03");
  }
  return { kind: "string", text: Buffer.from(bytes.subarray(2)).toString("utf16le") };
}

function decodeFunctions(bytes: Uint8Array): readonly FunctionDescriptor[] | Malformed {
  const functions: FunctionDescriptor[] = [];
  let interfaceClass = -1;
  let at = 0;
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    if (length < 2 || at + length > bytes.length) {
      return malformed(`bLength ${length} at offset ${9 + at} does not fit`);
    }
    const descriptor = decodeFunction(bytes.subarray(at, at + length), interfaceClass);
    if (descriptor.kind === "interface") interfaceClass = descriptor.interfaceClass;
    functions.push(descriptor);
    at += length;
  }
  return functions;
}

/** One descriptor; of another length than its type has, it is unknown. */
function decodeFunction(bytes: Uint8Array, interfaceClass: number): FunctionDescriptor {
  const [length = 0, type = 0, ...rest] = bytes;
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = rest;
  if (type === DESCRIPTOR_TYPES.interface && length === 9) {
    return {
      kind: "interface",
      interfaceNumber: a,
      alternateSetting: b,
      numEndpoints: c,
      interfaceClass: d,
      interfaceSubClass: e,
      interfaceProtocol: f,
      interfaceIndex: g,
    };
  }
  if (type === DESCRIPTOR_TYPES.endpoint && length === 7 && b <= 3) {
    const transferType = TRANSFER_TYPES[b] ?? "control";
    return {
      kind: "endpoint",
      address: a,
      transferType,
      maxPacketBytes: c | (d << 8),
      interval: e,
    };
  }
  if (type === DESCRIPTOR_TYPES.interfaceAssociation && length === 8) {
    return {
      kind: "interface-association",
      firstInterface: a,
      interfaceCount: b,
      functionClass: c,
      functionSubClass: d,
      functionProtocol: e,
      functionIndex: f,
    };
  }
  if (type === DESCRIPTOR_TYPES.classSpecific) return decodeClassSpecific(bytes, interfaceClass);
  if (type === DESCRIPTOR_TYPES.classInterface) return decodeCdc(bytes);
  return { kind: "unknown", bytes };
}

function decodeClassSpecific(bytes: Uint8Array, interfaceClass: number): FunctionDescriptor {
  const isHid = interfaceClass === USB_CLASSES.hid && bytes.length === 9;
  if (isHid && bytes[5] === 1 && bytes[6] === DESCRIPTOR_TYPES.hidReport) {
    const view = viewOf(bytes);
    return {
      kind: "hid",
      bcdHid: view.getUint16(2, true),
      countryCode: bytes[4] ?? 0,
      reportDescriptorBytes: view.getUint16(7, true),
    };
  }
  if (interfaceClass !== USB_CLASSES.hid && bytes.length === CCID_CLASS_DESCRIPTOR_BYTES) {
    const ccid = decodeCcidClassDescriptor(bytes);
    if (ccid.kind === "ccid") return ccid;
  }
  return { kind: "unknown", bytes };
}

function decodeCdc(bytes: Uint8Array): FunctionDescriptor {
  const [length = 0, , subtype = 0, a = 0, b = 0] = bytes;
  if (subtype === 0 && length === 5) return { kind: "cdc-header", bcdCdc: a | (b << 8) };
  if (subtype === 1 && length === 5) {
    return { kind: "cdc-call-management", capabilities: a, dataInterface: b };
  }
  if (subtype === 2 && length === 4) return { kind: "cdc-acm", capabilities: a };
  if (subtype === 6 && length === 5) {
    return { kind: "cdc-union", controlInterface: a, subordinateInterface: b };
  }
  return { kind: "unknown", bytes };
}
