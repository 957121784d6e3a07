import fc from "fast-check";
import { expect, test } from "vitest";
import { YUBIKEY5_CCID_DESCRIPTOR } from "../ccid/class-descriptor.ts";
import { bytes, hex } from "../testing/frames.ts";
import {
  decodeConfigurationDescriptor,
  decodeDeviceDescriptor,
  decodeStringDescriptor,
} from "./decode-descriptors.ts";
import type {
  ConfigurationDescriptor,
  DeviceDescriptor,
  FunctionDescriptor,
} from "./descriptors.ts";
import {
  encodeConfigurationDescriptor,
  encodeDeviceDescriptor,
  encodeLanguageDescriptor,
  encodeStringDescriptor,
} from "./encode-descriptors.ts";
import { decodeLineCoding, encodeLineCoding } from "./line-coding.ts";
import { decodeSetup, describeSetup, encodeSetup } from "./setup.ts";

/** PID 0404 of the CCID document, section 8. */
const DEVICE: DeviceDescriptor = {
  kind: "device",
  bcdUsb: 0x0200,
  deviceClass: 0,
  deviceSubClass: 0,
  deviceProtocol: 0,
  maxPacketBytes0: 64,
  vendorId: 0x1050,
  productId: 0x0404,
  bcdDevice: 0x0543,
  manufacturerIndex: 1,
  productIndex: 2,
  serialIndex: 0,
  numConfigurations: 1,
};
const ccidInterface = {
  kind: "interface",
  interfaceNumber: 0,
  alternateSetting: 0,
  numEndpoints: 3,
  interfaceClass: 0x0b,
  interfaceSubClass: 0,
  interfaceProtocol: 0,
  interfaceIndex: 0,
} as const;
const bulk = { kind: "endpoint", transferType: "bulk", maxPacketBytes: 64, interval: 0 } as const;
const CONFIGURATION: ConfigurationDescriptor = {
  kind: "configuration",
  configurationValue: 1,
  configurationIndex: 0,
  attributes: 0x80,
  maxPowerMa: 30,
  functions: [
    ccidInterface,
    YUBIKEY5_CCID_DESCRIPTOR,
    { ...bulk, address: 0x02 },
    { ...bulk, address: 0x82 },
    {
      kind: "endpoint",
      address: 0x83,
      transferType: "interrupt",
      maxPacketBytes: 8,
      interval: 32,
    },
  ],
};

test("writes and reads the device descriptor of the document", () => {
  const descriptor = "12 01 00 02 00 00 00 40 50 10 04 04 43 05 01 02 00 01";
  expect(encodeDeviceDescriptor(DEVICE)).toEqual(bytes(descriptor));
  expect(decodeDeviceDescriptor(bytes(descriptor))).toEqual(DEVICE);
  expect(decodeDeviceDescriptor(bytes(descriptor).subarray(1)).kind).toBe("malformed");
});

test("writes and reads the configuration of the document", () => {
  const encoded = encodeConfigurationDescriptor(CONFIGURATION);
  expect(hex(encoded.subarray(0, 18))).toBe("09025D0001010080" + "0F" + "09040000030B000000");
  expect(hex(encoded.subarray(72))).toBe("07050202400000" + "07058202400000" + "07058303080020");
  expect(decodeConfigurationDescriptor(encoded)).toEqual(CONFIGURATION);
});

/** A keyboard and a serial port beside it. */
const FUNCTIONS: readonly FunctionDescriptor[] = [
  {
    ...ccidInterface,
    numEndpoints: 1,
    interfaceClass: 3,
    interfaceSubClass: 1,
    interfaceProtocol: 1,
  },
  { kind: "hid", bcdHid: 0x0110, countryCode: 0, reportDescriptorBytes: 71 },
  { kind: "endpoint", address: 0x81, transferType: "interrupt", maxPacketBytes: 8, interval: 10 },
  {
    kind: "interface-association",
    firstInterface: 1,
    interfaceCount: 2,
    functionClass: 2,
    functionSubClass: 2,
    functionProtocol: 0,
    functionIndex: 0,
  },
  { ...ccidInterface, interfaceNumber: 1, numEndpoints: 1, interfaceClass: 2 },
  { kind: "cdc-header", bcdCdc: 0x0110 },
  { kind: "cdc-call-management", capabilities: 0, dataInterface: 2 },
  { kind: "cdc-acm", capabilities: 2 },
  { kind: "cdc-union", controlInterface: 1, subordinateInterface: 2 },
  { ...ccidInterface, interfaceNumber: 2, numEndpoints: 0, interfaceClass: 0x0a },
  { ...ccidInterface, interfaceNumber: 2, alternateSetting: 1, interfaceClass: 0x0a },
  { kind: "unknown", bytes: bytes("04 30 01 02") },
];

