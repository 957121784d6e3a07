// An emulated token: firmware, non-volatile memory, clock, display and button in one.

import type { OathParameters } from "../core/oath/parameters.ts";
import type { Clock } from "../core/time/clock.ts";
import { assertAcceptable, assertTime, isCounter } from "./acceptable.ts";
import { EXHAUSTED_COUNTER } from "./credential-record.ts";
import { CredentialStore, noCredential } from "./credential-store.ts";
import { Display } from "./display.ts";
import {
  type EmulatedToken,
  type FirmwareCode,
  FirmwareError,
  type StoredCredential,
  type TokenProfile,
} from "./emulated-token.ts";
import { hotpCode, timeStepOf } from "./hotp.ts";
import { NonVolatileMemory, PowerFailure } from "./memory.ts";
import type { Oscillator } from "./oscillator.ts";
import { TokenClock } from "./token-clock.ts";

export { MAX_NAME_BYTES } from "./acceptable.ts";

/** @see createEmulatedToken */
export interface TokenOptions {
  readonly profile: TokenProfile;
  /** True time around the token. */
  readonly world: Clock;
  readonly oscillator: Oscillator;
  /** Overrides the profile's: codes show only so long after a press, seconds; 0 = always on. */
  readonly showSeconds?: number;
  /** The memory of an earlier life, with as many slots as the profile; default an empty one. */
  readonly memory?: NonVolatileMemory;
}

/**
 * Makes a token that is switched on, its clock at true time plus the oscillator's phase.
 *
 * @throws {RangeError} when `memory` has another number of slots than the profile
 */
export function createEmulatedToken(options: TokenOptions): EmulatedToken {
  return new Token(options);
}

class Token implements EmulatedToken {
  readonly profile: TokenProfile;
  readonly #clock: TokenClock;
  readonly #memory: NonVolatileMemory;
  readonly #credentials: CredentialStore;
  readonly #display: Display;
  #powered = true;

