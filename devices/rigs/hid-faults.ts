// Faults between a HID device and its host, made on purpose: reports that are lost, damaged, late
// or never come. A fault befalls one report: USB carries it whole.

import { setTimeout as sleep } from "node:timers/promises";
import type { HidTransport } from "../hid/transport.ts";
import type { Fault } from "../rig.ts";

/** What "corrupt" flips, as on serial lines. */
const FLIPPED_BIT = 0x40;

/** @see HidFaults */
export interface HidFaultsOptions {
  /** Bytes of a feature report: as many are noise. */
  readonly reportBytes: number;
  /** Takes the device away from its host. */
  readonly unplug: () => void | Promise<void>;
}

/** The faults that wait for their report. */
export class HidFaults {
  readonly #options: HidFaultsOptions;
  #faults: Fault[] = [];
  #isMuted = false;

  constructor(options: HidFaultsOptions) {
    this.#options = options;
  }

  /** Applies to the next reports from the token; "mute" until the power is cycled. */
  inject(fault: Fault): void {
    if (fault.kind === "mute") this.#isMuted = true;
    else this.#faults.push(fault);
  }

  /** Power was cycled: a mute token speaks again. */
  unmute(): void {
    this.#isMuted = false;
  }

  /** Waits for ever while the token is mute. @throws the signal's reason */
  async heard(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#isMuted) await silence(signal);
  }

  /** The next report from the token, after what befalls it. */
  async carry(get: () => Promise<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
    for (let fault = this.#faults.shift(); fault !== undefined; fault = this.#faults.shift()) {
      switch (fault.kind) {
        case "delay":
          await sleep(fault.byMs, undefined, { signal }).catch(() => signal.throwIfAborted());
          break;
        case "drop":
          return (await get()).subarray(fault.bytes);
        case "corrupt":
          return flipped(await get(), fault.bytes);
        case "garbage":
          return noise(this.#options.reportBytes);
        case "disconnect":
          return this.#disconnect(fault.afterBytes, get);
        case "mute":
        case "brown-out":
        case "wear":
          break;
      }
    }
    return get();
  }

  async #disconnect(afterBytes: number, get: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const left = afterBytes - this.#options.reportBytes;
    if (left < 0) {
      await this.#options.unplug();
      return get();
    }
    this.#faults.unshift({ kind: "disconnect", afterBytes: left });
    return get();
  }
}

/** A transport on whose way to the host faults happen; the rest is the transport's own. */
export function faultyTransport(transport: HidTransport, faults: HidFaults): HidTransport {
  return {
    sendFeature: async (report, signal) => {
      await faults.heard(signal);
      return transport.sendFeature(report, signal);
    },
    getFeature: async (length, signal) => {
      await faults.heard(signal);
      return faults.carry(() => transport.getFeature(length, signal), signal);
    },
    write: async (report, signal) => {
      await faults.heard(signal);
      return transport.write(report, signal);
    },
    read: (signal) => transport.read(signal),
    close: () => transport.close(),
  };
}

/** Never resolves; rejects when aborted. */
export function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function flipped(report: Uint8Array, bytes: number): Uint8Array {
  return report.map((byte, at) => (at < bytes ? byte ^ FLIPPED_BIT : byte));
}

/** The same each time. */
function noise(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => (at * 89 + 0x81) & 0xff);
}
