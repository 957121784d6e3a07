// An emulated token: firmware, non-volatile memory, clock, display and button in one.

import { timeStepAt } from "../core/drift/steps.ts";
import { MAX_MOVING_FACTOR, type OathParameters } from "../core/oath/parameters.ts";
import { type Clock, SECOND_US } from "../core/time/clock.ts";
import {
  type EmulatedToken,
  type FirmwareCode,
  FirmwareError,
  type StoredCredential,
  type TokenProfile,
} from "./emulated-token.ts";
import { hotpCode } from "./hotp.ts";
import { NonVolatileMemory, PowerFailure } from "./memory.ts";
import type { Oscillator } from "./oscillator.ts";
import { TokenClock } from "./token-clock.ts";

/** Longest credential name, bytes in UTF-8. */
export const MAX_NAME_BYTES = 64;

/** @see createEmulatedToken */
export interface TokenOptions {
  readonly profile: TokenProfile;
  /** True time around the token. */
  readonly world: Clock;
  readonly oscillator: Oscillator;
  /** Overrides the profile's: codes show only for so long after a press; 0 = always on. */
  readonly showSeconds?: number;
  /** Memory of an earlier life, for a token that was switched off for long. */
  readonly memory?: NonVolatileMemory<StoredCredential>;
}

/** Makes a token that is switched on, its clock at true time plus the oscillator's first phase. */
export function createEmulatedToken(options: TokenOptions): EmulatedToken {
  return new Token(options);
}

class Token implements EmulatedToken {
  readonly profile: TokenProfile;
  readonly #clock: TokenClock;
  readonly #world: Clock;
  readonly #memory: NonVolatileMemory<StoredCredential>;
  #powered = true;
  #stoppedAtUs = 0;
  #shownUntilUs = 0;

  constructor(options: TokenOptions) {
    const showSeconds = options.showSeconds ?? options.profile.showSeconds;
    this.profile = { ...options.profile, showSeconds };
    this.#world = options.world;
    this.#clock = new TokenClock(options);
    this.#memory = options.memory ?? new NonVolatileMemory();
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
    this.#assertOn();
    const { fromSeconds, toSeconds } = this.profile.timeRange;
    if (!Number.isInteger(seconds) || seconds < fromSeconds || seconds > toSeconds) {
      throw new FirmwareError(
        "time-out-of-range",
        `the time must be a whole second from ${fromSeconds} to ${toSeconds}`,
      );
    }
    this.#clock.set(seconds * SECOND_US);
  }

  totp(credential?: string): FirmwareCode {
    this.#assertOn();
    this.#assertShown();
    const stored = this.#find(credential, "totp");
    return this.#totpOf(stored);
  }

  hotp(credential?: string, counter?: bigint): FirmwareCode {
    this.#assertOn();
    this.#assertShown();
    const stored = this.#find(credential, "hotp");
    const movingFactor = counter ?? stored.counter;
    if (movingFactor < 0n || movingFactor > MAX_MOVING_FACTOR) {
      throw new FirmwareError("counter-exhausted", "the counter is beyond 2^64 - 1");
    }
    // The counter advances before the code is given out: a code that was seen is never made again,
    // whenever the power fails.
    if (counter === undefined) this.#write({ ...stored, counter: movingFactor + 1n });
    return {
      code: hotpCode(stored.secret, movingFactor, stored.parameters),
      movingFactor,
      tokenSeconds: this.#seconds(),
    };
  }

  put(credential: Omit<StoredCredential, "counter"> & { readonly counter?: bigint }): void {
    this.#assertOn();
    this.#assertAcceptable(credential.name, credential.secret, credential.parameters);
    const isNew = !this.#memory.records.has(credential.name);
    if (isNew && this.#memory.records.size >= this.profile.credentials) {
      throw new FirmwareError("full", `the token holds ${this.profile.credentials} credentials`);
    }
    const counter = credential.counter ?? 0n;
    if (counter < 0n || counter > MAX_MOVING_FACTOR) {
      throw new FirmwareError("bad-parameters", "counter must be from 0 to 2^64 - 1");
    }
    this.#write({ ...credential, secret: credential.secret.slice(), counter });
  }

