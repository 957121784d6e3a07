// What the sections share: a credential that is on the token, and another that may take its place.
// Whatever befalls the token, it then has the one or the other, never a part of either.

import type { TotpParameters } from "../../../core/oath/parameters.ts";
import { SECOND_US } from "../../../core/time/clock.ts";
import type { CodeReading, OperationOptions } from "../../../devices/device.ts";
import { DeviceError } from "../../../devices/errors.ts";
import { expectedCode } from "../../oracle.ts";
import type { TokenContext } from "../../token-context.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { tokenTotp } from "../shared/token-codes.ts";

/** How long cases wait for an answer that will not come, milliseconds of host time. */
export const IMPATIENT_MS = 30;
/** How long they wait for a write that may not come to its end, milliseconds of host time. */
export const WRITE_MS = 150;
/** The time of every code here, a step's middle, where the clock can be set. */
const AT_SECONDS = 1_800_000_015;

/** What `readOrError` saw. */
export type Seen =
  | { readonly kind: "code"; readonly code: string }
  | { readonly kind: "error"; readonly error: DeviceError };

/** One credential on a token, in its old or its new form. */
export class Held {
  readonly #t: TokenContext;
  readonly #parameters: TotpParameters;
  readonly name: string;
  readonly #old: Uint8Array = patternSecret(20);
  readonly #new: Uint8Array = patternSecret(19);
  /** The time of the code that was read last. */
  #seconds = AT_SECONDS;

  private constructor(t: TokenContext, parameters: TotpParameters, name: string) {
    this.#t = t;
    this.#parameters = parameters;
    this.name = name;
  }

  /** Writes the old one. */
  static async on(t: TokenContext, name?: string): Promise<Held> {
    const parameters = tokenTotp(t);
    const held = new Held(t, parameters, name ?? "oathbed");
    await held.writeOld();
    return held;
  }

  get oldCode(): string {
    return this.#codeOf(this.#old);
  }

  get newCode(): string {
    return this.#codeOf(this.#new);
  }

  async writeOld(): Promise<void> {
    await this.#t.provision(this.#old, this.#parameters, { name: this.name });
  }

  /** Whether the new one was written; false when that ended in an error of the way or the token. */
  async writeNew(options: OperationOptions = {}): Promise<boolean> {
    const { name } = this;
    const credential = { name, secret: this.#new, parameters: this.#parameters };
    try {
      await this.#t.device.provision(credential, options);
      return true;
    } catch (error) {
      if (error instanceof DeviceError) return false;
      throw error;
    }
  }

  /** The code now; an error of the way or the token is a value. */
  async read(): Promise<Seen> {
    try {
      return { kind: "code", code: (await this.#show()).code };
    } catch (error) {
      if (error instanceof DeviceError) return { kind: "error", error };
      throw error;
    }
  }

  /**
   * Checks that the code is the old or the new one's; after a write that went well, the new one's.
   * A token that claims to delete first may have neither.
   */
  async check(what: string, wasWritten: boolean): Promise<void> {
    const t = this.#t;
    const seen = await this.read();
    const isDeletedFirst = t.device.capabilities.provision?.replaces === "deleted-first";
    if (seen.kind === "error") {
      const isNone = seen.error.code === "refused" && isDeletedFirst && !wasWritten;
      if (isNone) t.note(`${what}: neither is there, as the token claims`);
      else t.holds(`${what}: a code`, false, seen.error.code);
      return;
    }
    const allowed = wasWritten ? [this.newCode] : [this.oldCode, this.newCode];
    const which = wasWritten ? "the new credential" : "the old or the new credential";
    t.holds(`${what}: ${which}`, allowed.includes(seen.code), seen.code);
  }

  async #show(): Promise<CodeReading> {
    const t = this.#t;
    const { totp, setTime, setTimeForgets } = t.device.capabilities;
    const isSet = totp?.clock === "host" || (setTime && setTimeForgets !== true);
    if (isSet || t.rig === null) return t.totpAt(AT_SECONDS, this.name);
    this.#seconds = (t.clock.nowUs() + (await t.rig.truth()).offsetUs) / SECOND_US;
    return t.totpNow(this.name);
  }

  #codeOf(secret: Uint8Array): string {
    const timeStep = BigInt(Math.floor(this.#seconds / this.#parameters.stepSeconds));
    return expectedCode(secret, this.#parameters, timeStep);
  }
}
