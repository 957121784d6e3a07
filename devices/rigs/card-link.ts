// The way between a card of this process and what it is behind: memory, or a CCID interface. It can
// be mute, late, damaged or pulled out like any other. A fault befalls one answer: damage is what
// is left of it, too little for an answer, because both ways check what they carry.

import { setTimeout as sleep } from "node:timers/promises";
import type { Card, CardInterface, Eventually } from "../../firmware-sim/applets/applet.ts";
import type { Fault } from "../rig.ts";

/** What arrives of a damaged answer. */
const DAMAGED: Uint8Array = Uint8Array.of(0);

/** A card as the host meets it. */
export class CardLink implements Card {
  readonly #card: Card;
  readonly #unplug: () => void;
  #faults: Fault[] = [];
  #isMuted = false;

  /** @param unplug pulls the token out of its port */
  constructor(card: Card, unplug: () => void) {
    this.#card = card;
    this.#unplug = unplug;
  }

  /** Applies to the next answers; "mute" until the power is cycled. */
  inject(fault: Fault): void {
    if (fault.kind === "mute") this.#isMuted = true;
    else this.#faults.push(fault);
  }

  /** As new: no faults wait. */
  clear(): void {
    this.#faults = [];
    this.#isMuted = false;
  }

  /** Power was cycled: a mute token speaks again. */
  unmute(): void {
    this.#isMuted = false;
  }

  atr(by: CardInterface): Uint8Array {
    return this.#card.atr(by);
  }

  transmit(apdu: Uint8Array): Eventually<Uint8Array> {
    if (this.#isMuted) return silence();
    const answer = this.#card.transmit(apdu);
    return this.#faults.length === 0 ? answer : this.#carry(answer);
  }

  reset(): void {
    this.#card.reset();
  }

  async #carry(answering: Eventually<Uint8Array>): Promise<Uint8Array> {
    let answer = await answering;
    for (let fault = this.#faults.shift(); fault !== undefined; fault = this.#faults.shift()) {
      switch (fault.kind) {
        case "delay":
          await sleep(fault.byMs);
          break;
        case "drop":
        case "corrupt":
        case "garbage":
          answer = DAMAGED;
          break;
        case "disconnect":
          this.#unplug();
          return silence();
        case "mute":
        case "brown-out":
        case "wear":
          break;
      }
    }
    return answer;
  }
}

function silence(): Promise<never> {
  return new Promise(() => {});
}
