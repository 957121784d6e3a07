// Offering a credential to a token: it takes it right, or refuses it whole. Whatever it was, the
// credential that was there before is then replaced, or still gives its codes.

import type { OathParameters, TotpParameters } from "../../../core/oath/parameters.ts";
import type { CredentialInput } from "../../../devices/device.ts";
import { DeviceError, type DeviceErrorCode } from "../../../devices/errors.ts";
import { expectedCode } from "../../oracle.ts";
import type { TokenContext } from "../../token-context.ts";
import { patternSecret } from "../shared/secret-lengths.ts";
import { tokenTotp } from "../shared/token-codes.ts";

/** What the cases of this suite judge. */
export const WHOLE = {
  text: "Writes a credential; one of the same name is replaced, whole or not at all.",
  source: "devices/device.ts, Device.provision",
} as const;

/** Ways to say no to what is offered. */
const REFUSALS: readonly DeviceErrorCode[] = ["bad-argument", "refused", "not-supported"];
/** The time of every code here, a step's middle. */
const AT_SECONDS = 1_800_000_015;
/** No case offers it. */
const OLD_SECRET: Uint8Array = patternSecret(20).map((byte) => (byte === 0x7e ? 0x21 : byte + 1));

/** What is offered; the parameters may be none that exist. */
export interface Offer {
  readonly secret: Uint8Array;
  readonly parameters: OathParameters;
  readonly counter?: bigint;
}

/** A token with one good credential, to which others of the same name are offered. */
export class Offering {
  readonly #t: TokenContext;
  readonly #parameters: TotpParameters;
  readonly #name: string;
  #isOld = true;
  /** How many offers it took. */
  taken = 0;

  private constructor(t: TokenContext, parameters: TotpParameters, name: string) {
    this.#t = t;
    this.#parameters = parameters;
    this.#name = name;
  }

  static async on(t: TokenContext): Promise<Offering> {
    const parameters = tokenTotp(t);
    const name = await t.provision(OLD_SECRET, parameters);
    return new Offering(t, parameters, name);
  }

  /**
   * Offers a credential. It may be taken only when an oracle knows its codes (`isKnown`), and then
   * gives exactly those; when it is refused the old one's code shows.
   */
  async offer(what: string, { secret, parameters, counter }: Offer, isKnown = true): Promise<void> {
    if (!this.#isOld) await this.#writeOld();
    const wasTaken = await this.#write({
      name: this.#name,
      secret,
      parameters,
      ...(counter === undefined ? {} : { counter }),
    });
    if (!wasTaken) return this.stillOld(`${what}: refused, the old one`);
    this.#isOld = false;
    this.taken++;
    if (!isKnown) return this.#t.holds(`${what}: refused`, false, "it was taken");
    const expected = expectedCode(secret, parameters, this.#factorOf(parameters, counter));
    this.#t.equal(`${what}: taken, its code`, await this.#codeOf(parameters, counter), expected);
  }

  /** Checks that the first credential's code shows; it is written again when another was taken. */
  async stillOld(what: string): Promise<void> {
    if (!this.#isOld) await this.#writeOld();
    const factor = this.#factorOf(this.#parameters);
    const expected = expectedCode(OLD_SECRET, this.#parameters, factor);
    this.#t.equal(what, await this.#codeOf(this.#parameters), expected);
  }

  async #writeOld(): Promise<void> {
    await this.#t.provision(OLD_SECRET, this.#parameters, { name: this.#name });
    this.#isOld = true;
  }

  async #write(credential: CredentialInput): Promise<boolean> {
    try {
      await this.#t.device.provision(credential, { signal: this.#t.signal });
      return true;
    } catch (error) {
      const isNo = error instanceof DeviceError && REFUSALS.includes(error.code);
      if (isNo || error instanceof RangeError || error instanceof TypeError) return false;
      throw error;
    }
  }

  #factorOf(parameters: OathParameters, counter = 0n): bigint {
    if (parameters.kind === "hotp") return counter;
    return BigInt(Math.floor((AT_SECONDS - parameters.t0) / parameters.stepSeconds));
  }

  async #codeOf(parameters: OathParameters, counter = 0n): Promise<string> {
    if (parameters.kind === "totp") return (await this.#t.totpAt(AT_SECONDS, this.#name)).code;
    const isOwn = this.#t.device.capabilities.hotp?.ownCounter === true;
    const which = isOwn ? {} : { counter };
    return (await this.#t.hotp({ credential: this.#name, ...which })).code;
  }
}
