// The reader that a case of this suite speaks to: CCID messages put together and taken apart here
// anew, so that a mistake in the codec cannot agree with itself (CCID 1.1 §6).

import type { RawCcid } from "../../../devices/raw.ts";
import type { TokenCase } from "../../case.ts";
import type { TokenContext } from "../../token-context.ts";
import { passingTime } from "../shared/passing-time.ts";
import { type WireCaseInput, type WireSuite, wireCase } from "../shared/wire-case.ts";

/** PC_to_RDR messages. */
export const PC = {
  setParameters: 0x61,
  powerOn: 0x62,
  powerOff: 0x63,
  slotStatus: 0x65,
  secure: 0x69,
  t0Apdu: 0x6a,
  escape: 0x6b,
  getParameters: 0x6c,
  resetParameters: 0x6d,
  iccClock: 0x6e,
  transfer: 0x6f,
  mechanical: 0x71,
  abort: 0x72,
  dataRate: 0x73,
} as const;

/** RDR_to_PC messages. */
export const RDR = {
  dataBlock: 0x80,
  slotStatus: 0x81,
  parameters: 0x82,
  escape: 0x83,
  dataRate: 0x84,
} as const;

/** bmCommandStatus. */
export const STATUS = { ok: 0, failed: 1, extension: 2 } as const;
/** bmICCStatus. */
export const ICC = { active: 0, inactive: 1, absent: 2 } as const;

/** A message from the reader. */
export interface Reply {
  readonly type: number;
  readonly slot: number;
  readonly sequence: number;
  /** STATUS */
  readonly status: number;
  /** ICC */
  readonly icc: number;
  readonly error: number;
  /** bChainParameter, bClockStatus or bProtocolNum. */
  readonly extra: number;
  readonly data: Uint8Array;
}

/** What a message is made of; what is not given is 0 or empty. */
export interface MessageInput {
  readonly slot?: number;
  /** Bytes 7 to 9. */
  readonly specific?: readonly number[];
  readonly data?: Uint8Array | readonly number[];
  /** Default: the next one. */
  readonly sequence?: number;
}

const HEADER_BYTES = 10;

/** A reader with its slot. */
export class Reader {
  readonly #t: TokenContext;
  #sequence = 0x20;

  constructor(t: TokenContext) {
    this.#t = t;
  }

  get channel(): RawCcid {
    return this.#t.device.raw?.ccid ?? this.#t.skip("the token is not reached by CCID messages");
  }

  nextSequence(): number {
    this.#sequence = (this.#sequence + 1) & 0xff;
    return this.#sequence;
  }

  /** The bytes of a message. */
  message(type: number, input: MessageInput = {}): Uint8Array {
    const { slot = 0, specific = [], data = [], sequence = this.nextSequence() } = input;
    const bytes = Buffer.alloc(HEADER_BYTES + data.length);
    bytes[0] = type;
    bytes.writeUInt32LE(data.length, 1);
    bytes.set([slot, sequence, ...specific], 5);
    bytes.set(data, HEADER_BYTES);
    return new Uint8Array(bytes);
  }

  send(bytes: Uint8Array): Promise<void> {
    return this.channel.send(bytes, this.#t.signal);
  }

  /** The next message; simulated time goes on until it is there. */
  async receive(each?: () => Promise<void>): Promise<Reply> {
    const bytes = await passingTime(this.#t, this.channel.receive(this.#t.signal), each);
    const [type = 0, , , , , slot = 0, sequence = 0, status = 0, error = 0, extra = 0] = bytes;
    const data = bytes.slice(HEADER_BYTES);
    return { type, slot, sequence, status: status >> 6, icc: status & 3, error, extra, data };
  }

  async ask(type: number, input: MessageInput = {}): Promise<Reply> {
    await this.send(this.message(type, input));
    return this.receive();
  }

  /** XfrBlock with a whole APDU; time extensions are waited through. */
  async apdu(bytes: Uint8Array): Promise<Reply> {
    let reply = await this.ask(PC.transfer, { data: bytes });
    while (reply.status === STATUS.extension) reply = await this.receive();
    return reply;
  }

  abort(sequence: number, slot = 0): Promise<boolean> {
    return this.channel.abort(slot, sequence, this.#t.signal);
  }

  /** Checks that a message says that all went well. */
  ok(what: string, reply: Reply, type: number, icc: number = ICC.active): void {
    const { status, error } = reply;
    const seen = { type: reply.type, status, icc: reply.icc, error };
    this.#t.equal(what, seen, { type, status: STATUS.ok, icc, error: 0 });
  }

  /** Checks that a message says that the command failed, and how. */
  failed(what: string, reply: Reply, type: number, error: number): void {
    const seen = { type: reply.type, status: reply.status, error: reply.error };
    this.#t.equal(what, seen, { type, status: STATUS.failed, error });
  }

  /** Checks that the reader is in order: it answers a plain question. */
  async inOrder(what: string): Promise<void> {
    const sequence = this.nextSequence();
    const reply = await this.ask(PC.slotStatus, { sequence });
    this.#t.equal(`${what}: bSeq`, reply.sequence, sequence);
    this.#t.equal(`${what}: type and status`, [reply.type, reply.status], [RDR.slotStatus, 0]);
  }
}

const CCID: WireSuite<Reader> = {
  suite: "ccid",
  document: "CCID 1.1 §",
  need: "ccid",
  open: (t) => new Reader(t),
};

/** A case of this suite; its section is one of USB-IF's CCID revision 1.1. */
export function ccidCase(input: WireCaseInput<Reader>): TokenCase {
  return wireCase(CCID, input);
}
