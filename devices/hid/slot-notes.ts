// What the host knows of OTP slots and the token does not tell: digits, step and T0 of the codes
// that are made from a slot's HMAC.

import { type TotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { HOST_TRUNCATION_DIGITS } from "./slot-capabilities.ts";

/** A slot of the token. */
export type OtpSlot = 1 | 2;

/** Notes for both slots. They outlive a device: whoever opens the token again brings them. */
export class SlotNotes {
  readonly #usual: TotpParameters;
  readonly #notes = new Map<OtpSlot, TotpParameters>();

  /** @param usual for a slot of which nothing was noted */
  constructor(usual: Partial<Pick<TotpParameters, "digits" | "stepSeconds">> = {}) {
    this.#usual = totpParameters(usual);
    if (!HOST_TRUNCATION_DIGITS.includes(this.#usual.digits)) {
      throw new RangeError(`digits must be ${HOST_TRUNCATION_DIGITS.join(", ")}`);
    }
  }

  of(slot: OtpSlot): TotpParameters {
    return this.#notes.get(slot) ?? this.#usual;
  }

  note(slot: OtpSlot, parameters: TotpParameters): void {
    this.#notes.set(slot, parameters);
  }

  forget(slot: OtpSlot): void {
    this.#notes.delete(slot);
  }
}

/** The slot that a credential's name means: `slot 1`, `slot 2`; any other name is the usual one. */
export function slotOfName(name: string | undefined, usual: OtpSlot): OtpSlot {
  if (name === "slot 1") return 1;
  return name === "slot 2" ? 2 : usual;
}
