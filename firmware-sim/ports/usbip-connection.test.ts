import { describe, expect, it } from "vitest";
import { bytes, hex, utf8 } from "../../core/wire/testing/frames.ts";
import {
  encodeImportRequest,
  encodeUrbRequest,
  submitUrb,
  URB_STATUS,
} from "../../core/wire/usbip.ts";
import { CONTACT_ATR, SELECTED } from "../testing/fake-card.ts";
import { busOf, hostOn } from "../testing/usbip-bus.ts";
import type { UsbipBus } from "./usbip-bus.ts";
import { MAX_PENDING_TRANSFERS, UsbipConnection } from "./usbip-connection.ts";

const POWER_ON = "62000000000004000000";

async function attachedHost(bus: UsbipBus, busid = "1-1") {
  const made = hostOn(bus);
  expect(await made.host.attach(busid)).toMatchObject({ kind: "imported" });
  expect(await made.host.control("00 09 01 00 00 00 00 00")).toBe("");
  return made;
}

describe("before a device is attached", () => {
  it("lists every device with its interfaces", async () => {
    const { bus } = busOf(2);
    const { host } = hostOn(bus);
    const ids = { vendorId: 0x1050, productId: 0x0405, bcdDevice: 0x0543, speed: 2 };
    expect(await host.devlist()).toMatchObject({
      kind: "devlist",
      devices: [
        {
          device: { ...ids, busid: "1-1", busnum: 1, devnum: 2, numInterfaces: 4 },
          interfaces: [
            { interfaceClass: 3, interfaceSubClass: 1, interfaceProtocol: 1 },
            { interfaceClass: 0x0b, interfaceSubClass: 0, interfaceProtocol: 0 },
            { interfaceClass: 2 },
            { interfaceClass: 0x0a },
          ],
        },
        { device: { ...ids, busid: "1-2", busnum: 1, devnum: 3 } },
      ],
    });
  });

  it("answers several operations on one connection", async () => {
    const { bus } = busOf();
    const { host } = hostOn(bus);
    await host.devlist();
    expect(await host.attach("1-9")).toEqual({ kind: "refused", status: 4 });
    await host.devlist();
    expect(await host.attach("1-1")).toMatchObject({ kind: "imported" });
  });

  it("gives a device to one host at a time", async () => {
    const { bus } = busOf();
    const first = await attachedHost(bus);
    const second = hostOn(bus);
    expect(await second.host.attach("1-1")).toEqual({ kind: "refused", status: 2 });
    first.host.close();
    expect(await second.host.attach("1-1")).toMatchObject({ kind: "imported" });
  });

  it.each([
    ["another version", "0106800500000000", "version"],
    ["another operation", "0111800700000000", "operation code"],
  ])("closes on %s", (_, message, problem) => {
    const { connection, reasons } = hostOn(busOf().bus);
    connection.receive(bytes(message));
    connection.receive(bytes("0111800500000000"));
    expect(reasons).toEqual([expect.stringContaining(problem)]);
  });

  it("waits for the rest of a message", async () => {
    const { host, connection } = hostOn(busOf().bus);
    const attached = host.attach("1-1");
    await attached;
    expect(connection.busid).toBe("1-1");
    const late = hostOn(busOf().bus);
    for (const byte of encodeImportRequest("1-1")) {
      expect(late.connection.busid).toBeUndefined();
      late.connection.receive(Uint8Array.of(byte));
    }
    expect(late.connection.busid).toBe("1-1");
  });
});