test("writes and reads HID, CDC and vendors' descriptors side by side", () => {
  const encoded = encodeConfigurationDescriptor({ ...CONFIGURATION, functions: FUNCTIONS });
  const text = hex(encoded);
  expect(text).toContain("092110010001224700");
  expect(text).toContain("052400100105240100020424020205240601020904");
  expect(text).toContain("080B010202020000");
  expect(encoded[4]).toBe(3);
  expect(decodeConfigurationDescriptor(encoded)).toEqual({
    ...CONFIGURATION,
    functions: FUNCTIONS,
  });
});

test.each([
  ["another total length", "09 02 0A 00 01 01 00 80 0F"],
  ["a descriptor of length 0", "09 02 0B 00 01 01 00 80 0F 00 04"],
  ["a descriptor cut short", "09 02 0B 00 01 01 00 80 0F 09 04"],
  ["another descriptor", "09 04 00 00 03 0B 00 00 00"],
])("finds a configuration with %s malformed", (_, descriptor) => {
  expect(decodeConfigurationDescriptor(bytes(descriptor)).kind).toBe("malformed");
});

test("names the field that does not fit", () => {
  expect(() => encodeDeviceDescriptor({ ...DEVICE, vendorId: 0x1_0000 })).toThrow(/^vendorId/);
  expect(() => encodeConfigurationDescriptor({ ...CONFIGURATION, maxPowerMa: 31 })).toThrow(
    /^maxPowerMa/,
  );
});

test("writes and reads strings and languages", () => {
  expect(hex(encodeLanguageDescriptor())).toBe("04030904");
  expect(hex(encodeStringDescriptor("Yubico"))).toBe("0E03590075006200690063006F00");
  expect(decodeStringDescriptor(bytes("0E03590075006200690063006F00"))).toEqual({
    kind: "string",
    text: "Yubico",
  });
  expect(decodeStringDescriptor(bytes("0503590075")).kind).toBe("malformed");
  expect(encodeStringDescriptor("x".repeat(126))).toHaveLength(254);
  expect(() => encodeStringDescriptor("x".repeat(127))).toThrow(RangeError);
});

test("writes and reads setup packets", () => {
  const setup = {
    direction: "in",
    class: "standard",
    recipient: "device",
    request: 6,
    value: 0x0100,
    index: 0,
    length: 64,
  } as const;
  expect(hex(encodeSetup(setup))).toBe("8006000100004000");
  expect(decodeSetup(bytes("8006000100004000"))).toEqual(setup);
  expect(describeSetup(setup)).toBe("getDescriptor in device value=0x0100 index=0x0000 length=64");
  expect(decodeSetup(bytes("2109000300000800"))).toMatchObject({
    direction: "out",
    class: "class",
    recipient: "interface",
    request: 9,
    value: 0x0300,
    length: 8,
  });
  expect(() => decodeSetup(bytes("80"))).toThrow(/^setup must be 8 bytes/);
});

test("reads back every setup packet that it writes", () => {
  const word = fc.nat(0xffff);
  const setup = fc.record({
    direction: fc.constantFrom("in" as const, "out" as const),
    class: fc.constantFrom("standard" as const, "class" as const, "vendor" as const),
    recipient: fc.constantFrom("device" as const, "interface" as const, "endpoint" as const),
    request: fc.nat(255),
    value: word,
    index: word,
    length: word,
  });
  fc.assert(
    fc.property(setup, (given) => {
      expect(decodeSetup(encodeSetup(given))).toEqual(given);
    }),
  );
});

test("writes and reads a line coding", () => {
  const coding = {
    kind: "line-coding",
    baudRate: 115_200,
    stopBits: 0,
    parity: 0,
    dataBits: 8,
  } as const;
  expect(hex(encodeLineCoding(coding))).toBe("00C20100000008");
  expect(decodeLineCoding(bytes("00C20100000008"))).toEqual(coding);
  for (const bad of ["00C201000000", "00C20100030008", "00C20100000508"]) {
    expect(decodeLineCoding(bytes(bad)).kind).toBe("malformed");
  }
});
