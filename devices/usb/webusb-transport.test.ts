import { expect, test } from "vitest";
import type { InResult, NativeUsbDevice } from "./native-device.ts";
import { openWebUsbTransport } from "./webusb-transport.ts";

/**
 * As the usb package behaves: a device that has a transfer under way cannot be closed, and closing
 * keeps what is claimed.
 */
function deviceOf(transferIn: (timeoutMs: number) => Promise<InResult>): {
  readonly device: NativeUsbDevice;
  /** Closed, and nothing claimed. */
  readonly isFree: () => boolean;
} {
  let underWay = 0;
  let isClosed = false;
  const claimed = new Set<number>();
  const device: Partial<NativeUsbDevice> = {
    vendorId: 0x1050,
    productId: 0x0407,
    configuration: { configurationValue: 1, interfaces: [] },
    open: async () => {},
    claimInterface: async (number) => void claimed.add(number),
    releaseInterface: (number) => {
      if (underWay > 0) throw new Error("cannot be borrowed mutably");
      claimed.delete(number);
      return Promise.resolve();
    },
    transferIn: async (_endpoint, _length, timeoutMs) => {
      underWay++;
      try {
        return await transferIn(timeoutMs);
      } finally {
        underWay--;
      }
    },
    close: () => {
      if (underWay > 0) throw new Error("cannot be borrowed mutably");
      isClosed = true;
      return Promise.resolve();
    },
  };
  return { device: device as NativeUsbDevice, isFree: () => isClosed && claimed.size === 0 };
}

test("closing waits for the transfers under way, and frees the interface", async () => {
  const timeouts: number[] = [];
  const { device, isFree } = deviceOf(async (timeoutMs) => {
    timeouts.push(timeoutMs);
    await new Promise(setImmediate);
    throw new Error("transferIn error: timed out");
  });
  const transport = await openWebUsbTransport(device);
  await transport.claim(1, 0);
  const ends = [8, 300].map((bytes) => transport.transferIn(1, bytes).catch(() => "ended"));
  await new Promise(setImmediate);
  await transport[Symbol.asyncDispose]();
  expect(await Promise.all(ends)).toEqual(["ended", "ended"]);
  expect(isFree()).toBe(true);
  // No transfer waits so long that closing would.
  expect(Math.max(...timeouts)).toBeLessThanOrEqual(1000);
});

test("a transfer in which nothing came begins again, and loses nothing", async () => {
  let times = 0;
  const { device } = deviceOf(async () => {
    times++;
    if (times < 4) throw new Error("transferIn error: timed out");
    return { status: "ok", data: new DataView(Uint8Array.of(1, 2).buffer) };
  });
  const transport = await openWebUsbTransport(device);
  expect(await transport.transferIn(2, 300)).toEqual(Uint8Array.of(1, 2));
});

test("what a transfer holds up is closed and freed when the transfer ends, however late", async () => {
  const { promise, reject } = Promise.withResolvers<InResult>();
  const { device, isFree } = deviceOf(() => promise);
  const transport = await openWebUsbTransport(device, { thereMs: 1, goneMs: 1 });
  await transport.claim(1, 0);
  const end = transport.transferIn(1, 300).catch(() => "ended");
  await transport[Symbol.asyncDispose]();
  expect(isFree()).toBe(false);
  reject(new Error("transferIn error: cancelled"));
  expect(await end).toBe("ended");
  await new Promise(setImmediate);
  expect(isFree()).toBe(true);
});
