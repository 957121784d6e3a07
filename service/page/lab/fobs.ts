// Emulated tokens on a shelf: key-ring tokens whose true time is the clock of codes, each with a
// clock that can be put ahead and made to run away. Their codes come from the emulated firmware,
// which shares nothing with the verifier.

import { wipe } from "../../../core/oath/secret.ts";
import { type Alarm, SECOND_US } from "../../../core/time/clock.ts";
import { SystemClock } from "../../../core/time/system-clock.ts";
import { type TokenInWorld, tokenInWorld } from "../../../devices/rigs/emulated-token.ts";
import type { World } from "../../../devices/rigs/world.ts";
import type { ServiceClock } from "../../settable-clock.ts";
import type { Fob, FobClock } from "../contract.ts";
import { readSecret } from "../devices/saved-secret.ts";
import { PageRefusal } from "../refusal.ts";

/** Most tokens on a shelf. */
export const MAX_FOBS = 20;
/** Their model: SHA-1, six digits, 30 seconds. */
const MODEL = "display-token";
const STEP_US: number = 30 * SECOND_US;

/** The tokens, by their ids. */
export class FobShelf {
  readonly #fobs: ReadonlyMap<string, EmulatedFob>;

  /** @throws {RangeError} unless there are 1 to MAX_FOBS */
  constructor(count: number, clock: ServiceClock) {
    if (!Number.isInteger(count) || count < 1 || count > MAX_FOBS) {
      throw new RangeError(`there can be 1 to ${MAX_FOBS} fobs`);
    }
    const fobs = Array.from({ length: count }, (_, at) => new EmulatedFob(at + 1, clock));
    this.#fobs = new Map(fobs.map((fob) => [fob.id, fob]));
  }

  list(): readonly Fob[] {
    return [...this.#fobs.values()].map((fob) => fob.view());
  }

  /** @throws {PageRefusal} fob-unknown, secret-malformed */
  provision(id: string, text: string): void {
    this.#find(id).provision(text);
  }

  /** @throws {PageRefusal} fob-unknown */
  setClock({ fob, offsetSeconds, ratePpm }: FobClock): void {
    this.#find(fob).setClock(offsetSeconds, ratePpm);
  }

  /** @throws {PageRefusal} fob-unknown */
  clear(id: string): void {
    this.#find(id).clear();
  }

  #find(id: string): EmulatedFob {
    const fob = this.#fobs.get(id);
    if (fob === undefined) throw new PageRefusal("fob-unknown", { field: "fob" });
    return fob;
  }
}

class EmulatedFob {
  readonly id: string;
  readonly #name: string;
  readonly #clock: ServiceClock;
  #label: string | null = null;
  #ratePpm = 0;
  #startUs = 0;
  #startOffsetSeconds = 0;
  #token: TokenInWorld["token"];

  constructor(number: number, clock: ServiceClock) {
    this.id = `fob-${number}`;
    this.#name = `Fob ${number}`;
    this.#clock = clock;
    this.#token = this.#made(0);
  }

  view(): Fob {
    this.#followBack();
    const token = this.#token;
    token.pressButton();
    const shown = token.displayText();
    const intoStepUs = ((token.nowUs() % STEP_US) + STEP_US) % STEP_US;
    return {
      id: this.id,
      name: this.#name,
      label: this.#label,
      code: /^\d{6}$/.test(shown) ? shown : null,
      secondsLeft: Math.ceil((STEP_US - intoStepUs) / SECOND_US),
      offsetSeconds: Math.round(token.offsetUs() / 1000) / 1000,
      ratePpm: this.#ratePpm,
    };
  }

  provision(text: string): void {
    const { secret, parameters, label } = readSecret(text);
    const { algorithms, digits, secretBytes } = this.#token.profile;
    const fits =
      algorithms.includes(parameters.algorithm) &&
      digits.includes(parameters.digits) &&
      parameters.stepSeconds * SECOND_US === STEP_US &&
      secret.length >= secretBytes.low &&
      secret.length <= secretBytes.high;
    if (!fits) throw new PageRefusal("secret-malformed", { field: "secret" });
    // One name: what it held before is replaced.
    this.#token.put({ name: this.id, secret, parameters });
    wipe(secret);
    this.#label = label;
  }

  setClock(offsetSeconds: number | undefined, ratePpm: number | undefined): void {
    this.#followBack();
    const offset = offsetSeconds ?? this.#token.offsetUs() / SECOND_US;
    this.#ratePpm = ratePpm ?? this.#ratePpm;
    this.#renew(offset);
  }

  clear(): void {
    for (const { name } of this.#token.list()) this.#token.remove(name);
    this.#label = null;
  }

  /** An oscillator is a function of the time since its start: before that it is begun anew. */
  #followBack(): void {
    if (this.#clock.nowUs() < this.#startUs) this.#renew(this.#startOffsetSeconds);
  }

  /** The same secret behind another clock. */
  #renew(offsetSeconds: number): void {
    const held = this.#token.list();
    this.#token = this.#made(offsetSeconds);
    for (const { name, secret, parameters } of held) {
      this.#token.put({ name, secret, parameters });
      wipe(secret);
    }
  }

  #made(offsetSeconds: number): TokenInWorld["token"] {
    const world = new ClockWorld(this.#clock);
    this.#startUs = world.nowUs();
    this.#startOffsetSeconds = offsetSeconds;
    const options = { clockName: "perfect", offsetSeconds, ratePpm: this.#ratePpm };
    return tokenInWorld(MODEL, options, world).token;
  }
}

/** The service's clock as the world of a token: whatever that clock does is true time to it. */
class ClockWorld implements World {
  readonly #clock: ServiceClock;
  readonly #startUs: number;

  constructor(clock: ServiceClock) {
    this.#clock = clock;
    this.#startUs = clock.nowUs();
  }

  nowUs(): number {
    return this.#clock.nowUs();
  }

  monotonicUs(): number {
    return this.#clock.nowUs() - this.#startUs;
  }

  setAlarm(byUs: number, run: () => void): Alarm {
    return new SystemClock().setAlarm(byUs, run);
  }

  advance(): Promise<void> {
    return Promise.reject(new Error("the service's clock is not moved by a token"));
  }

  stepWall(): void {
    throw new Error("the service's clock is not moved by a token");
  }
}
