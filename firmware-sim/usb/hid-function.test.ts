import { describe, expect, it } from "vitest";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { OTP_REPORT_DESCRIPTOR } from "../../core/wire/hid-otp.ts";
import { TypedTextReader, typeText } from "../../core/wire/keyboard.ts";
import { hex } from "../../core/wire/testing/frames.ts";
import type { UsbFunctionName } from "../applets/smart-profile.ts";
import { fakeHid } from "../testing/fake-card.ts";
import { configure, controlHex, readHex } from "../testing/usb-host.ts";
import { NITROKEY_REPORT_DESCRIPTOR } from "./nitrokey-report-descriptor.ts";
import { createTokenDevice } from "./token-device.ts";

function deviceOf(name: UsbFunctionName) {
  const otpKeyboard = fakeHid();
  const nitrokey = fakeHid(64);
  const usb = {
    vendorId: 0x1050,
    productId: 0x0401,
    bcdDevice: 0x0543,
    manufacturer: "Yubico",
    product: "YubiKey OTP",
    functions: [name],
  };
  const device = createTokenDevice(usb, { otpKeyboard, nitrokey }, new SimulatedClock());
  configure(device);
  return { device, otpKeyboard, nitrokey };
}

describe("a keyboard with feature reports", () => {
  it("has its report descriptor, also before it is configured", () => {
    const { device } = deviceOf("otp-keyboard");
    device.reset();
    expect(controlHex(device, "81 06 00 22 00 00 47 00")).toBe(hex(OTP_REPORT_DESCRIPTOR));
    expect(controlHex(device, "81 06 00 21 00 00 09 00")).toBe("092110010001224700");
    expect(controlHex(device, "81 06 00 23 00 00 09 00")).toBe("stall");
  });

  it("passes feature reports in both directions", () => {
    const { device, otpKeyboard } = deviceOf("otp-keyboard");
    expect(controlHex(device, "21 09 00 03 00 00 08 00", "0038B98E00000089")).toBe("");
    expect(otpKeyboard.written.map(hex)).toEqual(["0038B98E00000089"]);
    expect(controlHex(device, "A1 01 00 03 00 00 08 00")).toBe("0038B98E00000089");
    expect(controlHex(device, "A1 01 00 03 00 00 04 00")).toBe("0038B98E");
  });

  it("stalls reports with an id, and reports of other types", () => {
    const { device } = deviceOf("otp-keyboard");
    expect(controlHex(device, "A1 01 01 03 00 00 08 00")).toBe("stall");
    expect(controlHex(device, "A1 01 00 02 00 00 08 00")).toBe("stall");
    expect(controlHex(device, "21 09 01 03 00 00 01 00", "00")).toBe("stall");
    expect(controlHex(device, "21 09 00 01 00 00 01 00", "00")).toBe("stall");
  });

  it("takes LEDs, idle rate and protocol, and forgets them when reset", () => {
    const { device, otpKeyboard } = deviceOf("otp-keyboard");
    expect(controlHex(device, "21 09 00 02 00 00 01 00", "02")).toBe("");
    expect(controlHex(device, "21 0A 00 7D 00 00 00 00")).toBe("");
    expect(controlHex(device, "A1 02 00 00 00 00 01 00")).toBe("7D");
    expect(controlHex(device, "21 0B 00 00 00 00 00 00")).toBe("");
    expect(controlHex(device, "A1 03 00 00 00 00 01 00")).toBe("00");
    expect(controlHex(device, "21 0B 02 00 00 00 00 00")).toBe("stall");
    device.reset();
    configure(device);
    expect(controlHex(device, "A1 02 00 00 00 00 01 00")).toBe("00");
    expect(controlHex(device, "A1 03 00 00 00 00 01 00")).toBe("01");
    expect(otpKeyboard.resets).toBe(1);
  });

  it("types on the interrupt endpoint, a report a transfer, and is silent otherwise", () => {
    const { device, otpKeyboard } = deviceOf("otp-keyboard");
    expect(readHex(device, 1)).toBe("pending");
    otpKeyboard.type(...typeText("755224\n"));
    const reader = new TypedTextReader();
    let typed = "";
    for (let report = readHex(device, 1); report !== "pending"; report = readHex(device, 1)) {
      const read = reader.read(new Uint8Array(Buffer.from(report, "hex")));
      typed += read.kind === "typed" ? read.text : "?";
    }
    expect(typed).toBe("755224\n");
    expect(controlHex(device, "A1 01 00 01 00 00 08 00")).toBe("0000000000000000");
  });

  it("gives keys to a transfer that waits for them", () => {
    const { device, otpKeyboard } = deviceOf("otp-keyboard");
    const read: string[] = [];
    device.transferIn(1, 8, (result) => read.push(result.kind === "done" ? hex(result.data) : ""));
    expect(read).toEqual([]);
    otpKeyboard.type(...typeText("a"));
    expect(read).toEqual(["0000040000000000"]);
    expect(controlHex(device, "A1 01 00 01 00 00 08 00")).toBe("0000040000000000");
  });

  it("overflows a buffer that is too small for a report", () => {
    const { device, otpKeyboard } = deviceOf("otp-keyboard");
    otpKeyboard.type(...typeText("a"));
    expect(readHex(device, 1, 4)).toBe("overflow");
  });
});

describe("a vendor HID device", () => {
  it("has feature reports of 64 bytes and is no boot device", () => {
    const { device, nitrokey } = deviceOf("nitrokey-hid");
    expect(controlHex(device, "81 06 00 22 00 00 FF 00")).toBe(hex(NITROKEY_REPORT_DESCRIPTOR));
    expect(controlHex(device, "80 06 00 02 00 00 12 00")).toMatch(/090400000103000000$/);
    expect(controlHex(device, "21 09 00 03 00 00 40 00", "0B".repeat(64))).toBe("");
    expect(nitrokey.written.map(hex)).toEqual(["0B".repeat(64)]);
    expect(controlHex(device, "A1 03 00 00 00 00 01 00")).toBe("stall");
  });
});
