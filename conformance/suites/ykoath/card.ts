// The card that a case of this suite speaks to, in frames: through whatever carries its APDUs.

import { createHmac } from "node:crypto";
import type { OathParameters } from "../../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../../core/oath/vectors.ts";
import type { RawApdus } from "../../../devices/raw.ts";
import type { TokenCase } from "../../case.ts";
import { expectedCode } from "../../oracle.ts";
import type { TokenContext } from "../../token-context.ts";
import { passingTime } from "../shared/passing-time.ts";
import { type WireCaseInput, type WireSuite, wireCase } from "../shared/wire-case.ts";
import {
  type AnswerObject,
  command,
  INS,
  join,
  OATH_AID,
  object,
  objectsOf,
  printHex,
  printSw,
  SW,
  TAG,
  text,
} from "./frames.ts";
import { modelOf, type OathModel } from "./model.ts";

/** Parts that one answer may come in. */
const MAX_PARTS = 256;

/** A response APDU. */
export interface CardAnswer {
  readonly data: Uint8Array;
  readonly sw: number;
}

/** A credential to write; what is not given is that of RFC 4226's, 8 digits, TOTP, SHA-1. */
export interface PutInput {
  readonly name?: string | Uint8Array;
  readonly secret?: Uint8Array;
  readonly digits?: number;
  /** Type and algorithm. */
  readonly type?: number;
  /** What follows the key: `78 02`, `7A 04 …`. */
  readonly after?: Uint8Array | readonly number[];
}

/** Name of the credential when none is given. */
export const NAME = "oathbed";

/** A selected OATH applet. */
export class OathCard {
  readonly #t: TokenContext;
  /** Of the last SELECT. */
  selected: readonly AnswerObject[] = [];

  private constructor(t: TokenContext) {
    this.#t = t;
  }

  static async open(t: TokenContext): Promise<OathCard> {
    const card = new OathCard(t);
    await card.select();
    return card;
  }

  get model(): OathModel {
    return modelOf(this.selected);
  }

  get apdus(): RawApdus {
    return this.#t.device.raw?.apdu ?? this.#t.skip("the token is not reached by command APDUs");
  }

