// Steps of logins that were recorded with their codes: found with the secrets of their tokens, one
// login after the other, near where the one before left the token's clock.

import { wipe } from "../../core/oath/secret.ts";
import type { LotToken } from "../drift/lot/lot.ts";
import { StepFinder } from "../drift/step-finder.ts";
import type { RecordedLogin } from "./login-log.ts";
import { STEP_SECONDS } from "./spec.ts";

/** Looked for within these steps of where the clock was last: a minute, an hour, a day. */
const REACHES: readonly number[] = [2, 120, 2880];
/** A refused code may be of no step at all: within a day chance finds one for 6 in 1,000. */
const REFUSED_REACHES: readonly number[] = REACHES.slice(0, 2);

/** Where the secrets of tokens are; `Lot` is one. */
export interface TokenSecrets {
  find(serial: string): LotToken | undefined;
}

/** @see withSteps */
export interface SteppedLog {
  readonly logins: readonly RecordedLogin[];
  /** Names of tokens, each once, whose logins have codes and that no secret is known of. */
  readonly unknownTokens: readonly string[];
  /** Logins whose code belongs to no step near: mistyped, guessed, or of a wrong secret. */
  readonly strayCodes: number;
}

/**
 * The same logins, with the steps of their codes where secrets tell them.
 *
 * @param logins in the order of time
 * @throws {RangeError} for a token whose codes are not those of 30 s steps since 1970
 */
export function withSteps(logins: readonly RecordedLogin[], secrets: TokenSecrets): SteppedLog {
  const unknown = new Set<string>();
  const clocks = new Map<string, RecordedClock>();
  let strayCodes = 0;
  const stepped = logins.map((login) => {
    const { token: name, code, at } = login;
    const clock = clocks.get(name);
    if (login.step !== null) {
      clock?.follow(login.step, at);
      return login;
    }
    if (code === null || unknown.has(name)) return login;
    const known = clock ?? clockOf(name, secrets);
    if (known === undefined) {
      unknown.add(name);
      return login;
    }
    clocks.set(name, known);
    const step = known.stepOf(code, at, login.wasAccepted ? REACHES : REFUSED_REACHES);
    if (step === null) strayCodes++;
    return { ...login, step };
  });
  for (const clock of clocks.values()) clock.dispose();
  return { logins: stepped, unknownTokens: [...unknown], strayCodes };
}

function clockOf(name: string, secrets: TokenSecrets): RecordedClock | undefined {
  const token = secrets.find(name);
  if (token === undefined) return undefined;
  const { parameters } = token;
  const isPlain =
    parameters.kind === "totp" && parameters.stepSeconds === STEP_SECONDS && parameters.t0 === 0;
  if (isPlain) return new RecordedClock(token);
  throw new RangeError(
    `token ${name}: only TOTP with steps of ${STEP_SECONDS} s since 1970 can be replayed; leave ` +
      "its logins out",
  );
}

/** One token, and how far off its last code was. */
class RecordedClock {
  readonly #finder: StepFinder;
  readonly #secret: Uint8Array;
  #offset = 0;

  constructor({ secret, parameters }: LotToken) {
    if (parameters.kind !== "totp") throw new TypeError("a clock of a token without steps");
    this.#secret = Uint8Array.from(secret);
    this.#finder = new StepFinder(this.#secret, parameters);
  }

  follow(step: number, at: number): void {
    this.#offset = step - Math.floor(at / STEP_SECONDS);
  }

  /** The step nearest to where the clock was last, by the first reach that has one. */
  stepOf(code: string, at: number, reaches: readonly number[]): number | null {
    const centre = Math.floor(at / STEP_SECONDS) + this.#offset;
    for (const reach of reaches) {
      const [step] = this.#finder
        .matches(code, centre - reach, centre + reach)
        .toSorted((a, b) => Math.abs(a - centre) - Math.abs(b - centre));
      if (step === undefined) continue;
      // A refused code does not tell where the clock is: it may be somebody's guess.
      if (reaches === REACHES) this.follow(step, at);
      return step;
    }
    return null;
  }

  dispose(): void {
    this.#finder[Symbol.dispose]();
    wipe(this.#secret);
  }
}
