// A USB device of this computer as a UsbTransport, by the `usb` package's WebUSB API.

import { setTimeout as pause } from "node:timers/promises";
import type { SetupPacket } from "../../core/wire/usb-descriptors.ts";
import { DeviceError } from "../errors.ts";
import type { InResult, NativeUsbDevice, OutResult } from "./native-device.ts";
import { type UsbIdentity, UsbStall, type UsbTransport } from "./usb-transport.ts";
import { USB_ACCESS_REMEDY } from "./webusb.ts";

const TRANSFER_TIMEOUT_MS = 60_000;
/**
 * How long one transfer from the token waits before it begins again, milliseconds: the package
 * neither ends a transfer nor closes a device that has one. Answers, and notices, which always
 * wait.
 */
const ANSWER_SLICE_MS = 1000;
const NOTICE_SLICE_MS = 100;
/**
 * Longest wait for transfers before closing. Those of a device that is there end by themselves,
 * late on a busy machine; of one that has gone, some never do.
 */
const CLOSING: ClosingLimits = { thereMs: 15 * ANSWER_SLICE_MS, goneMs: 2 * ANSWER_SLICE_MS };
/** Longest transfer that is taken for a notice, bytes. */
const NOTICE_BYTES = 16;
const CONTROL_TIMEOUT_MS = 5000;
const BUSY_REMEDY =
  "another program has it, usually pcscd: use the smart-card driver, or stop pcscd and scdaemon";

/** How long closing waits for transfers, milliseconds. */
export interface ClosingLimits {
  readonly thereMs: number;
  /** Of a device that has gone. */
  readonly goneMs: number;
}

/** Opens a device. @throws {DeviceError} no-access, disconnected */
export async function openWebUsbTransport(
  device: NativeUsbDevice,
  closing: ClosingLimits = CLOSING,
): Promise<UsbTransport> {
  try {
    await device.open();
  } catch (cause) {
    throw accessError(cause);
  }
  return new WebUsbTransport(device, closing);
}

class WebUsbTransport implements UsbTransport {
  readonly identity: UsbIdentity;
  readonly #device: NativeUsbDevice;
  readonly #closing: ClosingLimits;
  #isClosed = false;
  #claimed: number | undefined;
  /** Transfers under way. */
  readonly #pending = new Set<Promise<unknown>>();
  #gone: DeviceError | undefined;
  #onGone: (error: DeviceError) => void = () => {};

  constructor(device: NativeUsbDevice, closing: ClosingLimits) {
    this.#device = device;
    this.#closing = closing;
    const { vendorId, productId, serialNumber } = device;
    this.identity = {
      vendorId,
      productId,
      manufacturer: device.manufacturerName ?? "",
      product: device.productName ?? "",
      ...(serialNumber ? { serialNumber } : {}),
    };
  }

  control(setup: SetupPacket, data: Uint8Array = new Uint8Array(0)): Promise<Uint8Array> {
    const { request, value, index, length, direction } = setup;
    if (setup.class === "reserved" || setup.recipient === "reserved") throw new RangeError("setup");
    const { class: requestType, recipient } = setup;
    const parameters = { requestType, recipient, request, value, index };
    return this.#try(async () => {
      if (direction === "in") {
        return bytesOf(
          await this.#device.controlTransferIn(parameters, length, CONTROL_TIMEOUT_MS),
        );
      }
      const timeoutMs = CONTROL_TIMEOUT_MS;
      assertDone(await this.#device.controlTransferOut(parameters, data, timeoutMs));
      return new Uint8Array(0);
    });
  }

  async claim(configurationValue: number, interfaceNumber: number): Promise<void> {
    try {
      const chosen = this.#device.configuration?.configurationValue;
      if (chosen !== configurationValue) await this.#device.selectConfiguration(configurationValue);
      await this.#device.claimInterface(interfaceNumber);
      this.#claimed = interfaceNumber;
    } catch (cause) {
      throw new DeviceError("no-access", "the smart-card interface of the token is in use", {
        cause,
        hint: BUSY_REMEDY,
      });
    }
  }

  transferOut(endpoint: number, data: Uint8Array): Promise<void> {
    return this.#try(async () => {
      assertDone(await this.#device.transferOut(endpoint, data, TRANSFER_TIMEOUT_MS));
    });
  }

  transferIn(endpoint: number, maxBytes: number): Promise<Uint8Array> {
    const sliceMs = maxBytes <= NOTICE_BYTES ? NOTICE_SLICE_MS : ANSWER_SLICE_MS;
    return this.#try(async () => {
      for (;;) {
        try {
          return bytesOf(await this.#device.transferIn(endpoint, maxBytes, sliceMs));
        } catch (error) {
          // Nothing came: nothing is lost by asking again.
          if (this.#isClosed || !/time[d ]*-?out|cancel/i.test(String(error))) throw error;
        }
      }
    });
  }

  clearHalt(direction: "in" | "out", endpoint: number): Promise<void> {
    return this.#try(() => this.#device.clearHalt(direction, endpoint));
  }

  onGone(listener: (error: DeviceError) => void): void {
    this.#onGone = listener;
    if (this.#gone !== undefined) listener(this.#gone);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    // Until then the package throws "cannot be borrowed mutably", and the interface stays claimed.
    const ended = Promise.allSettled(this.#pending).then(() => "ended");
    const { thereMs, goneMs } = this.#closing;
    const limitMs = this.#gone === undefined ? thereMs : goneMs;
    const first = await Promise.race([ended, pause(limitMs, "still there", { ref: false })]);
    await this.#close();
    if (first !== "ended") void ended.then(() => this.#close());
  }

  async #close(): Promise<void> {
    try {
      // Closing alone leaves the interface claimed until the garbage collector comes by.
      if (this.#claimed !== undefined) await this.#device.releaseInterface(this.#claimed);
      this.#claimed = undefined;
    } catch {
      // A device that has gone has nothing claimed.
    }
    try {
      await this.#device.close();
    } catch {
      // A device that has gone cannot be closed, and need not be.
    }
  }

  async #try<T>(transfer: () => Promise<T>): Promise<T> {
    const pending = transfer();
    this.#pending.add(pending);
    try {
      return await pending;
    } catch (error) {
      if (error instanceof UsbStall || error instanceof DeviceError) throw error;
      if (/stall|pipe/i.test(String(error))) throw new UsbStall("the endpoint is halted");
      const gone = goneError(error);
      if (!this.#isClosed && this.#gone === undefined) {
        this.#gone = gone;
        this.#onGone(gone);
      }
      throw gone;
    } finally {
      this.#pending.delete(pending);
    }
  }
}

function bytesOf({ status, data }: InResult): Uint8Array {
  if (status === "stall") throw new UsbStall("the endpoint is halted");
  if (data === undefined) return new Uint8Array(0);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function assertDone({ status }: OutResult): void {
  if (status === "stall") throw new UsbStall("the endpoint is halted");
}

function goneError(cause: unknown): DeviceError {
  return new DeviceError("disconnected", "the USB device has gone", {
    cause,
    hint: "plug it in and open it again",
  });
}

function accessError(cause: unknown): DeviceError {
  if (/no such|not found|disconnected/i.test(String(cause))) return goneError(cause);
  const isBusy = /busy|in use|exclusive/i.test(String(cause));
  return new DeviceError("no-access", "the USB token does not open", {
    cause,
    hint: isBusy ? BUSY_REMEDY : USB_ACCESS_REMEDY,
  });
}
