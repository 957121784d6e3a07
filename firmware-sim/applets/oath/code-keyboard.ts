// A keyboard that types codes of the OATH applet at a touch, and has no commands (a CanoKey's).

import { OTP_REPORT_BYTES } from "../../../core/wire/hid-otp.ts";
import type { Power } from "../../power.ts";
import type { HidApplication } from "../applet.ts";
import { InputReports } from "../input-reports.ts";

/** @see CodeKeyboard */
export interface CodeKeyboardOptions {
  /** Keyboard reports of a touch. @throws {PowerFailure} */
  readonly typed: () => readonly Uint8Array[];
  readonly power: Power;
}

/** The keyboard interface of a token whose OATH applet types. */
export class CodeKeyboard implements HidApplication {
  readonly featureReportBytes: number = OTP_REPORT_BYTES;
  readonly #options: CodeKeyboardOptions;
  readonly #input = new InputReports();

  constructor(options: CodeKeyboardOptions) {
    this.#options = options;
  }

  setFeatureReport(): void {}

  getFeatureReport(): Uint8Array {
    return new Uint8Array(this.featureReportBytes);
  }

  takeInputReport(): Uint8Array | undefined {
    return this.#input.take();
  }

  onInput(listener: () => void): () => void {
    return this.#input.onInput(listener);
  }

  reset(): void {
    this.#input.clear();
  }

  /** Types the code of the default credential, at a short touch (1). */
  type(number: 1 | 2): void {
    const { power, typed } = this.#options;
    if (!power.isOn || number !== 1) return;
    this.#input.add(power.run(typed, []));
  }
}
