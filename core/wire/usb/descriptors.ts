// USB descriptors as data (USB 2.0 §9.6; HID 1.11 §6.2.1; CDC 1.2 §5.2.3; CCID document, section
// 2). Little-endian. A device model lists values; the bytes are functions of them.

import type { CcidClassDescriptor } from "../ccid/class-descriptor.ts";

/** bDescriptorType. HID and CCID share 0x21: the interface's class tells which is meant. */
export const DESCRIPTOR_TYPES = {
  device: 1,
  configuration: 2,
  string: 3,
  interface: 4,
  endpoint: 5,
  deviceQualifier: 6,
  interfaceAssociation: 11,
  bos: 15,
  classSpecific: 0x21,
  hidReport: 0x22,
  classInterface: 0x24,
} as const;

/** bInterfaceClass of the interfaces that tokens have. */
export const USB_CLASSES = {
  cdcControl: 0x02,
  hid: 0x03,
  cdcData: 0x0a,
  ccid: 0x0b,
  vendor: 0xff,
} as const;

/** Of a whole device; 18 bytes. */
export interface DeviceDescriptor {
  readonly kind: "device";
  /** 0x0200: higher asks for a BOS descriptor. */
  readonly bcdUsb: number;
  readonly deviceClass: number;
  readonly deviceSubClass: number;
  readonly deviceProtocol: number;
  readonly maxPacketBytes0: number;
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
  /** String indexes; 0 is none. */
  readonly manufacturerIndex: number;
  readonly productIndex: number;
  readonly serialIndex: number;
  readonly numConfigurations: number;
}

/** Head of a configuration, 9 bytes. Its total length and number of interfaces are computed. */
export interface ConfigurationHead {
  readonly kind: "configuration";
  readonly configurationValue: number;
  readonly configurationIndex: number;
  /** Bit 7 always, bit 6 self-powered, bit 5 remote wakeup. */
  readonly attributes: number;
  /** bMaxPower times two, mA. */
  readonly maxPowerMa: number;
}

/** An interface, 9 bytes. */
export interface InterfaceDescriptor {
  readonly kind: "interface";
  readonly interfaceNumber: number;
  readonly alternateSetting: number;
  readonly numEndpoints: number;
  readonly interfaceClass: number;
  readonly interfaceSubClass: number;
  readonly interfaceProtocol: number;
  readonly interfaceIndex: number;
}

/** An endpoint, 7 bytes. */
export interface EndpointDescriptor {
  readonly kind: "endpoint";
  /** Bit 7 set is IN. */
  readonly address: number;
  readonly transferType: "control" | "isochronous" | "bulk" | "interrupt";
  readonly maxPacketBytes: number;
  /** bInterval: milliseconds at full speed. */
  readonly interval: number;
}

/** Interfaces that are one function (USB ECN of 2003), 8 bytes: CDC-ACM beside others. */
export interface InterfaceAssociation {
  readonly kind: "interface-association";
  readonly firstInterface: number;
  readonly interfaceCount: number;
  readonly functionClass: number;
  readonly functionSubClass: number;
  readonly functionProtocol: number;
  readonly functionIndex: number;
}

/** A HID interface with one report descriptor, 9 bytes. */
export interface HidDescriptor {
  readonly kind: "hid";
  /** 0x0111 or 0x0110. */
  readonly bcdHid: number;
  readonly countryCode: number;
  readonly reportDescriptorBytes: number;
}

/** Functional descriptors of CDC-ACM. */
export type CdcDescriptor =
  | { readonly kind: "cdc-header"; readonly bcdCdc: number }
  | {
      readonly kind: "cdc-call-management";
      readonly capabilities: number;
      readonly dataInterface: number;
    }
  /** Capability bit 1: line coding and control line state. */
  | { readonly kind: "cdc-acm"; readonly capabilities: number }
  | {
      readonly kind: "cdc-union";
      readonly controlInterface: number;
      readonly subordinateInterface: number;
    };

/** Another descriptor, kept as it is: `bytes` has length and type in front. */
export interface UnknownDescriptor {
  readonly kind: "unknown";
  readonly bytes: Uint8Array;
}

/** What may follow the head of a configuration, in the order of the wire. */
export type FunctionDescriptor =
  | InterfaceDescriptor
  | EndpointDescriptor
  | InterfaceAssociation
  | HidDescriptor
  | CdcDescriptor
  | CcidClassDescriptor
  | UnknownDescriptor;

/** A configuration with all that belongs to it. */
export interface ConfigurationDescriptor extends ConfigurationHead {
  readonly functions: readonly FunctionDescriptor[];
}
