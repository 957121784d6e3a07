// A HID application whose reports to the host are lost, damaged or late when a rig says so: the
// token's side of a port. Hosts poll, so that a report which is late, or never comes, is a token
// that says it is busy. A fault befalls one report.

import { NITROKEY_DEVICE_STATUS, NITROKEY_REPORT_BYTES } from "../../core/wire/hid-reports.ts";
import type { HidApplication } from "../../firmware-sim/applets/applet.ts";
import type { Fault } from "../rig.ts";

/** Last byte of an OTP report: what was written is not processed yet (HID document, A2). */
const OTP_UNPROCESSED = 0x80;
const FLIPPED_BIT = 0x40;

/** An application behind faults. */
export class FaultyHid implements HidApplication {
  readonly featureReportBytes: number;
  readonly #application: HidApplication;
  readonly #unplug: () => void;
  readonly #nowMs: () => number;
  #faults: Fault[] = [];
  #isMuted = false;
  #lateUntilMs = 0;

  /** @param nowMs host time: delays are of the line */
  constructor(application: HidApplication, unplug: () => void, nowMs: () => number) {
    this.featureReportBytes = application.featureReportBytes;
    this.#application = application;
    this.#unplug = unplug;
    this.#nowMs = nowMs;
  }

  /** Applies to the next reports; "mute" until the power is cycled. */
  inject(fault: Fault): void {
    if (fault.kind === "mute") this.#isMuted = true;
    else this.#faults.push(fault);
  }

  /** Power was cycled: a mute token speaks again. */
  unmute(): void {
    this.#isMuted = false;
  }

  /** As new: no faults wait. */
  clear(): void {
    this.#faults = [];
    this.#isMuted = false;
    this.#lateUntilMs = 0;
  }

  setFeatureReport(report: Uint8Array): void {
    this.#application.setFeatureReport(report);
  }

  getFeatureReport(): Uint8Array {
    const fault = this.#isMuted ? undefined : this.#faults.shift();
    if (fault?.kind === "delay") this.#lateUntilMs = this.#nowMs() + fault.byMs;
    if (this.#isMuted || this.#nowMs() < this.#lateUntilMs) return this.#busy();
    return this.#damaged(this.#application.getFeatureReport(), fault);
  }

  takeInputReport(): Uint8Array | undefined {
    return this.#application.takeInputReport();
  }

  onInput(listener: () => void): () => void {
    return this.#application.onInput(listener);
  }

  reset(): void {
    this.#application.reset();
  }

  #damaged(report: Uint8Array, fault: Fault | undefined): Uint8Array {
    switch (fault?.kind) {
      case "drop":
        return report.subarray(fault.bytes);
      case "corrupt":
        return report.map((byte, at) => (at < fault.bytes ? byte ^ FLIPPED_BIT : byte));
      case "garbage":
        return report.map((_, at) => (at * 89 + 0x81) & 0xff);
      case "disconnect": {
        const left = fault.afterBytes - report.length;
        if (left >= 0) this.#faults.unshift({ kind: "disconnect", afterBytes: left });
        else this.#unplug();
        return report;
      }
      default:
        return report;
    }
  }

  #busy(): Uint8Array {
    const report = new Uint8Array(this.featureReportBytes);
    if (report.length === NITROKEY_REPORT_BYTES) report[0] = NITROKEY_DEVICE_STATUS.busy;
    else report[report.length - 1] = OTP_UNPROCESSED;
    return report;
  }
}
