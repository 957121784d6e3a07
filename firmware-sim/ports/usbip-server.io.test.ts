import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { SystemClock } from "../../core/time/system-clock.ts";
import { createWireDecoder } from "../../core/wire/decode.ts";
import { bytes, hex } from "../../core/wire/testing/frames.ts";
import { CONTACT_ATR, fakeCard, fakeHid, SELECTED } from "../testing/fake-card.ts";
import { connectUsbipHost } from "../testing/usbip-host.ts";
import { createTokenDevice } from "../usb/token-device.ts";
import { type AttachableToken, type Attachment, type AttachOptions, attach } from "./attach.ts";
import type { OpenTap } from "./tap.ts";
import { openUsbipServer } from "./usbip-server.ts";

const POWER_ON = "62000000000004000000";
const SELECT = "6F0C000000000500000000A4040007A0000005272101";
const clock = new SystemClock();
const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each[Symbol.asyncDispose]();
});

function tokenOf(name = "key") {
  const card = fakeCard();
  const otpKeyboard = fakeHid();
  const usb = {
    vendorId: 0x1050,
    productId: 0x0405,
    bcdDevice: 0x0543,
    manufacturer: "Yubico",
    product: "YubiKey OTP+CCID",
    functions: ["otp-keyboard", "ccid"],
  } as const;
  return { name, card, otpKeyboard, usb } satisfies AttachableToken;
}

async function attached(
  token: AttachableToken = tokenOf(),
  options: Partial<AttachOptions> = {},
): Promise<Attachment & { readonly port: number; readonly busid: string }> {
  const made = await attach(token, { kind: "usbip", clock, port: 0, ...options });
  open.push(made);
  const [, port, busid] = /:(\d+)\/(.*)$/.exec(made.address) ?? [];
  return { ...made, port: Number(port), busid: busid ?? "" };
}

async function rawClient(port: number): Promise<{ socket: Socket; closed: Promise<void> }> {
  const socket = connect(port, "127.0.0.1");
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  socket.on("error", () => {});
  socket.resume();
  return { socket, closed: new Promise((resolve) => socket.once("close", () => resolve())) };
}

describe("a token attached by USB/IP", () => {
  it("is listed, attached, enumerated and used over loopback", async () => {
    const token = tokenOf();
    const { port, busid } = await attached(token);
    const lister = await connectUsbipHost(port);
    expect(await lister.devlist()).toMatchObject({ devices: [{ device: { busid: "1-1" } }] });
    lister.close();
    const host = await connectUsbipHost(port);
    expect(await host.attach(busid)).toMatchObject({ kind: "imported" });
    expect(await host.control("80 06 00 01 00 00 40 00")).toMatch(/^1201000200000040501005044305/);
    const head = await host.control("80 06 00 02 00 00 09 00");
    const total = head.slice(4, 8);
    expect(await host.control(`80 06 00 02 00 00 ${total}`)).toMatch(new RegExp(`^${head}`));
    expect(await host.control("00 09 01 00 00 00 00 00")).toBe("");
    expect(await host.control("21 0A 00 00 00 00 00 00")).toBe("");
    const interrupt = host.read(1, 8);
    expect(await host.exchange(POWER_ON)).toBe(`80170000000004000000${hex(CONTACT_ATR)}`);
    expect(await host.exchange(SELECT)).toBe(`80110000000005000000${hex(SELECTED)}`);
    expect(await host.control("21 09 00 03 00 00 08 00", "0038B98E00000089")).toBe("");
    expect(await host.control("A1 01 00 03 00 00 08 00")).toBe("0038B98E00000089");
    token.otpKeyboard.type(bytes("0000040000000000"));
    expect(hex((await interrupt.reply).data)).toBe("0000040000000000");
    const { seqnum } = host.read(1, 8);
    expect(await host.unlink(seqnum)).toBe(-104);
    expect(host.strays).toEqual([]);
    host.close();
  });

  it("can be attached again after a disconnect in the middle of a transfer", async () => {
    const { port, busid } = await attached();
    for (let round = 0; round < 3; round++) {
      const host = await connectUsbipHost(port);
      // Busy until the server has seen the end of the connection before.
      await expect.poll(() => host.attach(busid)).toMatchObject({ kind: "imported" });
      await host.control("00 09 01 00 00 00 00 00");
      host.read(1, 8);
      host.read(2);
      // The header of a message, and never its data.
      host.send(bytes(`00000001 00000063 00010002 00000000 00000002 00000000 0000000A`));
      host.close();
      await host.closed;
    }
  });

  it("shows what each host does with it in a wire log of its own", async () => {
    const lines: string[] = [];
    const openTap: OpenTap = (protocol, connection) => {
      const decode = createWireDecoder(protocol);
      lines.push(connection.replace(/\d+$/, "N"));
      return (direction, data) => lines.push(...decode(direction, data));
    };
    const { port } = await attached(tokenOf(), { openTap });
    const host = await connectUsbipHost(port);
    await host.devlist();
    await host.attach("1-1");
    await host.control("00 09 01 00 00 00 00 00");
    await host.write(2, bytes(POWER_ON));
    host.close();
    expect(lines).toEqual([
      "127.0.0.1:N",
      "import-request busid=1-1",
      "imported busid=1-1",
      expect.stringContaining("submit seq=1 ep=0out"),
      "ret-submit seq=1 status=ok length=0",
      expect.stringContaining("power-on slot=0 seq=4"),
      "ret-submit seq=2 status=ok length=10",
    ]);
  });

  it("is disconnected when it is unplugged, and comes back at the same busid", async () => {
    const { port, busid, setPlugged } = await attached();
    const host = await connectUsbipHost(port);
    await host.attach(busid);
    setPlugged(false);
    await host.closed;
    const later = await connectUsbipHost(port);
    expect(await later.attach(busid)).toEqual({ kind: "refused", status: 4 });
    setPlugged(true);
    expect(await later.attach(busid)).toMatchObject({ kind: "imported" });
    later.close();
  });
});

