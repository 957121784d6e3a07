// Whole commands and whole answers over a transport of APDUs: commands in parts or extended,
// answers in parts (YKOATH document, sections 2 and 5), and the wire log.

import type { ResponseApdu } from "../../core/wire/apdu.ts";
import { type CommandApdu, decodeResponseApdu, encodeCommandApdu } from "../../core/wire/apdu.ts";
import { ResponseChain, splitCommand } from "../../core/wire/apdu-chaining.ts";
import { createWireDecoder } from "../../core/wire/decode.ts";
import { STATUS_WORDS } from "../../core/wire/status-words.ts";
import { INS_GET_RESPONSE, YKOATH_INS } from "../../core/wire/ykoath.ts";
import type { WireLog } from "../driver.ts";
import { DeviceError } from "../errors.ts";
import type { ApduTransport } from "./transport.ts";

/** Longest command of short form: header, Lc, 255 bytes, Le. */
const SHORT_COMMAND_BYTES = 261;
/** Most parts of one answer. */
const MAX_PARTS = 1024;
const NO_DATA: Uint8Array = new Uint8Array(0);

/** Which instruction fetches the next part of an answer: that of OATH, or everybody else's. */
export type MoreData = "send-remaining" | "get-response";

/** A card as a session speaks to it. */
export class CardChannel {
  readonly #transport: ApduTransport;
  readonly #log: WireLog | undefined;
  readonly #decode = createWireDecoder("apdu");

  /** @param log receives what goes over the wire, decoded; undefined costs nothing */
  constructor(transport: ApduTransport, log: WireLog | undefined) {
    this.#transport = transport;
    this.#log = log;
  }

  /**
   * Sends a command and collects its whole answer; the status word may be an error.
   *
   * @throws {DeviceError} protocol, disconnected, and the signal's reason
   */
  async send(command: CommandApdu, more: MoreData, signal: AbortSignal): Promise<ResponseApdu> {
    let response: ResponseApdu | undefined;
    for (const part of this.#partsOf(command)) {
      if (response !== undefined && response.sw !== STATUS_WORDS.ok) return response;
      response = await this.#exchange(part, signal);
    }
    if (response === undefined) throw new TypeError("a command has at least one part");
    return response.sw >>> 8 === 0x61 ? this.#rest(response, more, signal) : response;
  }

  /** Sends a command as it is, and gives its response as it is. */
  async transmit(command: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    this.#write("to-token", command);
    const answer = await this.#transport.transmit(command, signal);
    this.#write("from-token", answer);
    return answer;
  }

  #partsOf(command: CommandApdu): readonly CommandApdu[] {
    // Five bytes, so that cards which want Le give all they have.
    if (command.data.length === 0) return [{ ...command, le: 0x100, extended: false }];
    if (!command.extended) return [command];
    if (this.#transport.maxCommandBytes > SHORT_COMMAND_BYTES) return [command];
    return splitCommand(command);
  }

  async #rest(first: ResponseApdu, more: MoreData, signal: AbortSignal): Promise<ResponseApdu> {
    const ins = more === "send-remaining" ? YKOATH_INS.sendRemaining : INS_GET_RESPONSE;
    const next = { cla: 0, ins, p1: 0, p2: 0, data: NO_DATA, le: 0x100, extended: false };
    const chain = new ResponseChain();
    let response = first;
    for (let part = 0; part < MAX_PARTS; part++) {
      const result = chain.add(response);
      if (result.kind === "whole") return result.response;
      if (result.kind !== "more") break;
      response = await this.#exchange(next, signal);
    }
    throw new DeviceError("protocol", "the token's answer does not come to an end");
  }

  async #exchange(command: CommandApdu, signal: AbortSignal): Promise<ResponseApdu> {
    const result = decodeResponseApdu(await this.transmit(encodeCommandApdu(command), signal));
    if (result.kind === "response") return result.response;
    throw new DeviceError("protocol", `the token's answer is no response APDU: ${result.problem}`, {
      hint: "try again; plug the token in again if it stays so",
    });
  }

  #write(direction: "to-token" | "from-token", bytes: Uint8Array): void {
    if (this.#log === undefined) return;
    for (const text of this.#decode(direction, bytes)) this.#log({ direction, text });
  }
}