describe("an attached device", () => {
  it("is powered on and selected through its bulk endpoints", async () => {
    const { host } = await attachedHost(busOf().bus);
    expect(await host.exchange(POWER_ON)).toBe(`80170000000004000000${hex(CONTACT_ATR)}`);
    expect(await host.exchange("6F0C000000000500000000A4040007A0000005272101")).toBe(
      `80110000000005000000${hex(SELECTED)}`,
    );
  });

  it("stalls what it does not know, with -EPIPE and no data", async () => {
    const { host } = await attachedHost(busOf().bus);
    expect(await host.control("80 06 00 06 00 00 0A 00")).toBe(String(URB_STATUS.stall));
    expect(await host.read(9).reply).toMatchObject({ status: URB_STATUS.stall, actualLength: 0 });
    expect(await host.write(9, utf8("x"))).toMatchObject({ status: URB_STATUS.stall });
  });

  it("answers the stall of the USB/IP document byte by byte", async () => {
    const { bus } = busOf();
    const sent: string[] = [];
    const connection = new UsbipConnection({
      bus,
      send: (data) => sent.push(hex(data)),
      close: () => {},
    });
    connection.receive(encodeImportRequest("1-1"));
    connection.receive(
      bytes(
        `00000001 00000001 00010002 00000001 00000000 00000200 00000040 00000000 00000000
         00000000 8006000100004000`,
      ),
    );
    const device = "12010002EF02014050100504430501020001";
    expect(sent[1]).toBe(`0000000300000001${"0".repeat(32)}00000012${"0".repeat(40)}${device}`);
    const urb = { seqnum: 5, devid: 0x1_0002, direction: "in", endpoint: 0, length: 10 } as const;
    connection.receive(encodeUrbRequest(submitUrb({ ...urb, setup: bytes("800600060000 0A00") })));
    expect(sent[2]).toBe(`0000000300000005${"0".repeat(24)}FFFFFFE0${"0".repeat(48)}`);
  });

  it("never gives more than the host's buffer takes", async () => {
    const { host } = await attachedHost(busOf().bus);
    await host.write(2, bytes(POWER_ON));
    expect(await host.read(2, 10).reply).toMatchObject({
      status: URB_STATUS.overflow,
      data: bytes(""),
    });
  });

  it("holds an interrupt transfer until there is something to say", async () => {
    const { bus, tokens } = busOf();
    const { host, connection } = await attachedHost(bus);
    const { reply } = host.read(1, 8);
    expect(connection.pendingTransfers).toBe(1);
    tokens[0]?.otpKeyboard.type(bytes("0000040000000000"));
    expect(hex((await reply).data)).toBe("0000040000000000");
    expect(connection.pendingTransfers).toBe(0);
  });

  it("unlinks a transfer that waits: -ECONNRESET, and nothing more of it", async () => {
    const { bus, tokens } = busOf();
    const { host, connection } = await attachedHost(bus);
    const { seqnum } = host.read(1, 8);
    expect(await host.unlink(seqnum)).toBe(URB_STATUS.unlinked);
    expect(connection.pendingTransfers).toBe(0);
    tokens[0]?.otpKeyboard.type(bytes("0000040000000000"));
    expect(host.strays).toEqual([]);
    expect(hex((await host.read(1, 8).reply).data)).toBe("0000040000000000");
  });

  it("answers 0 to the unlink of a transfer that was answered, or never was", async () => {
    const { host } = await attachedHost(busOf().bus);
    await host.write(2, bytes(POWER_ON));
    const { seqnum, reply } = host.read(2);
    await reply;
    expect(await host.unlink(seqnum)).toBe(0);
    expect(await host.unlink(4711)).toBe(0);
  });

  it("stalls isochronous transfers and reads on behind them", async () => {
    const { connection, host } = await attachedHost(busOf().bus);
    const urb = submitUrb({ seqnum: 77, devid: 1, direction: "out", endpoint: 2, length: 4 });
    const header = encodeUrbRequest({ ...urb, numberOfPackets: 1, data: bytes("01020304") });
    connection.receive(new Uint8Array([...header, ...new Uint8Array(16)]));
    expect(host.strays).toMatchObject([{ kind: "malformed" }]);
    expect(connection.busid).toBe("1-1");
  });

  it("is reset when its host is gone, and free for the next one", async () => {
    const { bus, tokens } = busOf();
    const first = await attachedHost(bus);
    await first.host.exchange(POWER_ON);
    first.host.read(2);
    const resets = tokens[0]?.card.resets ?? 0;
    first.host.close();
    expect(tokens[0]?.card.resets).toBeGreaterThan(resets);
    expect(first.connection.pendingTransfers).toBe(0);
    const second = await attachedHost(bus);
    expect(await second.host.exchange("65000000000006000000")).toBe("81000000000006010000");
    expect(first.host.strays).toEqual([]);
  });

  it("is disconnected from its host when it is unplugged", async () => {
    const { bus, tokens } = busOf();
    const { host, reasons } = await attachedHost(bus);
    host.read(2);
    bus.remove("1-1");
    expect(reasons).toEqual(["1-1 was unplugged"]);
    expect(await hostOn(bus).host.attach("1-1")).toEqual({ kind: "refused", status: 4 });
    const [token] = tokens;
    if (token === undefined) throw new Error("no token");
    expect(bus.add(token.device, { port: 1 })).toBe("1-1");
    await attachedHost(bus);
  });

  it("closes on a host that keeps too many transfers waiting, or uses a seqnum twice", async () => {
    const many = await attachedHost(busOf().bus);
    for (let at = 0; at <= MAX_PENDING_TRANSFERS; at++) many.host.read(1, 8);
    expect(many.reasons).toEqual([expect.stringContaining("transfers wait")]);
    const twice = await attachedHost(busOf().bus);
    const urb = submitUrb({ seqnum: 9, devid: 1, direction: "in", endpoint: 1, length: 8 });
    twice.connection.receive(encodeUrbRequest(urb));
    twice.connection.receive(encodeUrbRequest(urb));
    expect(twice.reasons).toEqual(["seqnum 9 is in use"]);
  });

  it("closes on a transfer that no token needs, before its data comes", async () => {
    const { connection, reasons } = await attachedHost(busOf().bus);
    const header = encodeUrbRequest(
      submitUrb({ seqnum: 9, devid: 1, direction: "in", endpoint: 2, length: 0x7fff_ffff }),
    );
    header[15] = 0;
    connection.receive(header);
    expect(reasons).toEqual([expect.stringContaining("transfer of 2147483647 bytes")]);
  });
});

describe("a host that does not read", () => {
  it("is answered no more until it has read", () => {
    const { bus } = busOf(50);
    let replies = 0;
    let isCongested = false;
    const connection = new UsbipConnection({
      bus,
      send: () => {
        replies++;
        isCongested = true;
      },
      isCongested: () => isCongested,
      close: () => {},
    });
    for (let round = 0; round < 5; round++) connection.receive(bytes("0111800500000000"));
    expect(replies).toBe(1);
    for (const expected of [2, 3, 4, 5, 5]) {
      isCongested = false;
      connection.resume();
      expect(replies).toBe(expected);
    }
  });
});

describe("two devices", () => {
  it("do not know of each other", async () => {
    const { bus } = busOf(2);
    const one = await attachedHost(bus, "1-1");
    const two = await attachedHost(bus, "1-2");
    await one.host.exchange(POWER_ON);
    expect(await two.host.exchange("65000000000006000000")).toBe("81000000000006010000");
    one.host.close();
    expect(await two.host.exchange(POWER_ON)).toMatch(/^8017/);
  });
});

describe("a bus", () => {
  it("gives the first free port, and no port twice", () => {
    const { bus, tokens } = busOf(3);
    const [token] = tokens;
    if (token === undefined) throw new Error("no token");
    bus.remove("1-2");
    expect(bus.add(token.device)).toBe("1-2");
    expect(() => bus.add(token.device, { port: 3 })).toThrow("busid 1-3 is not free");
  });
});