  list(): readonly StoredCredential[] {
    this.#assertOn();
    return [...this.#memory.records.values()];
  }

  remove(name: string): void {
    this.#assertOn();
    if (!this.#memory.records.has(name)) throw noCredential(name);
    this.#guardedWrite(name, undefined);
  }

  get powered(): boolean {
    return this.#powered;
  }

  powerOff(): void {
    if (!this.#powered) return;
    this.#powered = false;
    this.#shownUntilUs = 0;
    this.#stoppedAtUs = this.#clock.nowUs();
  }

  powerOn(): void {
    if (this.#powered) return;
    this.#powered = true;
    if (!this.profile.clockSurvivesPowerOff) this.#clock.set(this.#stoppedAtUs);
  }

  pressButton(): void {
    if (!this.#powered) return;
    this.#shownUntilUs = this.#world.monotonicUs() + this.profile.showSeconds * SECOND_US;
  }

  displayText(): string {
    if (!this.#powered || !this.#isShown()) return "";
    const [first] = this.#memory.records.values();
    if (first === undefined || first.parameters.kind !== "totp") return "";
    try {
      return this.#totpOf(first).code;
    } catch {
      return "";
    }
  }

  setTemperature(celsius: number): void {
    this.#clock.setTemperature(celsius);
  }

  failWrite(afterWrites: number): void {
    this.#memory.failWrite(afterWrites);
  }

  #totpOf(stored: StoredCredential): FirmwareCode {
    const { parameters, secret } = stored;
    if (parameters.kind !== "totp") throw wrongKind(stored.name, "totp");
    const timeStep = timeStepAt(this.#clock.nowUs(), parameters);
    if (timeStep < 0n) throw new FirmwareError("before-t0", "the token's time is before T0");
    return {
      code: hotpCode(secret, timeStep, parameters),
      movingFactor: timeStep,
      tokenSeconds: this.#seconds(),
    };
  }

  #find(name: string | undefined, kind: OathParameters["kind"]): StoredCredential {
    if (name !== undefined) {
      const stored = this.#memory.records.get(name);
      if (stored === undefined) throw noCredential(name);
      if (stored.parameters.kind !== kind) throw wrongKind(name, kind);
      return stored;
    }
    for (const stored of this.#memory.records.values()) {
      if (stored.parameters.kind === kind) return stored;
    }
    throw new FirmwareError("no-credential", `the token holds no ${kind} credential`);
  }

  #assertAcceptable(name: string, secret: Uint8Array, parameters: OathParameters): void {
    const { profile } = this;
    const nameBytes = new TextEncoder().encode(name).length;
    const problems: string[] = [];
    if (nameBytes < 1 || nameBytes > MAX_NAME_BYTES) problems.push(`name of ${nameBytes} bytes`);
    if (secret.length < profile.secretBytes.low || secret.length > profile.secretBytes.high) {
      problems.push(`secret of ${secret.length} bytes`);
    }
    if (!profile.algorithms.includes(parameters.algorithm)) problems.push(parameters.algorithm);
    if (!profile.digits.includes(parameters.digits)) problems.push(`${parameters.digits} digits`);
    if (parameters.kind === "totp") {
      const { low, high } = profile.stepSeconds;
      const { stepSeconds } = parameters;
      if (stepSeconds < low || stepSeconds > high) problems.push(`a step of ${stepSeconds} s`);
    }
    if (problems.length === 0) return;
    throw new FirmwareError("bad-parameters", `${profile.name} takes no ${problems.join(", ")}`);
  }

  #write(credential: StoredCredential): void {
    this.#guardedWrite(credential.name, credential);
  }

  #guardedWrite(name: string, record: StoredCredential | undefined): void {
    try {
      this.#memory.write(name, record);
    } catch (error) {
      if (!(error instanceof PowerFailure)) throw error;
      this.powerOff();
      throw new FirmwareError("off", "the power failed during a write");
    }
  }

  #assertOn(): void {
    if (!this.#powered) throw new FirmwareError("off", "the token has no power");
  }

  #assertShown(): void {
    if (!this.#isShown()) throw new FirmwareError("button-needed", "press the button first");
  }

  #isShown(): boolean {
    return this.profile.showSeconds === 0 || this.#world.monotonicUs() < this.#shownUntilUs;
  }

  #seconds(): number {
    return Math.floor(this.#clock.nowUs() / SECOND_US);
  }
}

function noCredential(name: string): FirmwareError {
  return new FirmwareError("no-credential", `there is no credential "${name}"`);
}

function wrongKind(name: string, kind: string): FirmwareError {
  return new FirmwareError("wrong-kind", `credential "${name}" is no ${kind} credential`);
}
