import { describe, expect, it } from "vitest";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { bytes, hex } from "../../core/wire/testing/frames.ts";
import {
  decodeConfigurationDescriptor,
  decodeDeviceDescriptor,
} from "../../core/wire/usb-descriptors.ts";
import type { UsbFunctionName, UsbIdentity } from "../applets/smart-profile.ts";
import { fakeCard, fakeHid } from "../testing/fake-card.ts";
import { configure, controlHex, readHex } from "../testing/usb-host.ts";
import { UsbDevice } from "./device.ts";
import { HidFunction } from "./hid-function.ts";
import { createTokenDevice } from "./token-device.ts";

const CCID_ONLY: UsbIdentity = {
  vendorId: 0x1050,
  productId: 0x0404,
  bcdDevice: 0x0543,
  manufacturer: "Yubico",
  product: "YubiKey CCID",
  functions: ["ccid"],
};

function deviceOf(functions: readonly UsbFunctionName[], identity: Partial<UsbIdentity> = {}) {
  const card = fakeCard();
  const otpKeyboard = fakeHid();
  const parts = { card, otpKeyboard, nitrokey: fakeHid(64), openSerial: () => ({ receive() {} }) };
  const usb = { ...CCID_ONLY, ...identity, functions };
  const device = createTokenDevice(usb, parts, new SimulatedClock());
  return { device, card, otpKeyboard };
}

describe("a device", () => {
  it("has the descriptors of the CCID document's example, but for the power it draws", () => {
    const { device } = deviceOf(["ccid"]);
    expect(controlHex(device, "80 06 00 01 00 00 12 00")).toBe(
      "120100020000004050100404430501020001",
    );
    const configuration = controlHex(device, "80 06 00 02 00 00 FF 00");
    expect(configuration).toMatch(/^09025D00010100800F09040000030B000000/);
    expect(configuration).toContain("36210001000702000000A00F0000");
    expect(configuration).toMatch(/070502024000000705820240000007058303080020$/);
    expect(configuration).toHaveLength(2 * 93);
  });

  it("is enumerated as a Linux host does it", () => {
    const { device } = deviceOf(["ccid"]);
    expect(controlHex(device, "80 06 00 01 00 00 40 00")).toHaveLength(36);
    expect(controlHex(device, "80 06 00 01 00 00 08 00")).toBe("1201000200000040");
    expect(controlHex(device, "80 06 00 06 00 00 0A 00")).toBe("stall");
    expect(controlHex(device, "80 06 00 0F 00 00 05 00")).toBe("stall");
    expect(controlHex(device, "80 06 00 02 00 00 09 00")).toBe("09025D00010100800F");
    expect(controlHex(device, "80 06 00 03 00 00 FF 00")).toBe("04030904");
    expect(controlHex(device, "80 06 01 03 09 04 FF 00")).toBe(
      `0E03${hex(new Uint8Array(Buffer.from("Yubico", "utf16le")))}`,
    );
    expect(controlHex(device, "80 06 EE 03 00 00 FF 00")).toBe("stall");
    expect(controlHex(device, "80 08 00 00 00 00 01 00")).toBe("00");
    expect(controlHex(device, "00 09 01 00 00 00 00 00")).toBe("");
    expect(controlHex(device, "80 08 00 00 00 00 01 00")).toBe("01");
    expect(controlHex(device, "80 00 00 00 00 00 02 00")).toBe("0000");
  });

  it.each([
    ["an unknown standard request", "80 0C 00 00 00 00 02 00"],
    ["configuration 2", "00 09 02 00 00 00 00 00"],
    ["remote wakeup", "00 03 01 00 00 00 00 00"],
    ["a vendor request", "C0 01 00 00 00 00 10 00"],
    ["a class request of an interface it has not", "A1 01 00 03 07 00 08 00"],
    ["the status of an endpoint it has not", "82 00 00 00 0F 00 02 00"],
    ["an alternate setting", "01 0B 01 00 00 00 00 00"],
    ["a request with the wrong direction", "00 06 00 01 00 00 00 00"],
    ["a reserved recipient", "9F 00 00 00 00 00 02 00"],
  ])("stalls %s", (_, setup) => {
    const { device } = deviceOf(["ccid"]);
    configure(device);
    expect(controlHex(device, setup)).toBe("stall");
  });

  it("stalls when the data stage is not as long as announced", () => {
    const { device } = deviceOf(["otp-keyboard"]);
    configure(device);
    expect(controlHex(device, "21 09 00 03 00 00 08 00", "0102030405060708")).toBe("");
    expect(controlHex(device, "21 09 00 03 00 00 08 00", "01020304050607")).toBe("stall");
  });

  it("transfers nothing before it is configured", () => {
    const { device } = deviceOf(["ccid"]);
    expect(readHex(device, 3)).toBe("stall");
    expect(device.transferOut(2, bytes("62000000000004000000"))).toEqual({ kind: "stall" });
    expect(controlHex(device, "02 03 00 00 02 00 00 00")).toBe("stall");
    expect(controlHex(device, "81 0A 00 00 00 00 01 00")).toBe("stall");
    configure(device);
    expect(controlHex(device, "81 0A 00 00 00 00 01 00")).toBe("00");
    expect(controlHex(device, "81 0A 00 00 01 00 01 00")).toBe("stall");
  });

  it("halts an endpoint until the halt is cleared", () => {
    const { device } = deviceOf(["ccid"]);
    configure(device);
    for (const address of ["02", "82"]) {
      expect(controlHex(device, `02 03 00 00 ${address} 00 00 00`)).toBe("");
      expect(controlHex(device, `82 00 00 00 ${address} 00 02 00`)).toBe("0100");
    }
    expect(device.transferOut(2, bytes("65000000000006000000"))).toEqual({ kind: "stall" });
    expect(readHex(device, 2)).toBe("stall");
    for (const address of ["02", "82"]) {
      expect(controlHex(device, `02 01 00 00 ${address} 00 00 00`)).toBe("");
      expect(controlHex(device, `82 00 00 00 ${address} 00 02 00`)).toBe("0000");
    }
    device.transferOut(2, bytes("65000000000006000000"));
    expect(readHex(device, 2)).toBe("81000000000006010000");
  });

  it("stalls the transfers that wait when their endpoint is halted", () => {
    const { device } = deviceOf(["ccid"]);
    configure(device);
    const results: string[] = [];
    device.transferIn(2, 64, ({ kind }) => results.push(kind));
    controlHex(device, "02 03 00 00 82 00 00 00");
    expect(results).toEqual(["stall"]);
  });

  it("keeps what is queued when a halt is cleared that was none", () => {
    const { device } = deviceOf(["ccid"]);
    configure(device);
    device.transferOut(2, bytes("65000000000006000000"));
    controlHex(device, "02 01 00 00 82 00 00 00");
    expect(readHex(device, 2)).toBe("81000000000006010000");
  });

  it("answers transfers of an endpoint in the order they came", () => {
    const { device } = deviceOf(["ccid"]);
    configure(device);
    const answered: number[] = [];
    for (const id of [1, 2]) device.transferIn(2, 64, () => answered.push(id));
    device.transferIn(2, 64, () => answered.push(3)).cancel();
    for (const sequence of ["06", "07"]) {
      device.transferOut(2, bytes(`6500000000 00${sequence}000000`));
    }
    expect(answered).toEqual([1, 2]);
  });

  it("drops waiting transfers and its configuration when it is reset", () => {
    const { device, card } = deviceOf(["ccid"]);
    configure(device);
    const ended: string[] = [];
    device.transferIn(2, 64, ({ kind }) => ended.push(kind));
    const { resets } = card;
    device.reset();
    expect(ended).toEqual([]);
    expect(card.resets).toBeGreaterThan(resets);
    expect(controlHex(device, "80 08 00 00 00 00 01 00")).toBe("00");
  });
});

