// What a Nitrokey 3 answers of the YubiKey's OTP applet (YKOATH document, section 11): status,
// serial number, and HMAC slots, which are credentials named HmacSlot1 and HmacSlot2. Challenges
// are padded to 64 bytes as PKCS #7 says.

import type { CommandApdu, ResponseApdu } from "../../../core/wire/apdu.ts";
import { viewOf } from "../../../core/wire/bytes.ts";
import { OTP_COMMANDS, OTP_PAYLOAD_BYTES } from "../../../core/wire/hid-otp.ts";
import { STATUS_WORDS } from "../../../core/wire/status-words.ts";
import { INS_GET_RESPONSE, OTP_AID } from "../../../core/wire/ykoath.ts";
import { hmac } from "../../hmac.ts";
import type { CardApplication } from "../applet.ts";
import { answerOf } from "../card.ts";
import type { FirmwareVersion } from "../smart-profile.ts";
import type { OathApplet } from "./applet.ts";

const INS_CONFIG = 0x01;
const INS_STATUS = 0x03;

/** The applet. */
export class NitrokeyOtp implements CardApplication {
  readonly aid: Uint8Array = OTP_AID;
  readonly takesChainedCommands = false;
  readonly moreDataInstruction: number = INS_GET_RESPONSE;
  readonly responseBytes = 256;
  readonly cutsAnswers = "anywhere";
  readonly #oath: OathApplet;
  readonly #version: FirmwareVersion;
  readonly #serial: number;

  constructor(oath: OathApplet, version: FirmwareVersion, serial: number) {
    this.#oath = oath;
    this.#version = version;
    this.#serial = serial;
  }

  select(): ResponseApdu {
    return this.#status();
  }

  transmit({ ins, p1, p2, data }: CommandApdu): ResponseApdu {
    if (ins === INS_STATUS) {
      return p1 === 0 && p2 === 0 ? this.#status() : answerOf(STATUS_WORDS.wrongP1P2);
    }
    if (ins !== INS_CONFIG) return answerOf(STATUS_WORDS.unknownInstruction);
    if (p2 !== 0) return answerOf(STATUS_WORDS.wrongP1P2);
    switch (p1) {
      case OTP_COMMANDS.serialNumber: {
        const serial = new Uint8Array(4);
        viewOf(serial).setUint32(0, this.#serial);
        return answerOf(STATUS_WORDS.ok, serial);
      }
      case OTP_COMMANDS.hmac1:
        return this.#hmac("HmacSlot1", data);
      case OTP_COMMANDS.hmac2:
        return this.#hmac("HmacSlot2", data);
      default:
        return answerOf(STATUS_WORDS.wrongP1P2);
    }
  }

  cancel(): void {}

  reset(): void {}

  #hmac(name: string, padded: Uint8Array): ResponseApdu {
    const challenge = unpadded(padded);
    if (challenge === undefined) return answerOf(STATUS_WORDS.wrongSyntax);
    const credential = this.#oath.find(new TextEncoder().encode(name));
    if (credential === undefined) return answerOf(STATUS_WORDS.notFound);
    if (credential.type !== "hmac") return answerOf(STATUS_WORDS.wrongSyntax);
    const { algorithm, secret } = credential;
    return answerOf(STATUS_WORDS.ok, hmac(algorithm, secret, challenge));
  }

  /** Version, a sequence number, and no touch level. */
  #status(): ResponseApdu {
    return answerOf(STATUS_WORDS.ok, Uint8Array.of(...this.#version, 1, 0, 0));
  }
}

/** A challenge without its padding; undefined when it is padding alone, or not padded. */
function unpadded(data: Uint8Array): Uint8Array | undefined {
  const count = data.at(-1) ?? 0;
  if (data.length !== OTP_PAYLOAD_BYTES || count === 0 || count >= data.length) return undefined;
  const isPadded = data.subarray(-count).every((byte) => byte === count);
  return isPadded ? data.subarray(0, -count) : undefined;
}
