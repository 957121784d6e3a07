// A card: selects applications by AID, joins commands that come in parts, cuts long answers
// (ISO 7816-4 §5.3.3, §8.2; YKOATH document, sections 2 and 5). It knows nothing of its port.

import {
  CHAINING_BIT,
  type CommandApdu,
  decodeCommandApdu,
  MAX_SHORT_DATA_BYTES,
  type ResponseApdu,
} from "../../core/wire/apdu.ts";
import { CommandChain, cutResponse } from "../../core/wire/apdu-chaining.ts";
import { STATUS_WORDS } from "../../core/wire/status-words.ts";
import { decodeTlv } from "../../core/wire/tlv.ts";
import type { Power } from "../power.ts";
import type { Card, CardApplication, CardInterface, Eventually } from "./applet.ts";
import type { SmartTokenProfile } from "./smart-profile.ts";

const INS_SELECT = 0xa4;
const P1_BY_AID = 0x04;
const NO_DATA = new Uint8Array(0);

/** An answer without data. */
export function answerOf(sw: number, data: Uint8Array = NO_DATA): ResponseApdu {
  return { data, sw };
}

/** @see SmartCard */
export interface SmartCardOptions {
  readonly profile: Pick<SmartTokenProfile, "atr" | "commandBytes">;
  readonly applications: readonly CardApplication[];
  readonly power: Power;
}

/** A card with its applications. */
export class SmartCard implements Card {
  readonly #profile: SmartCardOptions["profile"];
  readonly #applications: readonly CardApplication[];
  readonly #power: Power;
  readonly #chain = new CommandChain();
  #selected: CardApplication | undefined;
  #rest: Uint8Array = NO_DATA;

  constructor({ profile, applications, power }: SmartCardOptions) {
    this.#profile = profile;
    this.#applications = applications;
    this.#power = power;
  }

  atr(by: CardInterface): Uint8Array {
    return this.#profile.atr[by].slice();
  }

  transmit(apdu: Uint8Array): Eventually<Uint8Array> {
    this.#selected?.cancel();
    if (!this.#power.isOn) return bytesOf(answerOf(STATUS_WORDS.unknownFailure));
    try {
      const answer = this.#answer(apdu);
      return answer instanceof Promise ? this.#later(answer) : bytesOf(answer);
    } catch (error) {
      return bytesOf(this.#failed(error));
    }
  }

  reset(): void {
    this.#selected = undefined;
    this.#rest = NO_DATA;
    this.#chain.reset();
    for (const application of this.#applications) application.reset();
  }

  #answer(apdu: Uint8Array): Eventually<ResponseApdu> {
    const result = decodeCommandApdu(apdu);
    if (result.kind === "malformed") return answerOf(STATUS_WORDS.wrongLength);
    const { command } = result;
    const { commandBytes } = this.#profile;
    const isTooLong = command.data.length > commandBytes;
    if (isTooLong || (command.extended && commandBytes <= MAX_SHORT_DATA_BYTES)) {
      return answerOf(STATUS_WORDS.wrongLength);
    }
    if ((command.cla & ~CHAINING_BIT) !== 0) return answerOf(STATUS_WORDS.wrongClass);
    const isPart = command.cla === CHAINING_BIT;
    if (isPart && this.#selected?.takesChainedCommands !== true) {
      return answerOf(STATUS_WORDS.chainingNotSupported);
    }
    const chained = this.#chain.add(command);
    switch (chained.kind) {
      case "part":
        return answerOf(STATUS_WORDS.ok);
      case "too-long":
        return answerOf(STATUS_WORDS.wrongLength);
      case "whole":
        return this.#whole(chained.command);
    }
  }

  #whole(command: CommandApdu): Eventually<ResponseApdu> {
    const selected = this.#selected;
    const { ins, p1, p2 } = command;
    if (ins === selected?.moreDataInstruction && this.#rest.length > 0) {
      if (p1 !== 0 || p2 !== 0) return answerOf(STATUS_WORDS.wrongP1P2);
      return this.#cut(this.#rest, selected);
    }
    this.#rest = NO_DATA;
    if (ins === INS_SELECT && p1 === P1_BY_AID) return this.#select(command);
    if (selected === undefined) return answerOf(STATUS_WORDS.unknownInstruction);
    const answer = selected.transmit(command);
    if (!(answer instanceof Promise)) return this.#first(answer, selected);
    return answer.then((later) => this.#first(later, selected));
  }

  /** An AID that no application has leaves the selected one, and its session, as they are. */
  #select({ p2, data }: CommandApdu): ResponseApdu {
    if (p2 !== 0) return answerOf(STATUS_WORDS.wrongP1P2);
    const found = this.#applications.find(({ aid }) => beginsWith(data, aid));
    if (found === undefined) return answerOf(STATUS_WORDS.notFound);
    this.#selected = found;
    return this.#first(found.select(), found);
  }

  #first(answer: ResponseApdu, application: CardApplication): ResponseApdu {
    const isWhole = answer.data.length <= application.responseBytes;
    if (isWhole || answer.sw !== STATUS_WORDS.ok) return answer;
    return this.#cut(answer.data, application);
  }

  #cut(data: Uint8Array, { responseBytes, cutsAnswers }: CardApplication): ResponseApdu {
    const partBytes =
      cutsAnswers === "anywhere" ? responseBytes : wholeObjects(data, responseBytes);
    const { response, rest } = cutResponse(data, partBytes);
    this.#rest = rest;
    return response;
  }

  async #later(answer: Promise<ResponseApdu>): Promise<Uint8Array> {
    try {
      return bytesOf(await answer);
    } catch (error) {
      return bytesOf(this.#failed(error));
    }
  }

  #failed(error: unknown): ResponseApdu {
    return this.#power.failed(error, answerOf(STATUS_WORDS.unknownFailure));
  }
}

/** How many bytes, at most `limit`, hold whole objects; `limit` when the first is longer. */
function wholeObjects(data: Uint8Array, limit: number): number {
  let end = 0;
  while (end < data.length) {
    const next = decodeTlv(data, end);
    if (next.kind === "malformed" || next.end > limit) break;
    end = next.end;
  }
  return end === 0 ? limit : end;
}

function beginsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && start.every((byte, at) => byte === bytes[at]);
}

function bytesOf({ data, sw }: ResponseApdu): Uint8Array {
  const bytes = new Uint8Array(data.length + 2);
  bytes.set(data);
  bytes[data.length] = sw >> 8;
  bytes[data.length + 1] = sw & 0xff;
  return bytes;
}