  /** Sends bytes as they are. */
  async raw(bytes: Uint8Array): Promise<CardAnswer> {
    const answer = await this.apdus.transmit(bytes, { signal: this.#t.signal });
    const [high = 0, low = 0] = answer.subarray(-2);
    return { data: answer.slice(0, -2), sw: (high << 8) | low };
  }

  /** Sends a command and collects its whole answer by SEND REMAINING. */
  async send(ins: number, p1: number, p2: number, data?: Uint8Array): Promise<CardAnswer> {
    return this.collect(await this.raw(command(ins, p1, p2, data)));
  }

  async collect(first: CardAnswer): Promise<CardAnswer> {
    let answer = first;
    for (let part = 0; answer.sw >> 8 === 0x61 && part < MAX_PARTS; part++) {
      const next = await this.raw(command(INS.sendRemaining, 0, 0));
      answer = { data: join(answer.data, next.data), sw: next.sw };
    }
    return answer;
  }

  async select(): Promise<CardAnswer> {
    const answer = await this.send(INS.select, 4, 0, OATH_AID);
    this.selected = objectsOf(answer.data) ?? [];
    return answer;
  }

  /** The value of an object that SELECT answered with. */
  told(tag: number): Uint8Array | undefined {
    return this.selected.find((each) => each.tag === tag)?.value;
  }

  put(input: PutInput = {}): Promise<CardAnswer> {
    return this.send(INS.put, 0, 0, putData(input));
  }

  /** Writes what the case needs; a token that refuses it fails the case. */
  async written(input: PutInput = {}): Promise<void> {
    const answer = await this.put(input);
    if (answer.sw !== SW.ok) this.sw("PUT", answer, SW.ok);
  }

  calculate(
    name: string | Uint8Array,
    challenge: Uint8Array,
    form: "full" | "truncated" = "truncated",
  ): Promise<CardAnswer> {
    const data = join(object(TAG.name, bytesOf(name)), object(TAG.challenge, challenge));
    return this.send(INS.calculate, 0, form === "truncated" ? 1 : 0, data);
  }

  calculateAll(
    challenge: Uint8Array,
    form: "full" | "truncated" = "truncated",
  ): Promise<CardAnswer> {
    const data = object(TAG.challenge, challenge);
    return this.send(INS.calculateAll, 0, form === "truncated" ? 1 : 0, data);
  }

  list(): Promise<CardAnswer> {
    return this.send(INS.list, 0, 0);
  }

  remove(name: string): Promise<CardAnswer> {
    return this.send(INS.delete, 0, 0, object(TAG.name, text(name)));
  }

  /** Power off and on, and the applet selected again. */
  async powerCycle(): Promise<void> {
    await this.#t.rig?.powerCycle();
    await this.#t.reconnect();
    await this.select();
  }

  /** Lets simulated time go on until the answer is there; `each` is done before every step. */
  waited<T>(answering: Promise<T>, each?: () => Promise<void>): Promise<T> {
    return passingTime(this.#t, answering, each);
  }

  /** Checks a status word; several are allowed where documents differ. */
  sw(what: string, answer: CardAnswer, ...allowed: readonly number[]): void {
    if (allowed.length === 1) this.#t.equal(what, printSw(answer.sw), printSw(allowed[0] ?? 0));
    else {
      const listed = allowed.map(printSw);
      const shown = printSw(answer.sw);
      this.#t.holds(`${what}: ${listed.join(" or ")}`, listed.includes(shown), shown);
    }
  }

  /** Checks a refusal of any kind. */
  refused(what: string, answer: CardAnswer): void {
    const isOk = answer.sw === SW.ok || answer.sw >> 8 === 0x61;
    this.#t.holds(`${what} is refused`, !isOk, printSw(answer.sw));
  }

  /** Checks the code of a CALCULATE answer, its digits and its 31 bits, against the oracle's. */
  code(
    what: string,
    answer: CardAnswer,
    secret: Uint8Array,
    parameters: OathParameters,
    factor: bigint,
  ): void {
    this.sw(what, answer, SW.ok);
    const found = objectsOf(answer.data)?.find(({ tag }) => tag === TAG.truncated)?.value;
    const [digits, ...value] = found ?? [];
    this.#t.equal(`${what}: digits`, digits, parameters.digits);
    const number = value.length === 4 ? Buffer.from(value).readUInt32BE() & 0x7fff_ffff : NaN;
    const shown = String(number % 10 ** parameters.digits).padStart(parameters.digits, "0");
    this.#t.equal(`${what}: code`, shown, expectedCode(secret, parameters, factor));
  }

  /** Checks a whole HMAC: digits, then its bytes. */
  hmac(what: string, answer: CardAnswer, expected: Uint8Array, digits: number): void {
    this.sw(what, answer, SW.ok);
    const wanted = object(TAG.full, join([digits], expected));
    this.#t.equal(what, printHex(answer.data), printHex(wanted));
  }
}

/** The data of PUT. */
export function putData(input: PutInput = {}): Uint8Array {
  const { name = NAME, secret = rfc4226Secret(), digits = 8, type = 0x21, after = [] } = input;
  const key = object(TAG.key, join([type, digits], secret));
  return join(object(TAG.name, bytesOf(name)), key, after);
}

/** A time step, or a counter, in eight bytes. */
export function eightBytes(factor: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(factor.toString(16).padStart(16, "0"), "hex"));
}

/** By Node's OpenSSL. */
export function hmacOf(
  hash: "sha1" | "sha256" | "sha512",
  key: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  return new Uint8Array(createHmac(hash, key).update(message).digest());
}

function bytesOf(name: string | Uint8Array): Uint8Array {
  return typeof name === "string" ? text(name) : name;
}

const YKOATH: WireSuite<OathCard> = {
  suite: "ykoath",
  document: "YKOATH protocol, ",
  need: "apdu",
  open: (t) => OathCard.open(t),
};

/** A case of this suite; its section is one of the protocol's document. */
export function oathCase(input: WireCaseInput<OathCard>): TokenCase {
  return wireCase(YKOATH, input);
}