describe("a composite device", () => {
  it("numbers interfaces and endpoints so that none is there twice", () => {
    const { device } = deviceOf(["otp-keyboard", "ccid", "cdc-acm"], { productId: 0x0405 });
    const configuration = decodeConfigurationDescriptor(
      bytes(controlHex(device, "80 06 00 02 00 00 FF FF")),
    );
    if (configuration.kind === "malformed") throw new Error(configuration.problem);
    const interfaces = configuration.functions.filter(({ kind }) => kind === "interface");
    expect(interfaces).toMatchObject([
      { interfaceNumber: 0, interfaceClass: 3, interfaceSubClass: 1, interfaceProtocol: 1 },
      { interfaceNumber: 1, interfaceClass: 0x0b, numEndpoints: 3 },
      { interfaceNumber: 2, interfaceClass: 2 },
      { interfaceNumber: 3, interfaceClass: 0x0a },
    ]);
    const addresses = configuration.functions.flatMap((each) =>
      each.kind === "endpoint" ? [each.address] : [],
    );
    expect(addresses).toEqual([0x81, 0x02, 0x82, 0x83, 0x84, 0x05, 0x85]);
  });

  it("says that it has interface associations, when it has", () => {
    const classOf = (functions: readonly UsbFunctionName[]): unknown => {
      const { device } = deviceOf(functions);
      return decodeDeviceDescriptor(bytes(controlHex(device, "80 06 00 01 00 00 12 00")));
    };
    const associated = { deviceClass: 0xef, deviceSubClass: 2, deviceProtocol: 1 };
    expect(classOf(["ccid", "cdc-acm"])).toMatchObject(associated);
    expect(classOf(["ccid", "otp-keyboard"])).toMatchObject({ deviceClass: 0 });
  });

  it("tells a serial number when it has one", () => {
    const { device } = deviceOf(["ccid"], { serialNumber: "42" });
    expect(controlHex(device, "80 06 03 03 09 04 FF 00")).toBe("060334003200");
  });

  it("refuses two functions with one endpoint", () => {
    const keyboard = new HidFunction({
      application: fakeHid(),
      reportDescriptor: Uint8Array.of(0),
      isKeyboard: true,
      inputReportBytes: 8,
      endpoint: 1,
    });
    const make = (): UsbDevice => new UsbDevice(CCID_ONLY, [keyboard, keyboard]);
    expect(make).toThrow("endpoint 1 belongs to two functions");
  });

  it("refuses a function that the token has nothing for", () => {
    const make = (): UsbDevice => createTokenDevice(CCID_ONLY, {}, new SimulatedClock());
    expect(make).toThrow("usb.functions has ccid, but the token has nothing behind it");
  });

  it("is polled for its card where the model has no interrupt endpoint", () => {
    const { device } = deviceOf(["ccid"], { vendorId: 0x20a0, productId: 0x42d4 });
    const interfaces = device.configuration.functions.filter(({ kind }) => kind === "interface");
    expect(interfaces).toMatchObject([{ numEndpoints: 2 }]);
    configure(device);
    expect(readHex(device, 3)).toBe("stall");
  });
});
