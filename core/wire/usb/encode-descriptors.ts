// Descriptors to bytes.

import { assertLength, assertWhole, concatBytes } from "../bytes.ts";
import { encodeCcidClassDescriptor } from "../ccid/class-descriptor.ts";
import {
  type CdcDescriptor,
  type ConfigurationDescriptor,
  DESCRIPTOR_TYPES,
  type DeviceDescriptor,
  type FunctionDescriptor,
} from "./descriptors.ts";

/** Longest configuration: wTotalLength has 16 bits. */
const MAX_CONFIGURATION_BYTES = 0xffff;
/** Most UTF-16 units of a string descriptor: bLength is one byte. */
export const MAX_STRING_UNITS = 126;

const TRANSFER_TYPES = ["control", "isochronous", "bulk", "interrupt"] as const;
/** Subtypes of class-specific interface descriptors (CDC 1.2, table 13). */
const CDC_SUBTYPES = { header: 0, callManagement: 1, acm: 2, union: 6 } as const;

/** The 18 bytes of a device descriptor. @throws {RangeError} naming a field that does not fit */
export function encodeDeviceDescriptor(device: DeviceDescriptor): Uint8Array {
  return record(DESCRIPTOR_TYPES.device, [
    ["bcdUsb", device.bcdUsb, 2],
    ["deviceClass", device.deviceClass, 1],
    ["deviceSubClass", device.deviceSubClass, 1],
    ["deviceProtocol", device.deviceProtocol, 1],
    ["maxPacketBytes0", device.maxPacketBytes0, 1],
    ["vendorId", device.vendorId, 2],
    ["productId", device.productId, 2],
    ["bcdDevice", device.bcdDevice, 2],
    ["manufacturerIndex", device.manufacturerIndex, 1],
    ["productIndex", device.productIndex, 1],
    ["serialIndex", device.serialIndex, 1],
    ["numConfigurations", device.numConfigurations, 1],
  ]);
}

/**
 * The bytes of a configuration with all its functions; total length and number of interfaces
 * (alternate settings counted once) are computed.
 *
 * @throws {RangeError} naming a field that does not fit
 */
export function encodeConfigurationDescriptor(configuration: ConfigurationDescriptor): Uint8Array {
  const body = concatBytes(configuration.functions.map(encodeFunctionDescriptor));
  assertLength("functions", body, 0, MAX_CONFIGURATION_BYTES - 9);
  const interfaces = configuration.functions.filter((each) => each.kind === "interface");
  const numbers = new Set(interfaces.map((each) => each.interfaceNumber));
  const head = record(DESCRIPTOR_TYPES.configuration, [
    ["totalLength", 9 + body.length, 2],
    ["numInterfaces", numbers.size, 1],
    ["configurationValue", configuration.configurationValue, 1],
    ["configurationIndex", configuration.configurationIndex, 1],
    ["attributes", configuration.attributes, 1],
    ["maxPowerMa / 2", configuration.maxPowerMa / 2, 1],
  ]);
  return concatBytes([head, body]);
}

