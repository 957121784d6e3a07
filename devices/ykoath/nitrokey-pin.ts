// The PIN of a Nitrokey 3: proven for the one command that follows, each time with a touch where
// the token wants one (YKOATH document, section 11).

import { wipe } from "../../core/oath/secret.ts";
import { STATUS_WORDS } from "../../core/wire/status-words.ts";
import {
  encodeNitrokeyRequest,
  MAX_PIN_BYTES,
  type NitrokeyRequest,
} from "../../core/wire/ykoath.ts";
import { DeviceError } from "../errors.ts";
import { LEAST_PIN_TRIES } from "../protection.ts";
import type { CardChannel } from "./card-channel.ts";
import { dataOf, statusError } from "./status-errors.ts";

/** A PIN that was right. */
export class NitrokeyPin {
  readonly #channel: CardChannel;
  readonly #pin: Uint8Array;

  private constructor(channel: CardChannel, pin: Uint8Array) {
    this.#channel = channel;
    this.#pin = pin;
  }

  /**
   * Proves a PIN for the first time. One of the last tries is not used.
   *
   * @param tries what the token told that it has left
   * @param told asks the token again
   * @throws {DeviceError} refused, with the tries that are left
   */
  static async prove(
    channel: CardChannel,
    text: string,
    tries: number,
    told: () => Promise<number>,
    signal: AbortSignal,
  ): Promise<NitrokeyPin> {
    if (tries < LEAST_PIN_TRIES) {
      throw new DeviceError("refused", `unlock: tries of the PIN that are left: ${tries}`, {
        hint: "enter it once with the vendor's tool, which gives the tries back; or reset the token",
      });
    }
    const pin = new NitrokeyPin(channel, bytesOf(text));
    if (await pin.#isRight(signal)) return pin;
    throw new DeviceError("refused", `unlock: the PIN is wrong; tries left: ${await told()}`);
  }

  /** Sets the first PIN: the token takes one once, until it is reset. @throws {DeviceError} */
  static async set(channel: CardChannel, text: string, signal: AbortSignal): Promise<void> {
    const pin = bytesOf(text);
    try {
      await perform(channel, "set the PIN", { kind: "set-pin", pin }, signal);
    } finally {
      wipe(pin);
    }
  }

  /** Changes it; the new one is to be proven. @throws {DeviceError} */
  async change(text: string, signal: AbortSignal): Promise<void> {
    const newPin = bytesOf(text);
    try {
      const request = { kind: "change-pin", pin: this.#pin, newPin } as const;
      await perform(this.#channel, "change the PIN", request, signal);
    } finally {
      wipe(newPin);
    }
  }

  /** Proves it for the next command. @throws {DeviceError} refused: it was changed meanwhile */
  async again(signal: AbortSignal): Promise<void> {
    if (await this.#isRight(signal)) return;
    throw new DeviceError("refused", "the token no longer takes the PIN", {
      hint: "it was changed meanwhile: open the token again with the new one",
    });
  }

  async #isRight(signal: AbortSignal): Promise<boolean> {
    const command = encodeNitrokeyRequest({ kind: "verify-pin", pin: this.#pin });
    const { sw } = await this.#channel.send(command, "send-remaining", signal);
    if (sw === STATUS_WORDS.verificationFailed) return false;
    if (sw !== STATUS_WORDS.ok) throw statusError("verify the PIN", sw);
    return true;
  }
}

/** @throws {DeviceError} bad-argument: the token takes no longer one */
function bytesOf(text: string): Uint8Array {
  const pin = new Uint8Array(Buffer.from(text, "utf8"));
  if (pin.length <= MAX_PIN_BYTES) return pin;
  wipe(pin);
  throw new DeviceError("bad-argument", `the PIN is longer than ${MAX_PIN_BYTES} bytes`);
}

async function perform(
  channel: CardChannel,
  what: string,
  request: NitrokeyRequest,
  signal: AbortSignal,
): Promise<void> {
  dataOf(what, await channel.send(encodeNitrokeyRequest(request), "send-remaining", signal));
}
