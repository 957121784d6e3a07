// The CCID host side against the device model, over our USB/IP client and server on loopback.

import { expect, test } from "vitest";
import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { failure } from "../testing/contract-bench.ts";
import type { ApduTransport } from "../ykoath/transport.ts";
import { openCcidCard } from "./ccid-card.ts";
import { ccidInterfaceOf } from "./ccid-interface.ts";
import { CcidPipe } from "./ccid-pipe.ts";
import { readConfiguration } from "./control-requests.ts";
import { type Answer, type ExportedCard, exportCard } from "./testing/export-card.ts";
import { listUsbip, UsbipClient } from "./usbip-client.ts";
import { openUsbipTransport } from "./usbip-transport.ts";

const OK = Uint8Array.of(0x90, 0x00);
const signal = (byMs = 5000): AbortSignal => AbortSignal.timeout(byMs);
const echo: Answer = (apdu) => Uint8Array.of(...apdu.subarray(0, 3000), 0x90, 0x00);

async function opened(exported: ExportedCard): Promise<ApduTransport> {
  return openCcidCard(await openUsbipTransport(exported, exported.busid, signal()), signal());
}

test("lists, imports and reads what a device says of itself", async () => {
  await using exported = await exportCard(echo);
  const [listed] = await listUsbip(exported, signal());
  expect(listed?.device).toMatchObject({ busid: "1-1", vendorId: 0x1050, productId: 0x0404 });
  await using transport = await openUsbipTransport(exported, "1-1", signal());
  expect(transport.identity).toEqual({
    vendorId: 0x1050,
    productId: 0x0404,
    manufacturer: "Yubico",
    product: "YubiKey CCID",
  });
});

test("says why a device cannot be imported", async () => {
  await using exported = await exportCard(echo);
  expect(await failure(UsbipClient.attach(exported, "1-9", signal()))).toBe("not-found");
  expect(await failure(UsbipClient.attach(exported, "x".repeat(99), signal()))).toBe("not-found");
  await using _ = await UsbipClient.attach(exported, "1-1", signal());
  expect(await failure(UsbipClient.attach(exported, "1-1", signal()))).toBe("no-access");
  const nowhere = { host: "127.0.0.1", port: 1 };
  expect(await failure(UsbipClient.attach(nowhere, "1-1", signal()))).toBe("not-found");
});

test.each([5, 54, 55, 64, 118, 246, 261, 2000, 3002])(
  "carries an APDU of %d bytes",
  async (bytes) => {
    await using exported = await exportCard(echo);
    await using card = await opened(exported);
    const apdu = Uint8Array.from({ length: bytes }, (_, at) => at & 0xff);
    expect(await card.transmit(apdu, signal())).toEqual(echo(apdu));
  },
);

test("sequence numbers go round", async () => {
  await using exported = await exportCard(echo);
  await using card = await opened(exported);
  for (let at = 0; at < 600; at++) {
    const apdu = Uint8Array.of(0, 1, at >> 8, at & 0xff);
    expect(await card.transmit(apdu, signal())).toEqual(Uint8Array.of(...apdu, 0x90, 0x00));
  }
});

test("waits through time extensions", async () => {
  let finish: (answer: Uint8Array) => void = () => {};
  const asked = Promise.withResolvers<void>();
  const clock = new SimulatedClock(0);
  await using exported = await exportCard(() => {
    asked.resolve();
    return new Promise((resolve) => {
      finish = resolve;
    });
  }, clock);
  await using transport = await openUsbipTransport(exported, exported.busid, signal());
  const ccid = ccidInterfaceOf(await readConfiguration((setup) => transport.control(setup)));
  await transport.claim(1, ccid.interfaceNumber);
  const pipe = new CcidPipe(transport, ccid);
  await pipe.exchange({ kind: "power-on", powerSelect: 0 }, signal());
  const extended: (() => void)[] = [];
  const order = { kind: "transfer", bwi: 0, level: 0, data: OK } as const;
  const answer = pipe.exchange(order, signal(), () => extended.shift()?.());
  await asked.promise;
  for (let time = 0; time < 15; time++) {
    // The reader asks for more time each second.
    const asksForTime = new Promise<void>((resolve) => extended.push(resolve));
    await clock.advance(1_000_000);
    await asksForTime;
  }
  finish(OK);
  expect(await answer).toMatchObject({ kind: "data-block", data: OK });
});

test("gives up at once, aborts, and never takes the late answer for the next", async () => {
  const answers: ((answer: Uint8Array) => void)[] = [];
  await using exported = await exportCard((apdu) =>
    apdu[0] === 1 ? new Promise((resolve) => answers.push(resolve)) : echo(apdu),
  );
  await using card = await opened(exported);
  for (let time = 0; time < 3; time++) {
    const controller = new AbortController();
    const late = card.transmit(Uint8Array.of(1, 2, 3, 4), controller.signal);
    controller.abort(new Error("given up"));
    await expect(late).rejects.toThrow("given up");
    answers.at(-1)?.(Uint8Array.of(0x6f, 0x00));
    expect(await card.transmit(Uint8Array.of(0, 9, 9, 9), signal())).toEqual(
      Uint8Array.of(0, 9, 9, 9, 0x90, 0x00),
    );
  }
});

test("unplugged in the middle of a command: disconnected, then and later", async () => {
  const asked = Promise.withResolvers<void>();
  await using exported = await exportCard(() => {
    asked.resolve();
    return new Promise(() => {});
  });
  await using card = await opened(exported);
  const gone = Promise.withResolvers<string>();
  card.onGone((error) => gone.resolve(error.code));
  const under = failure(card.transmit(OK, signal()));
  await asked.promise;
  exported.unplug();
  expect(await under).toBe("disconnected");
  expect(await gone.promise).toBe("disconnected");
  expect(await failure(card.transmit(OK, signal()))).toBe("disconnected");
});

test("hears that the card was taken out", async () => {
  await using exported = await exportCard(echo);
  await using card = await opened(exported);
  const gone = Promise.withResolvers<string>();
  card.onGone((error) => gone.resolve(error.message));
  exported.ccid.setCardPresent(false);
  expect(await gone.promise).toBe("the card was taken out");
  expect(await failure(card.transmit(OK, signal()))).toBe("disconnected");
});

test("a reader without a card is no token", async () => {
  await using exported = await exportCard(echo);
  exported.ccid.setCardPresent(false);
  expect(await failure(opened(exported))).toBe("disconnected");
  // The device is free again.
  exported.ccid.setCardPresent(true);
  await using card = await opened(exported);
  expect(await card.transmit(OK, signal())).toHaveLength(4);
});

test("closing frees the device for the next host", async () => {
  await using exported = await exportCard(echo);
  for (let time = 0; time < 5; time++) {
    await using card = await opened(exported);
    expect(await card.transmit(OK, signal())).toHaveLength(4);
  }
});
