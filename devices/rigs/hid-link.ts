// The way between a HID application of this process and its host: reports in memory, which can be
// lost, damaged, late or cut off like any other.

import type { HidApplication } from "../../firmware-sim/applets/applet.ts";
import { DeviceError } from "../errors.ts";
import type { HidTransport } from "../hid/transport.ts";
import type { Fault } from "../rig.ts";
import { faultyTransport, HidFaults, silence } from "./hid-faults.ts";

/** A link to one application. */
export class HidLink {
  readonly #application: HidApplication;
  readonly #faults: HidFaults;
  /** Aborted when the link is cut: what was opened over it is gone for good. */
  #life = new AbortController();

  constructor(application: HidApplication) {
    this.#application = application;
    const { featureReportBytes: reportBytes } = application;
    this.#faults = new HidFaults({ reportBytes, unplug: () => this.cut() });
  }

  get isCut(): boolean {
    return this.#life.signal.aborted;
  }

  /** Applies to the next reports from the token; "mute" until the power is cycled. */
  inject(fault: Fault): void {
    this.#faults.inject(fault);
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
    this.#faults.unmute();
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
    const transport = faultyTransport(
      {
        sendFeature: async (report) => {
          life.throwIfAborted();
          this.#application.setFeatureReport(report.slice());
          life.throwIfAborted();
        },
        getFeature: async (length) => {
          life.throwIfAborted();
          return this.#application.getFeatureReport().subarray(0, length);
        },
        write: async () => life.throwIfAborted(),
        read: (signal) => this.#input(signal),
        close: async () => {},
      },
      this.#faults,
    );
    const both = (signal: AbortSignal): AbortSignal => AbortSignal.any([life, signal]);
    return {
      sendFeature: (report, signal) => transport.sendFeature(report, both(signal)),
      getFeature: (length, signal) => transport.getFeature(length, both(signal)),
      write: (report, signal) => transport.write(report, both(signal)),
      read: (signal) => transport.read(both(signal)),
      close: () => transport.close(),
    };
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

function gone(): DeviceError {
  return new DeviceError("disconnected", "the token has gone", {
    hint: "connect it and open it again",
  });
}
