import { expect, test } from "vitest";
import { DeviceError } from "../errors.ts";
import { formatUsbAddress, parseUsbAddress } from "./address.ts";

test.each([
  ["1050:0407", { kind: "local", vendorId: 0x1050, productId: 0x0407, number: 1 }],
  ["20a0:42d4#12", { kind: "local", vendorId: 0x20a0, productId: 0x42d4, number: 12 }],
  ["usbip://127.0.0.1:3240/1-1", { kind: "usbip", host: "127.0.0.1", port: 3240, busid: "1-1" }],
  ["usbip://[::1]:40000/3-2.4", { kind: "usbip", host: "::1", port: 40000, busid: "3-2.4" }],
])("%s is written as it is read", (text, address) => {
  expect(parseUsbAddress(text)).toEqual(address);
  expect(formatUsbAddress(parseUsbAddress(text))).toBe(text);
});

test("the port of USB/IP need not be written", () => {
  expect(formatUsbAddress(parseUsbAddress("usbip://lab/1-1"))).toBe("usbip://lab:3240/1-1");
});

test.each([
  "",
  "1050",
  "1050:407",
  "1050:0407#0",
  "usbip://",
  "usbip://lab",
  "usbip://lab:0/1-1",
  "usbip://lab:65536/1-1",
  `usbip://lab/${"1".repeat(32)}`,
  "usbip://a/b/c",
])("%j is no address, and the error says how one is written", (text) => {
  expect(() => parseUsbAddress(text)).toThrow(DeviceError);
  expect(() => parseUsbAddress(text)).toThrow(/is no address of a USB device/);
});
