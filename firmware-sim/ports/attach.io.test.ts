import { afterEach, describe, expect, it } from "vitest";
import { SystemClock } from "../../core/time/system-clock.ts";
import { fakeCard } from "../testing/fake-card.ts";
import { openSerialHost } from "../testing/serial-host.ts";
import { testToken } from "../testing/token.ts";
import { connectUsbipHost } from "../testing/usbip-host.ts";
import { type Attachment, attach, shellParts } from "./attach.ts";
import { openUhidFile } from "./uhid.ts";

const clock = new SystemClock();
const open: Attachment[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});
const USB = {
  vendorId: 0x2341,
  productId: 0x0043,
  bcdDevice: 1,
  manufacturer: "Arduino",
  product: "Uno",
  functions: ["cdc-acm"],
} as const;

function serialToken() {
  const { token } = testToken({ model: "serial-shell" });
  return { name: "serial-shell", usb: USB, ...shellParts(token, "complete") };
}

describe("attach", () => {
  it("gives a serial token a terminal that hosts open, and tells when it is ready", async () => {
    const ready: string[] = [];
    const onReady = ({ address }: Attachment): void => void ready.push(address);
    const attachment = await attach(serialToken(), { kind: "pty", clock, onReady });
    open.push(attachment);
    expect(attachment).toMatchObject({ description: `serial port ${attachment.address}` });
    expect(ready).toEqual([attachment.address]);
    await using host = await openSerialHost(attachment.address);
    expect(await host.ask("version")).toContain("version\n");
    await attachment.close();
    await host.gone;
  });

  it("gives the same token a USB serial port", async () => {
    const attachment = await attach(serialToken(), { kind: "usbip", clock, port: 0 });
    open.push(attachment);
    const [, port, busid] = /:(\d+)\/(.+)$/.exec(attachment.address) ?? [];
    expect(attachment.description).toContain(`attach -r 127.0.0.1 -b ${busid}`);
    const host = await connectUsbipHost(Number(port));
    expect(await host.attach(busid ?? "")).toMatchObject({ kind: "imported" });
    await host.control("00 09 01 00 00 00 00 00");
    const { reply } = host.read(5, 512);
    await host.write(5, new TextEncoder().encode("version\n"));
    expect(Buffer.from((await reply).data).toString()).toContain("version\n");
    host.close();
  });

  it("says what a token lacks for a kind of port", async () => {
    const bare = { name: "bare" };
    for (const kind of ["usbip", "vpcd", "uhid", "pty"] as const) {
      const refused = attach(bare, { kind, clock, port: 0 });
      await expect(refused).rejects.toThrow(`bare cannot be attached by ${kind}: it has no`);
    }
  });

  it("attaches nothing once it was told to stop", async () => {
    const signal = AbortSignal.abort(new Error("stopped"));
    const refused = attach({ name: "key", card: fakeCard() }, { kind: "vpcd", clock, signal });
    await expect(refused).rejects.toThrow("stopped");
  });

  it("says where there is no uhid, and where it may not be opened", () => {
    expect(() => openUhidFile("/dev/no-uhid")).toThrow(/there is no \/dev\/no-uhid here.*modprobe/);
    expect(() => openUhidFile("/dev")).toThrow(/\/dev cannot be opened: EISDIR.*root/);
  });
});
