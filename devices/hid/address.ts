// Where a HID token is, and what the host has to know of its slots: `/dev/hidraw3`, or
// `/dev/hidraw3?slot=1&digits=8&step=60`. A challenge-response slot tells neither its digits nor
// its step: both are the host's affair.

import { DeviceError } from "../errors.ts";
import type { OtpSlot } from "./slot-notes.ts";

/** A HID interface and how to use it. */
export interface HidAddress {
  /** As the operating system names it. */
  readonly path: string;
  /** OTP slot that is meant when none is named; default 2: slot 1 is used by the factory. */
  readonly slot: OtpSlot;
  readonly digits: number;
  readonly stepSeconds: number;
  /** File with the PINs of a Nitrokey Pro; see pins.ts. */
  readonly pinFile?: string;
}

const MAX_ADDRESS_CHARACTERS = 4096;
const SETTINGS: readonly string[] = ["slot", "digits", "step", "pins"];

/** @throws {DeviceError} not-found, saying how an address is written */
export function parseHidAddress(address: string): HidAddress {
  const query = address.indexOf("?");
  const path = query < 0 ? address : address.slice(0, query);
  const settings = new Map<string, string>();
  for (const part of query < 0 ? [] : address.slice(query + 1).split("&")) {
    const equals = part.indexOf("=");
    const name = part.slice(0, Math.max(0, equals));
    if (!SETTINGS.includes(name) || settings.has(name)) throw notAnAddress(address);
    settings.set(name, part.slice(equals + 1));
  }
  const slot = numberOf(settings.get("slot"), 2, 1, 2);
  const digits = numberOf(settings.get("digits"), 6, 6, 8);
  const stepSeconds = numberOf(settings.get("step"), 30, 1, 3600);
  const pinFile = settings.get("pins");
  const isPath =
    path !== "" && address.length <= MAX_ADDRESS_CHARACTERS && !/\p{Cc}/u.test(address);
  if (!isPath || slot === undefined || digits === undefined || stepSeconds === undefined) {
    throw notAnAddress(address);
  }
  if (pinFile === "") throw notAnAddress(address);
  const which: OtpSlot = slot === 1 ? 1 : 2;
  return { path, slot: which, digits, stepSeconds, ...(pinFile === undefined ? {} : { pinFile }) };
}

/** The reverse of parseHidAddress; what is usual is left out. */
export function formatHidAddress(address: HidAddress): string {
  const settings = [
    ...(address.slot === 2 ? [] : [`slot=${address.slot}`]),
    ...(address.digits === 6 ? [] : [`digits=${address.digits}`]),
    ...(address.stepSeconds === 30 ? [] : [`step=${address.stepSeconds}`]),
    ...(address.pinFile === undefined ? [] : [`pins=${address.pinFile}`]),
  ];
  return settings.length === 0 ? address.path : `${address.path}?${settings.join("&")}`;
}

function numberOf(
  text: string | undefined,
  usual: number,
  low: number,
  high: number,
): number | undefined {
  if (text === undefined) return usual;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high ? value : undefined;
}

function notAnAddress(address: string): DeviceError {
  return new DeviceError("not-found", `"${address.slice(0, 100)}" is no address of a HID token`, {
    hint:
      "write it like /dev/hidraw3?slot=2&digits=6&step=30 (slot 1 or 2, digits 6 to 8, step 1 to " +
      "3600), or /dev/hidraw3?pins=FILE for a Nitrokey Pro",
  });
}