describe("several tokens of one process", () => {
  it("share a server, until the last one is closed", async () => {
    const first = await attached(tokenOf("one"));
    const second = await attached(tokenOf("two"));
    expect(second.port).toBe(first.port);
    expect([first.busid, second.busid]).toEqual(["1-1", "1-2"]);
    const one = await connectUsbipHost(first.port);
    const two = await connectUsbipHost(first.port);
    await one.attach("1-1");
    await two.attach("1-2");
    for (const host of [one, two]) await host.control("00 09 01 00 00 00 00 00");
    expect(await Promise.all([one.exchange(POWER_ON), two.exchange(POWER_ON)])).toHaveLength(2);
    await first.close();
    await first.close();
    await one.closed;
    expect(await two.exchange(SELECT)).toMatch(/9000$/);
    await second.close();
    await two.closed;
    await expect(connectUsbipHost(first.port)).rejects.toThrow("ECONNREFUSED");
  });
});

describe("a server", () => {
  it("keeps little for a host that asks and does not read", async () => {
    const server = await openUsbipServer({ port: 0 });
    open.push(server);
    for (let at = 0; at < 50; at++) server.add(createTokenDevice(tokenOf().usb, tokenOf(), clock));
    const deaf = await rawClient(server.port);
    deaf.socket.pause();
    deaf.socket.write(Buffer.concat(Array(100_000).fill(bytes("0111800500000000"))));
    await expect.poll(() => server.unsentBytes).toBeGreaterThan(0);
    const lister = await connectUsbipHost(server.port);
    for (let round = 0; round < 20; round++) await lister.devlist();
    // One reply is 17 KB; all of them would be 1.7 GB.
    expect(server.unsentBytes).toBeLessThan(0x10_0000);
    lister.close();
    deaf.socket.destroy();
  });

  it("serves others while hosts are silent, say half, or do not read", async () => {
    const { port } = await attached();
    const silent = await rawClient(port);
    const half = await rawClient(port);
    half.socket.write(bytes("01118003"));
    const deaf = await rawClient(port);
    deaf.socket.pause();
    deaf.socket.write(Buffer.concat(Array(20_000).fill(bytes("0111800500000000"))));
    const host = await connectUsbipHost(port);
    expect(await host.attach("1-1")).toMatchObject({ kind: "imported" });
    for (const { socket } of [silent, half, deaf]) socket.destroy();
    host.close();
  });

  it("disconnects who sends garbage, and nobody else", async () => {
    const { port } = await attached();
    const host = await connectUsbipHost(port);
    await host.attach("1-1");
    await host.control("00 09 01 00 00 00 00 00");
    const garbage = await rawClient(port);
    garbage.socket.write("GET / HTTP/1.1\r\n\r\n");
    await garbage.closed;
    expect(await host.exchange(POWER_ON)).toMatch(/^8017/);
    host.close();
  });

  it("disconnects who attaches nothing for too long", async () => {
    const server = await openUsbipServer({ port: 0, operationTimeoutMs: 20 });
    open.push(server);
    server.add(createTokenDevice(tokenOf().usb, tokenOf(), clock));
    const host = await connectUsbipHost(server.port);
    await host.attach("1-1");
    const { closed } = await rawClient(server.port);
    await closed;
    // Who has attached a device may be silent for as long as it wants.
    expect(await host.control("80 08 00 00 00 00 01 00")).toBe("00");
    host.close();
    await expect.poll(() => server.connections).toBe(0);
  });

  it("says when its port is taken, and warns when others can reach it", async () => {
    const server = await openUsbipServer({ port: 0 });
    open.push(server);
    await expect(openUsbipServer({ port: server.port })).rejects.toThrow(/EADDRINUSE.*--address/);
    const lines: string[] = [];
    open.push(await openUsbipServer({ port: 0, host: "0.0.0.0", log: (line) => lines.push(line) }));
    expect(lines).toEqual([expect.stringContaining("warning: USB/IP on 0.0.0.0")]);
  });

  it("refuses a token that has nothing for it", async () => {
    const refused = attach({ name: "shell" }, { kind: "usbip", clock, port: 0 });
    await expect(refused).rejects.toThrow("shell cannot be attached by usbip");
  });
});
