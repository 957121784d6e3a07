// HID reports as control transfers of a USB device (HID 1.11 §7.2): a transport without the
// operating system's HID driver. Over our USB/IP client it needs no kernel at all.

import {
  type ConfigurationDescriptor,
  HID_REPORT_TYPES,
  HID_REQUESTS,
  type SetupPacket,
} from "../../core/wire/usb-descriptors.ts";
import { abortable } from "../abortable.ts";
import { DeviceError } from "../errors.ts";
import { readConfiguration } from "../usb/control-requests.ts";
import { UsbStall, type UsbTransport } from "../usb/usb-transport.ts";
import { type HidProtocol, hidProtocolOf } from "./known-tokens.ts";
import type { HidTransport } from "./transport.ts";

const HID_CLASS = 3;
/** Bit 7 of an endpoint address. */
const DIRECTION_IN = 0x80;
/** Longest input report of these tokens, bytes. */
const MAX_REPORT_BYTES = 64;
/** A boot keyboard's usage, for devices whose report descriptor is not read. */
const KEYBOARD = { usagePage: 1, usage: 6 } as const;

/** A HID interface of a device. */
interface HidPlace {
  readonly interfaceNumber: number;
  readonly interruptIn?: number;
}

/** A transport and the protocol that is spoken over it. */
export interface UsbHid {
  readonly protocol: HidProtocol;
  readonly transport: HidTransport;
}

/**
 * Takes the first HID interface of a token: of a YubiKey the keyboard. Closing the transport closes
 * the device.
 *
 * @throws {DeviceError} not-supported when it is no token that this driver knows
 */
export async function openUsbHid(usb: UsbTransport, signal: AbortSignal): Promise<UsbHid> {
  try {
    const protocol = hidProtocolOf({ ...usb.identity, ...KEYBOARD });
    const control = (setup: SetupPacket): Promise<Uint8Array> => usb.control(setup);
    const configuration = await abortable(readConfiguration(control), signal);
    const place = hidPlaceOf(configuration);
    if (protocol === undefined || place === undefined) {
      throw new DeviceError("not-supported", "the device is no HID token that this driver knows");
    }
    await abortable(usb.claim(configuration.configurationValue, place.interfaceNumber), signal);
    return { protocol, transport: new UsbHidTransport(usb, place) };
  } catch (error) {
    await usb[Symbol.asyncDispose]();
    throw error;
  }
}

function hidPlaceOf({ functions }: ConfigurationDescriptor): HidPlace | undefined {
  const at = functions.findIndex(
    (each) => each.kind === "interface" && each.interfaceClass === HID_CLASS,
  );
  const found = functions[at];
  if (found?.kind !== "interface") return undefined;
  const next = functions.findIndex((each, index) => index > at && each.kind === "interface");
  const { interfaceNumber } = found;
  for (const each of functions.slice(at, next < 0 ? undefined : next)) {
    if (each.kind !== "endpoint" || (each.address & DIRECTION_IN) === 0) continue;
    return { interfaceNumber, interruptIn: each.address & ~DIRECTION_IN };
  }
  return { interfaceNumber };
}

/** @see HidTransport */
class UsbHidTransport implements HidTransport {
  readonly #usb: UsbTransport;
  readonly #place: HidPlace;

  constructor(usb: UsbTransport, place: HidPlace) {
    this.#usb = usb;
    this.#place = place;
  }

  async sendFeature(report: Uint8Array, signal: AbortSignal): Promise<void> {
    const setup = this.#request("out", HID_REPORT_TYPES.feature, report.length);
    await this.#do(() => this.#usb.control(setup, report), signal);
  }

  getFeature(length: number, signal: AbortSignal): Promise<Uint8Array> {
    const setup = this.#request("in", HID_REPORT_TYPES.feature, length);
    return this.#do(() => this.#usb.control(setup), signal);
  }

  async write(report: Uint8Array, signal: AbortSignal): Promise<void> {
    const setup = this.#request("out", HID_REPORT_TYPES.output, report.length);
    await this.#do(() => this.#usb.control(setup, report), signal);
  }

  async read(signal: AbortSignal): Promise<Uint8Array> {
    const { interruptIn } = this.#place;
    if (interruptIn === undefined) {
      throw new DeviceError("not-supported", "the token sends no input reports");
    }
    return this.#do(() => this.#usb.transferIn(interruptIn, MAX_REPORT_BYTES), signal);
  }

  async close(): Promise<void> {
    await this.#usb[Symbol.asyncDispose]();
  }

  #request(direction: "in" | "out", type: number, length: number): SetupPacket {
    const request = direction === "in" ? HID_REQUESTS.getReport : HID_REQUESTS.setReport;
    const index = this.#place.interfaceNumber;
    const recipient = "interface";
    return { direction, class: "class", recipient, request, value: type << 8, index, length };
  }

  async #do<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    try {
      return await abortable(act(), signal);
    } catch (cause) {
      if (!(cause instanceof UsbStall)) throw cause;
      throw new DeviceError("protocol", "the token refused the report", { cause });
    }
  }
}
