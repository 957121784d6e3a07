// The way between a HID application of this process and its host: reports in memory, which can be
// lost, damaged, late or cut off like any other. A fault befalls one report: USB carries it whole.

import { setTimeout as sleep } from "node:timers/promises";
import type { HidApplication } from "../../firmware-sim/applets/applet.ts";
import { DeviceError } from "../errors.ts";
import type { HidTransport } from "../hid/transport.ts";
import type { Fault } from "../rig.ts";

/** What "corrupt" flips, as on serial lines. */
const FLIPPED_BIT = 0x40;

/** A link to one application. */
export class HidLink {
  readonly #application: HidApplication;
  #faults: Fault[] = [];
  #isMuted = false;
  /** Aborted when the link is cut: what was opened over it is gone for good. */
  #life = new AbortController();

  constructor(application: HidApplication) {
    this.#application = application;
  }

  get isCut(): boolean {
    return this.#life.signal.aborted;
  }

  /** Applies to the next reports from the token; "mute" until the power is cycled. */
  inject(fault: Fault): void {
    if (fault.kind === "mute") this.#isMuted = true;
    else this.#faults.push(fault);
  }

  /** The token has gone: all that is open ends, and nothing can be opened. */
  cut(): void {
    this.#life.abort(gone());
  }

  /** It is plugged in again, as after power-on: a USB reset. */
  mend(): void {
    if (!this.isCut) return;
    this.#application.reset();
    this.#life = new AbortController();
  }

  /** Power was cycled: a mute token speaks again. */
  unmute(): void {
    this.#isMuted = false;
  }

  /** @throws {DeviceError} not-found when it is cut */
  open(): HidTransport {
    if (this.isCut) {
      throw new DeviceError("not-found", "the token is not connected", {
        hint: "connect it again: the rig can",
      });
    }
    return this.#transport(this.#life.signal);
  }

  #transport(life: AbortSignal): HidTransport {
    return {
      sendFeature: async (report, signal) => {
        await this.#alive(life, signal);
        this.#application.setFeatureReport(report.slice());
        life.throwIfAborted();
      },
      getFeature: async (length, signal) => {
        await this.#alive(life, signal);
        return (await this.#carry(AbortSignal.any([life, signal]))).subarray(0, length);
      },
      write: async (_report, signal) => this.#alive(life, signal),
      read: (signal) => this.#input(AbortSignal.any([life, signal])),
      close: async () => {},
    };
  }

  async #alive(life: AbortSignal, signal: AbortSignal): Promise<void> {
    life.throwIfAborted();
    signal.throwIfAborted();
    if (this.#isMuted) await silence(AbortSignal.any([life, signal]));
  }

  /** The next report from the token, after what befalls it. */
  async #carry(signal: AbortSignal): Promise<Uint8Array> {
    for (let fault = this.#faults.shift(); fault !== undefined; fault = this.#faults.shift()) {
      switch (fault.kind) {
        case "delay":
          await sleep(fault.byMs, undefined, { signal }).catch(() => signal.throwIfAborted());
          break;
        case "drop":
          return this.#application.getFeatureReport().subarray(fault.bytes);
        case "corrupt":
          return flipped(this.#application.getFeatureReport(), fault.bytes);
        case "garbage":
          return noise(this.#application.featureReportBytes);
        case "disconnect":
          return this.#disconnect(fault.afterBytes);
        case "mute":
        case "brown-out":
        case "wear":
          break;
      }
    }
    return this.#application.getFeatureReport();
  }

  #disconnect(afterBytes: number): Uint8Array {
    const report = this.#application.getFeatureReport();
    const left = afterBytes - report.length;
    if (left < 0) {
      this.cut();
      throw gone();
    }
    this.#faults.unshift({ kind: "disconnect", afterBytes: left });
    return report;
  }

  async #input(signal: AbortSignal): Promise<Uint8Array> {
    for (;;) {
      signal.throwIfAborted();
      const report = this.#application.takeInputReport();
      if (report !== undefined) return report;
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = this.#application.onInput(resolve);
      try {
        await Promise.race([promise, silence(signal)]);
      } finally {
        stop();
      }
    }
  }
}

/** Never resolves; rejects when aborted. */
function silence(signal: AbortSignal): Promise<never> {
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

function gone(): DeviceError {
  return new DeviceError("disconnected", "the token has gone", {
    hint: "connect it and open it again",
  });
}
