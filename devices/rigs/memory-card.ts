// A card of this process as a transport of APDUs, without any port between.

import type { Card } from "../../firmware-sim/applets/applet.ts";
import { abortable } from "../abortable.ts";
import { DeviceError } from "../errors.ts";
import type { ApduTransport } from "../ykoath/transport.ts";

/** Longest command of extended form: header, Lc of three bytes, data. */
const EXTENDED_HEAD_BYTES = 7;

/** A socket for a card, which can be put in and taken out. */
export class MemorySocket {
  readonly #card: Card;
  readonly #product: string;
  readonly #commandBytes: number;
  #isIn = true;
  /** What is open: hears when the card goes. */
  readonly #open = new Set<(error: DeviceError) => void>();

  /** @param commandBytes most data bytes of a command */
  constructor(card: Card, product: string, commandBytes: number) {
    this.#card = card;
    this.#product = product;
    this.#commandBytes = commandBytes;
  }

  plugIn(): void {
    this.#isIn = true;
  }

  unplug(): void {
    this.#isIn = false;
    const gone = new DeviceError("disconnected", "the token has gone", {
      hint: "connect it and open it again",
    });
    for (const tell of this.#open) tell(gone);
    this.#open.clear();
  }

  /** Powers the card on. @throws {DeviceError} not-found when it is out */
  open(): ApduTransport {
    if (!this.#isIn) {
      throw new DeviceError("not-found", "the token is not connected", {
        hint: "connect it again: the rig can",
      });
    }
    this.#card.reset();
    let listener: (error: DeviceError) => void = () => {};
    let ended: DeviceError | undefined;
    const life = new AbortController();
    const onGone = (error: DeviceError): void => {
      ended = error;
      life.abort(error);
      listener(error);
    };
    this.#open.add(onGone);
    return {
      product: this.#product,
      maxCommandBytes: EXTENDED_HEAD_BYTES + this.#commandBytes,
      transmit: async (apdu, signal) => {
        signal.throwIfAborted();
        life.signal.throwIfAborted();
        const answer = this.#card.transmit(apdu);
        // Power may have failed while it answered.
        life.signal.throwIfAborted();
        if (answer instanceof Uint8Array) return answer;
        return abortable(abortable(answer, life.signal), signal);
      },
      onGone: (given) => {
        listener = given;
        if (ended !== undefined) given(ended);
      },
      [Symbol.asyncDispose]: async () => {
        listener = () => {};
        this.#open.delete(onGone);
      },
    };
  }
}
