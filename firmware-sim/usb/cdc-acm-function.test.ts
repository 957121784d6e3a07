import { describe, expect, it } from "vitest";
import { utf8 } from "../../core/wire/testing/frames.ts";
import { shellParts } from "../ports/attach.ts";
import { testToken } from "../testing/token.ts";
import { configure, controlHex, readHex } from "../testing/usb-host.ts";
import { CdcAcmFunction, type ControlLines } from "./cdc-acm-function.ts";
import { UsbDevice } from "./device.ts";
import { MAX_QUEUED_BYTES } from "./sources.ts";
import { createTokenDevice } from "./token-device.ts";

const IDENTITY = {
  vendorId: 0x2341,
  productId: 0x0043,
  bcdDevice: 1,
  manufacturer: "Arduino",
  product: "Uno",
};

function serialPort() {
  const received: string[] = [];
  const lines: ControlLines[] = [];
  const port = new CdcAcmFunction({
    receive: (data) => received.push(Buffer.from(data).toString()),
    onLines: (set) => lines.push(set),
  });
  const device = new UsbDevice(IDENTITY, [port]);
  configure(device);
  return { port, device, received, lines };
}

describe("a serial port over USB", () => {
  it("keeps the line coding that a host sets", () => {
    const { port, device } = serialPort();
    expect(controlHex(device, "A1 21 00 00 00 00 07 00")).toBe("80250000000008");
    expect(controlHex(device, "21 20 00 00 00 00 07 00", "00C20100000008")).toBe("");
    expect(port.lineCoding).toMatchObject({ baudRate: 115_200, parity: 0, dataBits: 8 });
    expect(controlHex(device, "21 20 00 00 00 00 07 00", "00C20100090008")).toBe("stall");
    expect(controlHex(device, "A1 21 00 00 00 00 07 00")).toBe("00C20100000008");
  });

  it("tells DTR and RTS, and announces the carrier when DTR rises", () => {
    const { device, lines } = serialPort();
    expect(readHex(device, 4)).toBe("pending");
    expect(controlHex(device, "21 22 03 00 00 00 00 00")).toBe("");
    expect(readHex(device, 4)).toBe("A1200000000002000300");
    expect(controlHex(device, "21 22 02 00 00 00 00 00")).toBe("");
    expect(readHex(device, 4)).toBe("pending");
    expect(lines).toEqual([
      { dtr: true, rts: true },
      { dtr: false, rts: true },
    ]);
  });

  it("drops the lines when the host is gone", () => {
    const { device, lines } = serialPort();
    controlHex(device, "21 22 03 00 00 00 00 00");
    device.reset();
    expect(lines.at(-1)).toEqual({ dtr: false, rts: false });
  });

  it("takes a break, and stalls what it does not know or is not for its control interface", () => {
    const { device } = serialPort();
    expect(controlHex(device, "21 23 FF FF 00 00 00 00")).toBe("");
    expect(controlHex(device, "21 24 00 00 00 00 00 00")).toBe("stall");
    expect(controlHex(device, "21 22 03 00 01 00 00 00")).toBe("stall");
  });

  it("carries bytes in both directions, whatever the size of the host's buffers", () => {
    const { port, device, received } = serialPort();
    device.transferOut(5, utf8("get"));
    device.transferOut(5, utf8("\n"));
    expect(received).toEqual(["get", "\n"]);
    port.send(utf8("ab"));
    port.send(utf8("cde"));
    expect(readHex(device, 5, 3)).toBe("616263");
    expect(readHex(device, 5, 64)).toBe("6465");
    expect(readHex(device, 5, 64)).toBe("pending");
  });

  it("keeps a bounded number of bytes for a host that does not read", () => {
    const { port, device } = serialPort();
    const piece = new Uint8Array(MAX_QUEUED_BYTES / 2 + 1);
    for (let round = 0; round < 5; round++) port.send(piece);
    expect(readHex(device, 5, 2 * MAX_QUEUED_BYTES)).toHaveLength(2 * MAX_QUEUED_BYTES);
  });

  it("forgets what was not read when the port is closed", () => {
    const { port, device } = serialPort();
    controlHex(device, "21 22 03 00 00 00 00 00");
    port.send(utf8("stale"));
    controlHex(device, "21 22 00 00 00 00 00 00");
    expect(readHex(device, 5)).toBe("pending");
  });

  it("has the line shell of a token behind it", () => {
    const { token } = testToken({ model: "serial-shell" });
    const usb = { ...IDENTITY, functions: ["cdc-acm"] as const };
    const { world } = testToken();
    const device = createTokenDevice(usb, shellParts(token, "complete"), world);
    configure(device);
    device.transferOut(5, utf8("help\n"));
    const answer = Buffer.from(readHex(device, 5), "hex").toString();
    expect(answer).toMatch(/^help\n/);
    expect(answer).toMatch(/\n\$ $/);
  });
});
