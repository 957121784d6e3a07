// A card that answers what a protocol document says, in order, and nothing else.

import type { DeviceError } from "../../errors.ts";
import type { ApduTransport } from "../transport.ts";

/** A command expected, as hexadecimal, and its answer. Spaces are for people. */
export type Exchange = readonly [command: string, answer: string];

/** A transport with a script. A command that is not the next one of it fails the test. */
export class ScriptedCard implements ApduTransport {
  readonly product: string;
  readonly maxCommandBytes = 3072;
  readonly #script: Exchange[];

  constructor(script: readonly Exchange[], product = "scripted card") {
    this.#script = [...script];
    this.product = product;
  }

  /** Exchanges that did not happen. */
  get left(): number {
    return this.#script.length;
  }

  async transmit(apdu: Uint8Array): Promise<Uint8Array> {
    const sent = Buffer.from(apdu).toString("hex").toUpperCase();
    const [command, answer] = this.#script.shift() ?? ["nothing more", ""];
    if (sent !== command.replaceAll(" ", "").toUpperCase()) {
      throw new Error(`the card was sent ${sent}, but expects ${command}`);
    }
    return new Uint8Array(Buffer.from(answer.replaceAll(" ", ""), "hex"));
  }

  onGone(_listener: (error: DeviceError) => void): void {}

  async [Symbol.asyncDispose](): Promise<void> {}
}
