// A model of a token, and operations on both: after each the two must agree.

import type { HotpParameters, TotpParameters } from "../../../core/oath/parameters.ts";
import { SECOND_US } from "../../../core/time/clock.ts";
import type { Random } from "../../../core/time/random.ts";
import { expectedCode } from "../../oracle.ts";
import type { TokenContext } from "../../token-context.ts";
import { randomSecret } from "../shared/secret-lengths.ts";
import { tokenHotp, tokenTotp } from "../shared/token-codes.ts";

/** After so many answers that are wrong the rest would tell nothing new. */
const MOST_WRONG = 5;
/** Names in use, at most; two of them are for event-based codes. */
const MOST_NAMES = 6;
const EVENT_BASED_NAMES = 2;
/** Times that clocks are set to. */
const TIMES = { fromSeconds: 1_700_000_000, toSeconds: 2_000_000_000 } as const;

interface Held {
  readonly secret: Uint8Array;
  readonly parameters: TotpParameters | HotpParameters;
  counter: bigint;
}

/** A token, and what it must hold after all that was done to it. */
export class ModelledToken {
  readonly #t: TokenContext;
  readonly #random: Random;
  readonly #held = new Map<string, Held>();
  readonly #names: readonly string[];
  readonly #eventBased: readonly string[];
  #seconds: number = TIMES.fromSeconds;
  #wrong = 0;
  /** Operations done. */
  done = 0;

  constructor(t: TokenContext) {
    this.#t = t;
    this.#random = t.random;
    const { provision, hotp } = t.device.capabilities;
    const most = provision?.names === true ? Math.min(provision.credentials, MOST_NAMES) : 1;
    this.#names = Array.from({ length: most }, (_, at) => `c${at}`);
    const hasCounters = hotp?.ownCounter === true && most > EVENT_BASED_NAMES;
    this.#eventBased = hasCounters ? this.#names.slice(0, EVENT_BASED_NAMES) : [];
  }

  /** Whether so much is wrong that the rest tells nothing new. */
  get isLost(): boolean {
    return this.#wrong >= MOST_WRONG;
  }

  /** Does `count` operations, fewer when all is lost. */
  async operate(count: number): Promise<void> {
    for (let at = 0; at < count && !this.isLost; at++) {
      await this.#operate();
      this.done++;
    }
  }

  /** Compares all that the token holds with the model. */
  async compareAll(): Promise<void> {
    for (const name of this.#held.keys()) await this.#read(name);
    if (this.#t.device.capabilities.list) await this.#compareList();
    this.#t.equal(`wrong answers in ${this.done} operations`, this.#wrong, 0);
  }

  async #operate(): Promise<void> {
    const { list, remove } = this.#t.device.capabilities;
    const name = this.#names[this.#random.integer(0, this.#names.length - 1)] ?? "c0";
    const act = this.#random.integer(0, 99);
    if (!this.#held.has(name) || act < 12) return this.#write(name);
    if (act < 20 && remove) return this.#remove(name);
    if (act < 30) return this.#setTime();
    if (act < 34 && list) return this.#compareList();
    return this.#read(name);
  }

  async #write(name: string): Promise<void> {
    const secret = randomSecret(this.#random);
    const isEventBased = this.#eventBased.includes(name);
    const parameters = isEventBased ? tokenHotp(this.#t) : tokenTotp(this.#t);
    const counter = isEventBased ? BigInt(this.#random.integer(0, 1000)) : 0n;
    const options = isEventBased ? { name, counter } : { name };
    await this.#t.provision(secret, parameters, options);
    this.#held.set(name, { secret, parameters, counter });
  }

  async #remove(name: string): Promise<void> {
    await this.#t.device.remove(name, { signal: this.#t.signal });
    this.#held.delete(name);
  }

  async #setTime(): Promise<void> {
    this.#seconds = this.#random.integer(TIMES.fromSeconds, TIMES.toSeconds);
    const { setTime, setTimeForgets } = this.#t.device.capabilities;
    if (setTime && setTimeForgets !== true) {
      await this.#t.device.setTime(this.#seconds, { signal: this.#t.signal });
    }
  }

  async #read(name: string): Promise<void> {
    const held = this.#held.get(name);
    if (held === undefined) return;
    const { secret, parameters } = held;
    if (parameters.kind === "hotp") {
      const { code } = await this.#t.hotp({ credential: name });
      return this.#compare(name, code, expectedCode(secret, parameters, held.counter++));
    }
    const { code, seconds } = await this.#readTotp(name);
    const timeStep = BigInt(Math.floor(seconds / parameters.stepSeconds));
    this.#compare(name, code, expectedCode(secret, parameters, timeStep));
  }

  async #readTotp(name: string): Promise<{ readonly code: string; readonly seconds: number }> {
    const t = this.#t;
    const { totp, setTime, setTimeForgets } = t.device.capabilities;
    if (totp?.clock === "host" || (setTime && setTimeForgets !== true)) {
      return { code: (await t.totpAt(this.#seconds, name)).code, seconds: this.#seconds };
    }
    const truth = await t.rig?.truth();
    const seconds = (t.clock.nowUs() + (truth?.offsetUs ?? 0)) / SECOND_US;
    return { code: (await t.totpNow(name)).code, seconds };
  }

  async #compareList(): Promise<void> {
    if (!this.#t.device.capabilities.provision?.names) return;
    const listed = await this.#t.device.list({ signal: this.#t.signal });
    const names = listed.map(({ name }) => name).toSorted();
    this.#compare("the list", names.join(), [...this.#held.keys()].toSorted().join());
  }

  #compare(what: string, actual: string, expected: string): void {
    if (actual === expected) return;
    this.#wrong++;
    this.#t.equal(`operation ${this.done}, ${what}`, actual, expected);
  }
}
