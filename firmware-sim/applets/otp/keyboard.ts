// The OTP slots as a keyboard with feature reports (HID document, A2 to A5): status, receiving a
// frame, waiting for a touch, sending the answer, each until the host has had enough of it.

import {
  decodeOtpFrame,
  encodeOtpStatus,
  OTP_REPORT_BYTES,
  OtpFrameAssembler,
  otpResponseReports,
  otpTouchReport,
} from "../../../core/wire/hid-otp.ts";
import type { Power } from "../../power.ts";
import type { HidApplication } from "../applet.ts";
import { InputReports } from "../input-reports.ts";
import type { TouchButton, TouchWait } from "../touch.ts";
import type { SlotNumber } from "./program.ts";
import type { OtpSlots } from "./slots.ts";

/** Seconds that fit into a touch report. */
const MAX_TOLD_SECONDS = 31;

/** @see OtpKeyboard */
export interface OtpKeyboardOptions {
  readonly slots: OtpSlots;
  readonly button: TouchButton;
  readonly power: Power;
}

/** The keyboard interface of a YubiKey. */
export class OtpKeyboard implements HidApplication {
  readonly featureReportBytes: number = OTP_REPORT_BYTES;
  readonly #slots: OtpSlots;
  readonly #button: TouchButton;
  readonly #power: Power;
  readonly #assembler = new OtpFrameAssembler();
  readonly #input = new InputReports();
  #answer: readonly Uint8Array[] = [];
  #wait: TouchWait | undefined;

  constructor({ slots, button, power }: OtpKeyboardOptions) {
    this.#slots = slots;
    this.#button = button;
    this.#power = power;
  }

  setFeatureReport(report: Uint8Array): void {
    if (!this.#power.isOn) return;
    const event = this.#assembler.add(report);
    if (event.kind === "malformed") return;
    // Whatever the host writes, it no longer reads the last answer.
    this.#idle();
    if (event.kind !== "frame") return;
    const result = decodeOtpFrame(event.frame);
    if (result.kind === "malformed") return;
    this.#power.run(() => {
      const outcome = this.#slots.execute(result.command);
      if (outcome.kind === "data") this.#answer = otpResponseReports(outcome.data);
      if (outcome.kind === "touch") this.#awaitTouch(outcome.act);
    }, undefined);
  }

  getFeatureReport(): Uint8Array {
    if (this.#wait !== undefined) {
      return otpTouchReport(Math.min(this.#wait.secondsLeft(), MAX_TOLD_SECONDS));
    }
    const [next, ...rest] = this.#answer;
    if (next === undefined) return encodeOtpStatus(this.#slots.status());
    this.#answer = rest;
    return next.slice();
  }

  takeInputReport(): Uint8Array | undefined {
    return this.#input.take();
  }

  onInput(listener: () => void): () => void {
    return this.#input.onInput(listener);
  }

  reset(): void {
    this.#assembler.reset();
    this.#idle();
    this.#input.clear();
  }

  /** Types the next code of a slot. */
  type(number: SlotNumber): void {
    if (!this.#power.isOn) return;
    this.#input.add(this.#power.run(() => this.#slots.type(number), []));
  }

  #awaitTouch(act: () => Uint8Array): void {
    const wait = this.#button.await((outcome) => {
      this.#wait = undefined;
      if (outcome === "touched") this.#answer = otpResponseReports(act());
    });
    if (wait.outcome === undefined) this.#wait = wait;
  }

  #idle(): void {
    this.#wait?.cancel();
    this.#wait = undefined;
    this.#answer = [];
  }
}
