// The slot of a CCID reader with a card in it (CCID document, sections 4 and 5): each message from
// the host is answered, once, and a card that takes its time is excused by time extensions.

import type { Alarm, Clock } from "../../core/time/clock.ts";
import {
  CCID_ERRORS,
  CCID_HEADER_BYTES,
  CCID_T1_PARAMETERS,
  type CcidClassDescriptor,
  type CcidCommand,
  type CcidHead,
  type CcidStatus,
  type CcidTransferEvent,
  decodeCcidCommand,
  type IccState,
} from "../../core/wire/ccid.ts";
import type { Card } from "../applets/applet.ts";
import { type AnswerBlock, CcidBlocks, SEND_MORE } from "./ccid-blocks.ts";
import {
  blockReply,
  failed,
  failureReply,
  PROTOCOL_T1,
  parametersReply,
  statusReply,
} from "./ccid-replies.ts";

/** Time between extensions while a card waits for a touch, and before the first one. */
export const TIME_EXTENSION_MS = 1000;
/** bError of an extension: how often the host's time-out fits. */
const MULTIPLIER = 2;
/** bSlot of the only slot. */
const SLOT = 0;
/** bError: offset of bProtocolNum in the header. */
const BAD_PROTOCOL = 7;

/** @see CcidSlot */
export interface CcidSlotOptions {
  readonly card: Card;
  /** The host's time: extensions run on it. */
  readonly clock: Clock;
  readonly descriptor: CcidClassDescriptor;
  /** Takes an answer for the bulk-IN endpoint. */
  readonly send: (answer: Uint8Array) => void;
}

/** A slot. */
export class CcidSlot {
  readonly #card: Card;
  readonly #clock: Clock;
  readonly #descriptor: CcidClassDescriptor;
  readonly #send: (answer: Uint8Array) => void;
  readonly #blocks: CcidBlocks;
  #icc: IccState = "inactive";
  #parameters = CCID_T1_PARAMETERS;
  /** The transfer that the card is at; another object, and its answer comes too late. */
  #running: CcidHead | undefined;
  #extension: Alarm | undefined;
  /** The half of an abort that has come: of the control or of the bulk pipe. */
  #abort: { readonly by: "control" | "bulk"; readonly sequence: number } | undefined;

  constructor(options: CcidSlotOptions) {
    this.#card = options.card;
    this.#clock = options.clock;
    this.#descriptor = options.descriptor;
    this.#send = options.send;
    this.#blocks = new CcidBlocks(options.descriptor.maxMessageBytes - CCID_HEADER_BYTES);
  }

  /** Whether there is a card in it. */
  get isPresent(): boolean {
    return this.#icc !== "absent";
  }

  /** Puts the card in, or takes it out: what it was at then fails. */
  setPresent(isPresent: boolean): void {
    if (isPresent === this.isPresent) return;
    const running = this.#running;
    this.#stop();
    this.#card.reset();
    this.#icc = isPresent ? "inactive" : "absent";
    if (running !== undefined) this.#answerBlock(running, failed(this.#icc, CCID_ERRORS.iccMute));
  }

  /** Takes what the host's bulk transfers amount to. */
  receive(event: CcidTransferEvent): void {
    if (event.kind === "message") {
      const result = decodeCcidCommand(event.bytes);
      if (result.kind === "command") this.#receive(result.command, event.bytes.length);
      return;
    }
    // Too long: its header says what it was, and which command the answer is for.
    const header = Uint8Array.from(event.header);
    header.fill(0, 1, 5);
    const result = decodeCcidCommand(header);
    if (result.kind === "command") this.#fail(result.command, CCID_ERRORS.badLength);
  }

  /**
   * ABORT of the control pipe. Commands fail until the other half has come on the bulk pipe, with
   * the same sequence.
   *
   * @returns false when there is no such slot
   */
  abort(slot: number, sequence: number): boolean {
    if (slot !== SLOT) return false;
    const isSecondHalf = this.#abort?.by === "bulk" && this.#abort.sequence === sequence;
    this.#stop();
    this.#abort = isSecondHalf ? undefined : { by: "control", sequence };
    return true;
  }

  /** Back to the state after power-on. */
  reset(): void {
    this.#stop();
    this.#abort = undefined;
    this.#parameters = CCID_T1_PARAMETERS;
    this.#card.reset();
    if (this.#icc === "active") this.#icc = "inactive";
  }

  #receive(command: CcidCommand, bytes: number): void {
    const problem = this.#problemOf(command, bytes);
    if (problem !== undefined) {
      this.#fail(command, problem);
      return;
    }
    // The other half of an abort comes at once, or never.
    if (command.kind !== "abort") this.#abort = undefined;
    this.#execute(command);
  }

