// The OTP slots as an applet on the card (HID document, A4; YKOATH document, section 9): the
// commands of HID frames as `00 01 <slot> 00`, the status as INS 03.

import type { CommandApdu, ResponseApdu } from "../../../core/wire/apdu.ts";
import { encodeOtpStatus, OTP_PAYLOAD_BYTES } from "../../../core/wire/hid-otp.ts";
import { STATUS_WORDS } from "../../../core/wire/status-words.ts";
import { INS_GET_RESPONSE, OTP_AID } from "../../../core/wire/ykoath.ts";
import type { CardApplication, Eventually } from "../applet.ts";
import { answerOf } from "../card.ts";
import type { TouchButton, TouchWait } from "../touch.ts";
import type { OtpOutcome, OtpSlots } from "./slots.ts";

const INS_CONFIG = 0x01;
const INS_STATUS = 0x03;

/** The applet that reaches the same slots as the keyboard. */
export class OtpApplet implements CardApplication {
  readonly aid: Uint8Array = OTP_AID;
  readonly takesChainedCommands = true;
  readonly moreDataInstruction: number = INS_GET_RESPONSE;
  readonly responseBytes = 256;
  readonly cutsAnswers = "anywhere";
  readonly #slots: OtpSlots;
  readonly #button: TouchButton;
  #wait: TouchWait | undefined;

  constructor(slots: OtpSlots, button: TouchButton) {
    this.#slots = slots;
    this.#button = button;
  }

  select(): ResponseApdu {
    return this.#status();
  }

  transmit({ ins, p1, p2, data }: CommandApdu): Eventually<ResponseApdu> {
    switch (ins) {
      case INS_STATUS:
        return p1 === 0 && p2 === 0 ? this.#status() : answerOf(STATUS_WORDS.wrongP1P2);
      case INS_CONFIG:
        if (p2 !== 0) return answerOf(STATUS_WORDS.wrongP1P2);
        if (data.length > OTP_PAYLOAD_BYTES) return answerOf(STATUS_WORDS.wrongLength);
        return this.#answerTo(this.#slots.execute({ slot: p1, payload: data }));
      default:
        return answerOf(STATUS_WORDS.unknownInstruction);
    }
  }

  cancel(): void {
    this.#wait?.cancel();
  }

  reset(): void {
    this.cancel();
  }

  #answerTo(outcome: OtpOutcome): Eventually<ResponseApdu> {
    switch (outcome.kind) {
      case "data":
        return answerOf(STATUS_WORDS.ok, outcome.data);
      case "status":
        return this.#status();
      case "rejected":
        return answerOf(REJECTIONS[outcome.reason]);
      case "touch": {
        const { wait, result } = this.#button.whenTouched((how) =>
          how === "touched"
            ? answerOf(STATUS_WORDS.ok, outcome.act())
            : answerOf(STATUS_WORDS.securityNotSatisfied),
        );
        this.#wait = wait;
        return result;
      }
    }
  }

  /** Without the first and the last byte of the report. */
  #status(): ResponseApdu {
    return answerOf(STATUS_WORDS.ok, encodeOtpStatus(this.#slots.status()).subarray(1, 7));
  }
}

const REJECTIONS = {
  "access-code": STATUS_WORDS.securityNotSatisfied,
  syntax: STATUS_WORDS.wrongSyntax,
  unknown: STATUS_WORDS.wrongP1P2,
} as const;
