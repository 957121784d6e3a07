// Commands and answers of a CCID reader over its bulk endpoints, host side (CCID document, sections
// 3 to 5): one command at a time, its answer known by its sequence number. Waiting costs no timer.

import {
  type CcidAnswer,
  CcidAssembler,
  type CcidCommand,
  type CcidTransferEvent,
  decodeCcidAnswer,
  encodeCcidCommand,
} from "../../core/wire/ccid.ts";
import { CCID_REQUESTS } from "../../core/wire/usb-descriptors.ts";
import { abortable } from "../abortable.ts";
import { DeviceError } from "../errors.ts";
import type { CcidInterface } from "./ccid-interface.ts";
import { UsbStall, type UsbTransport } from "./usb-transport.ts";

/** bSlot of a token's only slot. */
const SLOT = 0;
/** Buffer of a transfer beyond the longest message: what a reader in disorder may send. */
const SPARE_BYTES = 64;
/** Messages of other sequence numbers that are dropped while one answer is waited for. */
const MAX_STRAY_MESSAGES = 64;

/** A command without its head. */
export type CcidOrder = CcidCommand extends infer Command
  ? Command extends CcidCommand
    ? Omit<Command, "slot" | "sequence">
    : never
  : never;

/** @see exchange */
export class CcidPipe {
  readonly #transport: UsbTransport;
  readonly #ccid: CcidInterface;
  readonly #assembler: CcidAssembler;
  #sequence = 0;
  /** A read that was begun and not taken: a command before was given up. */
  #reading: Promise<Uint8Array> | undefined;
  #isAbandoned = false;
  /** Read by `receive`, and not taken yet. */
  readonly #received: CcidTransferEvent[] = [];

  constructor(transport: UsbTransport, ccid: CcidInterface) {
    this.#transport = transport;
    this.#ccid = ccid;
    this.#assembler = new CcidAssembler(ccid.maxMessageBytes);
  }

  /**
   * Sends a command and waits for its answer, through time extensions, as long as `signal` lets
   * it. A command that was given up is aborted before the next one is sent.
   *
   * @param onExtension called when the card asks for time
   * @throws {DeviceError} protocol, disconnected; the signal's reason
   */
  async exchange(
    order: CcidOrder,
    signal: AbortSignal,
    onExtension: () => void = () => {},
  ): Promise<CcidAnswer> {
    signal.throwIfAborted();
    if (this.#isAbandoned) await this.#abort(signal);
    return this.#ask(order, this.#nextSequence(), signal, onExtension);
  }

  /**
   * The next message as it is, also of a reader in disorder. Not while a command is under way.
   *
   * @throws {DeviceError} disconnected, protocol (a message too long); the signal's reason
   */
  async receive(signal: AbortSignal): Promise<Uint8Array> {
    for (;;) {
      const next = this.#received.shift();
      if (next?.kind === "too-long") throw unreadable(`message of ${next.length} bytes`);
      if (next !== undefined) return next.bytes;
      const bytes = await abortable(this.#read(), signal);
      this.#reading = undefined;
      this.#received.push(...this.#assembler.feed(bytes));
    }
  }

  async #ask(
    order: CcidOrder,
    sequence: number,
    signal: AbortSignal,
    onExtension: () => void,
  ): Promise<CcidAnswer> {
    const command = { ...order, slot: SLOT, sequence } as CcidCommand;
    try {
      // The read goes out with the command: one round trip for both.
      const sent = this.#transport.transferOut(this.#ccid.bulkOut, encodeCcidCommand(command));
      void this.#read();
      await abortable(sent, signal);
      return await this.#answer(sequence, signal, onExtension);
    } catch (error) {
      if (signal.aborted) this.#isAbandoned = true;
      if (!(error instanceof UsbStall)) throw error;
      await this.#recover(signal);
      throw new DeviceError("protocol", "the reader refuses the transfer", {
        cause: error,
        hint: "try again; plug the token in again if it stays so",
      });
    }
  }

  async #answer(
    sequence: number,
    signal: AbortSignal,
    onExtension: () => void,
  ): Promise<CcidAnswer> {
    for (let stray = 0; stray < MAX_STRAY_MESSAGES; ) {
      const reading = this.#read();
      const bytes = await abortable(reading, signal);
      this.#reading = undefined;
      for (const event of this.#assembler.feed(bytes)) {
        if (event.kind === "too-long") throw unreadable(`message of ${event.length} bytes`);
        const result = decodeCcidAnswer(event.bytes);
        if (result.kind === "malformed") throw unreadable(result.problem);
        const { answer } = result;
        if (answer.sequence !== sequence) stray++;
        else if (answer.status.command === "time-extension") onExtension();
        else return answer;
      }
    }
    throw unreadable("no answer to this command, but many to others");
  }

  #read(): Promise<Uint8Array> {
    if (this.#reading === undefined) {
      const maxBytes = this.#ccid.maxMessageBytes + SPARE_BYTES;
      this.#reading = this.#transport.transferIn(this.#ccid.bulkIn, maxBytes);
      // Who waits gets the error; when nobody does, it is no event of its own.
      this.#reading.catch(() => {});
    }
    return this.#reading;
  }

  /** Both halves of an abort; a reader that knows none of it is just asked again. */
  async #abort(signal: AbortSignal): Promise<void> {
    const sequence = this.#nextSequence();
    const setup = {
      direction: "out",
      class: "class",
      recipient: "interface",
      request: CCID_REQUESTS.abort,
      value: (sequence << 8) | SLOT,
      index: this.#ccid.interfaceNumber,
      length: 0,
    } as const;
    try {
      await abortable(this.#transport.control(setup), signal);
    } catch (error) {
      if (!(error instanceof UsbStall)) throw error;
    }
    await this.#ask({ kind: "abort" }, sequence, signal, () => {});
    this.#isAbandoned = false;
  }

  /** Halted endpoints work again; half a message is forgotten. */
  async #recover(signal: AbortSignal): Promise<void> {
    this.#reading = undefined;
    this.#assembler.reset();
    const { bulkIn, bulkOut } = this.#ccid;
    try {
      await abortable(this.#transport.clearHalt("in", bulkIn), signal);
      await abortable(this.#transport.clearHalt("out", bulkOut), signal);
    } catch (error) {
      if (!(error instanceof UsbStall)) throw error;
    }
  }

  #nextSequence(): number {
    this.#sequence = (this.#sequence + 1) & 0xff;
    return this.#sequence;
  }
}

function unreadable(problem: string): DeviceError {
  return new DeviceError("protocol", `the reader's answer cannot be read: ${problem}`, {
    hint: "try again; plug the token in again if it stays so",
  });
}