/** The bytes of one descriptor. @throws {RangeError} naming a field that does not fit */
export function encodeFunctionDescriptor(descriptor: FunctionDescriptor): Uint8Array {
  switch (descriptor.kind) {
    case "interface":
      return record(DESCRIPTOR_TYPES.interface, [
        ["interfaceNumber", descriptor.interfaceNumber, 1],
        ["alternateSetting", descriptor.alternateSetting, 1],
        ["numEndpoints", descriptor.numEndpoints, 1],
        ["interfaceClass", descriptor.interfaceClass, 1],
        ["interfaceSubClass", descriptor.interfaceSubClass, 1],
        ["interfaceProtocol", descriptor.interfaceProtocol, 1],
        ["interfaceIndex", descriptor.interfaceIndex, 1],
      ]);
    case "endpoint":
      return record(DESCRIPTOR_TYPES.endpoint, [
        ["address", descriptor.address, 1],
        ["transferType", TRANSFER_TYPES.indexOf(descriptor.transferType), 1],
        ["maxPacketBytes", descriptor.maxPacketBytes, 2],
        ["interval", descriptor.interval, 1],
      ]);
    case "interface-association":
      return record(DESCRIPTOR_TYPES.interfaceAssociation, [
        ["firstInterface", descriptor.firstInterface, 1],
        ["interfaceCount", descriptor.interfaceCount, 1],
        ["functionClass", descriptor.functionClass, 1],
        ["functionSubClass", descriptor.functionSubClass, 1],
        ["functionProtocol", descriptor.functionProtocol, 1],
        ["functionIndex", descriptor.functionIndex, 1],
      ]);
    case "hid":
      return record(DESCRIPTOR_TYPES.classSpecific, [
        ["bcdHid", descriptor.bcdHid, 2],
        ["countryCode", descriptor.countryCode, 1],
        ["numDescriptors", 1, 1],
        ["reportDescriptorType", DESCRIPTOR_TYPES.hidReport, 1],
        ["reportDescriptorBytes", descriptor.reportDescriptorBytes, 2],
      ]);
    case "ccid":
      return encodeCcidClassDescriptor(descriptor);
    case "unknown":
      return encodeUnknown(descriptor.bytes);
    default:
      return encodeCdc(descriptor);
  }
}

function encodeCdc(descriptor: CdcDescriptor): Uint8Array {
  switch (descriptor.kind) {
    case "cdc-header":
      return cdc(CDC_SUBTYPES.header, [["bcdCdc", descriptor.bcdCdc, 2]]);
    case "cdc-call-management":
      return cdc(CDC_SUBTYPES.callManagement, [
        ["capabilities", descriptor.capabilities, 1],
        ["dataInterface", descriptor.dataInterface, 1],
      ]);
    case "cdc-acm":
      return cdc(CDC_SUBTYPES.acm, [["capabilities", descriptor.capabilities, 1]]);
    case "cdc-union":
      return cdc(CDC_SUBTYPES.union, [
        ["controlInterface", descriptor.controlInterface, 1],
        ["subordinateInterface", descriptor.subordinateInterface, 1],
      ]);
  }
}

/** A string descriptor: UTF-16LE. @throws {RangeError} above 126 UTF-16 units */
export function encodeStringDescriptor(text: string): Uint8Array {
  assertWhole("string length", text.length, 0, MAX_STRING_UNITS);
  const units = new Uint8Array(Buffer.from(text, "utf16le"));
  const head = Uint8Array.of(2 + units.length, DESCRIPTOR_TYPES.string);
  return concatBytes([head, units]);
}

/** String descriptor 0: the languages there are strings in, 0x0409 being US English. */
export function encodeLanguageDescriptor(languages: readonly number[] = [0x0409]): Uint8Array {
  return record(
    DESCRIPTOR_TYPES.string,
    languages.map((language) => ["language", language, 2]),
  );
}

type Field = readonly [name: string, value: number, bytes: 1 | 2];

function cdc(subtype: number, fields: readonly Field[]): Uint8Array {
  return record(DESCRIPTOR_TYPES.classInterface, [["subtype", subtype, 1], ...fields]);
}

function record(type: number, fields: readonly Field[]): Uint8Array {
  const bytes = [0, type];
  for (const [name, value, size] of fields) {
    assertWhole(name, value, 0, size === 1 ? 0xff : 0xffff);
    bytes.push(value & 0xff);
    if (size === 2) bytes.push(value >> 8);
  }
  assertWhole("bLength", bytes.length, 2, 0xff);
  bytes[0] = bytes.length;
  return Uint8Array.from(bytes);
}

function encodeUnknown(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 2 || bytes[0] !== bytes.length) {
    throw new RangeError("an unknown descriptor must begin with its own length and type");
  }
  return bytes;
}