  /** What is wrong with a command before it is looked at closely. */
  #problemOf(command: CcidCommand, bytes: number): number | undefined {
    if (command.slot !== SLOT) return CCID_ERRORS.badSlot;
    if (command.kind === "abort") return undefined;
    if (this.#abort?.by === "control") return CCID_ERRORS.aborted;
    if (this.#running !== undefined) return CCID_ERRORS.slotBusy;
    if (command.kind === "unknown") return CCID_ERRORS.notSupported;
    const hasPayload = "data" in command;
    if (!hasPayload && bytes !== CCID_HEADER_BYTES) return CCID_ERRORS.badLength;
    const needsCard = command.kind === "power-on" || command.kind === "transfer";
    if (needsCard && this.#icc === "absent") return CCID_ERRORS.iccMute;
    return undefined;
  }

  #execute(command: CcidCommand): void {
    switch (command.kind) {
      case "power-on":
        this.#powerOn(command, command.powerSelect);
        break;
      case "power-off":
        this.#powerOff();
        this.#send(statusReply(command, this.#icc));
        break;
      case "get-slot-status":
        this.#send(statusReply(command, this.#icc));
        break;
      case "transfer":
        this.#transfer(command, command.level, command.data);
        break;
      case "get-parameters":
        this.#send(parametersReply(command, this.#icc, this.#parameters));
        break;
      case "reset-parameters":
        this.#parameters = CCID_T1_PARAMETERS;
        this.#send(parametersReply(command, this.#icc, this.#parameters));
        break;
      case "set-parameters":
        this.#setParameters(command);
        break;
      case "abort":
        this.#abortByBulk(command);
        break;
      default:
        this.#fail(command, CCID_ERRORS.notSupported);
    }
  }

  #powerOn(head: CcidHead, powerSelect: number): void {
    // 1 is 5 V, 2 is 3 V, 3 is 1.8 V: bits 0 to 2 of bVoltageSupport.
    const isOffered = (this.#descriptor.voltageSupport >> (powerSelect - 1)) & 1;
    if (powerSelect !== 0 && (powerSelect > 3 || !isOffered)) {
      this.#answerBlock(head, failed(this.#icc, CCID_ERRORS.badPowerSelect));
      return;
    }
    this.#powerOff();
    this.#icc = "active";
    this.#answerBlock(head, this.#ok(), { chain: 0, data: this.#card.atr("contact") });
  }

  #powerOff(): void {
    this.#blocks.reset();
    this.#parameters = CCID_T1_PARAMETERS;
    this.#card.reset();
    if (this.#icc === "active") this.#icc = "inactive";
  }

  #transfer(head: CcidHead, level: number, data: Uint8Array): void {
    if (this.#icc !== "active") {
      this.#answerBlock(head, failed(this.#icc, CCID_ERRORS.iccMute));
      return;
    }
    const event = this.#blocks.add(level, data);
    switch (event.kind) {
      case "apdu":
        if (event.apdu.length > 0) this.#transmit(head, event.apdu);
        else this.#answerBlock(head, failed(this.#icc, CCID_ERRORS.badLength));
        break;
      case "part":
        this.#answerBlock(head, this.#ok(), SEND_MORE);
        break;
      case "fetch":
        this.#answerBlock(head, this.#ok(), this.#blocks.next());
        break;
      case "bad-level":
        this.#answerBlock(head, failed(this.#icc, CCID_ERRORS.badLevel));
        break;
      case "too-long":
        this.#answerBlock(head, failed(this.#icc, CCID_ERRORS.badLength));
        break;
    }
  }

  #transmit(head: CcidHead, apdu: Uint8Array): void {
    const answer = this.#card.transmit(apdu);
    if (answer instanceof Uint8Array) {
      this.#answerBlock(head, this.#ok(), this.#blocks.cut(answer));
      return;
    }
    this.#running = head;
    this.#extendTime(head);
    // The card's promise never rejects; if it did, its host would still get an answer.
    void answer.then(
      (response) => this.#finish(head, () => this.#blocks.cut(response)),
      () => this.#finish(head),
    );
  }

  /** Without a block, the card has failed. */
  #finish(head: CcidHead, block?: () => AnswerBlock): void {
    if (this.#running !== head) return;
    this.#stop();
    if (block !== undefined) this.#answerBlock(head, this.#ok(), block());
    else this.#answerBlock(head, failed(this.#icc, CCID_ERRORS.hardware));
  }

  #extendTime(head: CcidHead): void {
    this.#extension = this.#clock.setAlarm(TIME_EXTENSION_MS * 1000, () => {
      const status = { command: "time-extension", icc: this.#icc, multiplier: MULTIPLIER } as const;
      this.#answerBlock(head, status);
      this.#extendTime(head);
    });
  }

  #setParameters(command: CcidCommand & { readonly kind: "set-parameters" }): void {
    const { protocol, data } = command;
    if (protocol !== PROTOCOL_T1) {
      this.#fail(command, BAD_PROTOCOL);
    } else if (data.length !== CCID_T1_PARAMETERS.length) {
      this.#fail(command, CCID_ERRORS.badLength);
    } else {
      this.#parameters = Uint8Array.from(data);
      this.#send(parametersReply(command, this.#icc, this.#parameters));
    }
  }

  #abortByBulk(head: CcidHead): void {
    const { sequence } = head;
    const isSecondHalf = this.#abort?.by === "control" && this.#abort.sequence === sequence;
    this.#stop();
    if (isSecondHalf) this.#abort = undefined;
    else if (this.#abort?.by !== "control") this.#abort = { by: "bulk", sequence };
    this.#send(statusReply(head, this.#icc));
  }

  /** Ends what runs: no answer comes of it any more. */
  #stop(): void {
    this.#extension?.cancel();
    this.#running = undefined;
    this.#blocks.reset();
  }

  #ok(): CcidStatus {
    return { command: "ok", icc: this.#icc };
  }

  #answerBlock(head: CcidHead, status: CcidStatus, block?: AnswerBlock): void {
    this.#send(blockReply(head, status, block));
  }

  #fail(command: CcidCommand, error: number): void {
    const icc = command.slot === SLOT ? this.#icc : "absent";
    this.#send(failureReply(command, icc, error));
  }
}
