// A card on a USB/IP server of its own on loopback, for tests of the host side.

import type { Clock } from "../../../core/time/clock.ts";
import { SystemClock } from "../../../core/time/system-clock.ts";
import type { Card, Eventually } from "../../../firmware-sim/applets/applet.ts";
import { openUsbipServer } from "../../../firmware-sim/ports/usbip-server.ts";
import { CcidFunction } from "../../../firmware-sim/usb/ccid-function.ts";
import { UsbDevice } from "../../../firmware-sim/usb/device.ts";

/** What answers APDUs. */
export type Answer = (apdu: Uint8Array) => Eventually<Uint8Array>;

/** An exported card. */
export interface ExportedCard extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly busid: string;
  /** As the usb driver takes it. */
  readonly address: string;
  readonly ccid: CcidFunction;
  /** Pulls the token out. */
  unplug(): void;
}

/** Exports a card that answers by `answer`. @param clock of its time extensions */
export async function exportCard(
  answer: Answer,
  clock: Clock = new SystemClock(),
): Promise<ExportedCard> {
  const card: Card = {
    atr: () => Uint8Array.of(0x3b, 0x80, 0x01, 0x81),
    transmit: answer,
    reset: () => {},
  };
  const ccid = new CcidFunction({ card, clock });
  const identity = { vendorId: 0x1050, productId: 0x0404, bcdDevice: 0x0543 };
  const names = { manufacturer: "Yubico", product: "YubiKey CCID" };
  const server = await openUsbipServer({ port: 0 });
  const busid = server.add(new UsbDevice({ ...identity, ...names }, [ccid]));
  const { host, port } = server;
  return {
    host,
    port,
    busid,
    address: `usbip://${host}:${port}/${busid}`,
    ccid,
    unplug: () => server.remove(busid),
    [Symbol.asyncDispose]: () => Promise.resolve(server[Symbol.asyncDispose]()),
  };
}
