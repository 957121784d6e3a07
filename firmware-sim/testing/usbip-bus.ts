// USB/IP without sockets, for tests: a bus with tokens, and hosts with a connection each.

import { SimulatedClock } from "../../core/time/simulated-clock.ts";
import { UsbipBus } from "../ports/usbip-bus.ts";
import { UsbipConnection } from "../ports/usbip-connection.ts";
import type { UsbDevice } from "../usb/device.ts";
import { createTokenDevice } from "../usb/token-device.ts";
import { type FakeCard, type FakeHid, fakeCard, fakeHid } from "./fake-card.ts";
import { UsbipHost } from "./usbip-host.ts";

/** A token on a bus. */
export interface BusToken {
  readonly card: FakeCard;
  readonly otpKeyboard: FakeHid;
  readonly device: UsbDevice;
  readonly busid: string;
}

/** A host and the server's end of its connection. */
export interface BusHost {
  readonly host: UsbipHost;
  readonly connection: UsbipConnection;
  /** Why the server closed the connection. */
  readonly reasons: string[];
}

const USB = {
  vendorId: 0x1050,
  productId: 0x0405,
  bcdDevice: 0x0543,
  manufacturer: "Yubico",
  product: "YubiKey OTP+CCID",
  functions: ["otp-keyboard", "ccid", "cdc-acm"],
} as const;
/** A bus with so many tokens of all functions: fake ones. */
export function busOf(devices = 1): { bus: UsbipBus; tokens: readonly BusToken[] } {
  const bus = new UsbipBus();
  const clock = new SimulatedClock();
  const tokens = Array.from({ length: devices }, () => {
    const card = fakeCard();
    const otpKeyboard = fakeHid();
    const openSerial = (send: (data: Uint8Array) => void) => ({ receive: send });
    const device = createTokenDevice(USB, { card, otpKeyboard, openSerial }, clock);
    return { card, otpKeyboard, device, busid: bus.add(device) };
  });
  return { bus, tokens };
}

/** A host on a connection of its own, all in this process: answers come within the call. */
export function hostOn(bus: UsbipBus): BusHost {
  const reasons: string[] = [];
  const host = new UsbipHost(
    (data) => connection.receive(data),
    () => connection.closed(),
  );
  const connection = new UsbipConnection({
    bus,
    send: (data) => host.receive(data),
    close: (reason) => reasons.push(reason),
  });
  return { host, connection, reasons };
}