  constructor({ profile, world, oscillator, showSeconds, memory }: TokenOptions) {
    this.profile = { ...profile, showSeconds: showSeconds ?? profile.showSeconds };
    this.#memory = memory ?? new NonVolatileMemory(profile.credentials);
    if (this.#memory.slots !== profile.credentials) {
      throw new RangeError(`${profile.name} needs a memory of ${profile.credentials} slots`);
    }
    this.#credentials = new CredentialStore(this.#memory);
    this.#display = new Display(world, this.profile.showSeconds);
    this.#clock = new TokenClock({
      world,
      oscillator,
      survivesPowerOff: profile.clockSurvivesPowerOff,
      resetSeconds: profile.timeRange.fromSeconds,
    });
  }

  nowUs(): number {
    return this.#clock.nowUs();
  }

  offsetUs(): number {
    return this.#clock.offsetUs();
  }

  ratePpm(): number {
    return this.#clock.ratePpm();
  }

  setTime(seconds: number): void {
    this.#assertPowered();
    assertTime(this.profile, seconds);
    // Power that fails in between leaves the old time with some secrets, never a new time with one.
    if (this.profile.settingTimeForgets === true) {
      for (const { name } of this.#credentials.all()) this.remove(name);
    }
    this.#clock.set(seconds);
  }

  totp(name?: string): FirmwareCode {
    this.#assertPowered();
    const credential = this.#find(name, "totp");
    this.#assertButton();
    return this.#totpOf(credential);
  }

  hotp(name?: string, counter?: bigint): FirmwareCode {
    this.#assertPowered();
    const credential = this.#find(name, "hotp");
    if (counter !== undefined) assertCounter(counter);
    this.#assertButton();
    if (counter !== undefined) return this.#codeOf(credential, counter);
    return this.#display.takePending(credential.name) ?? this.#nextHotp(credential);
  }

  codeAt(name: string, movingFactor: bigint): FirmwareCode {
    this.#assertPowered();
    const credential = this.#credentials.find(name);
    if (credential === undefined) throw noCredential(name);
    assertCounter(movingFactor);
    this.#assertButton();
    return this.#codeOf(credential, movingFactor);
  }

  put(credential: Omit<StoredCredential, "counter"> & { readonly counter?: bigint }): void {
    this.#assertPowered();
    const { name, secret, parameters, counter = 0n } = credential;
    const stored = { name, secret: secret.slice(), parameters: { ...parameters }, counter };
    assertAcceptable(this.profile, stored);
    const kept = parameters.kind === "totp" ? { ...stored, counter: 0n } : stored;
    this.#write(() => this.#credentials.put(kept));
    this.#display.forget(name);
  }

  list(): readonly StoredCredential[] {
    this.#assertPowered();
    return this.#credentials.all().map((stored) => ({ ...stored, secret: stored.secret.slice() }));
  }

  remove(name: string): void {
    this.#assertPowered();
    this.#write(() => this.#credentials.remove(name));
    this.#display.forget(name);
  }

  get powered(): boolean {
    return this.#powered;
  }

  powerOff(): void {
    if (!this.#powered) return;
    this.#powered = false;
    this.#display.clear();
    this.#clock.powerOff();
  }

  powerOn(): void {
    if (this.#powered) return;
    this.#powered = true;
    this.#clock.powerOn();
    this.#credentials.load();
  }

  /**
   * Lights the display. A press while it is lit goes on to the next credential. An event-based
   * credential makes its next code at each press, and only then; a port that asks for a code after
   * the press gets that one.
   */
  pressButton(): void {
    if (!this.#powered) return;
    const credential = this.#display.next(this.#credentials.all());
    if (credential === undefined) {
      this.#display.show(undefined, "");
      return;
    }
    try {
      if (credential.parameters.kind === "totp") {
        this.#display.show(credential.name, this.#totpOf(credential).code);
      } else {
        const code = this.#nextHotp(credential);
        this.#display.show(credential.name, code.code, this.#display.isAlwaysOn ? undefined : code);
      }
    } catch (error) {
      if (!(error instanceof FirmwareError)) throw error;
      // A press has no answer: the display tells, unless the power is gone.
      if (this.#powered) this.#display.show(credential.name, ERROR_TEXT);
    }
  }

  /**
   * The code at the press, which does not refresh, on press-to-show tokens; the code of now on
   * others. "Err" when there is none to show.
   */
  displayText(): string {
    if (!this.#powered) return "";
    if (!this.#display.isAlwaysOn) return this.#display.text;
    const credential = this.#shownCredential() ?? this.#credentials.all()[0];
    if (credential === undefined) return "";
    if (credential.parameters.kind === "hotp") {
      return this.#display.credential === credential.name ? this.#display.text : "";
    }
    try {
      return this.#totpOf(credential).code;
    } catch (error) {
      if (error instanceof FirmwareError) return ERROR_TEXT;
      throw error;
    }
  }

  setTemperature(celsius: number): void {
    this.#clock.setTemperature(celsius);
  }

  failWrite(afterWrites: number, progress?: number): void {
    this.#memory.failWrite(afterWrites, progress);
  }

  #totpOf(credential: StoredCredential): FirmwareCode {
    const { parameters } = credential;
    if (parameters.kind !== "totp") throw wrongKind(credential.name, "totp");
    const seconds = this.#clock.seconds();
    assertTime(this.profile, seconds);
    const timeStep = timeStepOf(seconds, parameters.stepSeconds, parameters.t0);
    if (timeStep < 0n) {
      throw new FirmwareError("before-t0", `it is ${seconds}, before T0, ${parameters.t0}`);
    }
    return this.#codeOf(credential, timeStep);
  }

  /**
   * The counter is past this code in non-volatile memory before the code is given out: whatever
   * happens to the power, no code comes twice.
   */
  #nextHotp(credential: StoredCredential): FirmwareCode {
    const { counter } = credential;
    if (counter >= EXHAUSTED_COUNTER) {
      throw new FirmwareError("counter-exhausted", "the last counter, 2^64 - 1, was given out");
    }
    this.#write(() => this.#credentials.put({ ...credential, counter: counter + 1n }));
    return this.#codeOf(credential, counter);
  }

  #codeOf({ secret, parameters }: StoredCredential, movingFactor: bigint): FirmwareCode {
    const code = hotpCode(secret, movingFactor, parameters);
    return { code, movingFactor, tokenSeconds: this.#clock.seconds() };
  }

  /** Without a name: the one the display is at, else the first of the kind. */
  #find(name: string | undefined, kind: OathParameters["kind"]): StoredCredential {
    const all = this.#credentials.all();
    const isKind = (credential: StoredCredential | undefined): boolean =>
      credential?.parameters.kind === kind;
    if (name === undefined) {
      const shown = this.#shownCredential();
      const found = isKind(shown) ? shown : all.find(isKind);
      if (found !== undefined) return found;
      const [first] = all;
      if (first !== undefined) throw wrongKind(first.name, kind);
      throw new FirmwareError("no-credential", "the token holds no credential");
    }
    const found = this.#credentials.find(name);
    if (found === undefined) throw noCredential(name);
    if (!isKind(found)) throw wrongKind(name, kind);
    return found;
  }

  #shownCredential(): StoredCredential | undefined {
    const name = this.#display.credential;
    return name === undefined ? undefined : this.#credentials.find(name);
  }

  #write(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof PowerFailure)) throw error;
      this.powerOff();
      throw new FirmwareError("off", error.message);
    }
  }

  #assertPowered(): void {
    if (!this.#powered) throw new FirmwareError("off", "the token has no power");
  }

  #assertButton(): void {
    if (this.#display.isLit) return;
    throw new FirmwareError(
      "button-needed",
      `codes show for ${this.profile.showSeconds} s after the button is pressed`,
    );
  }
}

/** What a display shows instead of a code. */
const ERROR_TEXT = "Err";

function assertCounter(counter: bigint): void {
  if (isCounter(counter)) return;
  throw new FirmwareError("bad-parameters", "the counter must be from 0 to 2^64 - 1");
}

function wrongKind(name: string, kind: OathParameters["kind"]): FirmwareError {
  return new FirmwareError("wrong-kind", `credential "${name}" is no ${kind} credential`);
}
