// The tokens of a lot by serial number, and which step a code of theirs belongs to. A code alone
// matches one step in 10^d by chance, so a clock that seems far off, and a secret that seems to be
// another token's, is believed only when a second code says the same.

import type { OathParameters, TotpParameters } from "../../../core/oath/parameters.ts";
import { wipe } from "../../../core/oath/secret.ts";
import { explainCode, StepFinder } from "../step-finder.ts";

/** A token as the lot's file has it. */
export interface LotToken {
  readonly serial: string;
  readonly secret: Uint8Array;
  readonly parameters: OathParameters;
}

/** A code that was shown some time between two Unix times, seconds. */
export interface ShownCode {
  readonly code: string;
  readonly notBefore: number;
  readonly notAfter: number;
}

/** Which steps the codes of one token belong to, one each, in their order. */
export type StepsOf =
  | { readonly kind: "known"; readonly steps: readonly number[] }
  /** Another code tells. */
  | { readonly kind: "ambiguous" }
  | { readonly kind: "none" };

/** What explains codes that belong to no step of their token. */
export type Diagnosis =
  | { readonly kind: "swapped"; readonly other: string; readonly isSure: boolean }
  | { readonly kind: "wrong-parameters"; readonly text: string }
  | { readonly kind: "wrong-secret" };

/** An hour to either side, at 30 s, is believed at once; a day after a second code. */
const NEAR_STEPS = 120;
const FAR_STEPS = 2880;
/** Other tokens' secrets are tried this far: twenty minutes, at 30 s. */
const SWAP_STEPS = 20;
/** Most secrets tried against a code: seconds of work. */
const MOST_SWAPS = 20_000;
/** Codes of one clock agree on its offset to so many steps. */
const AGREEING_STEPS = 2;

/** A lot whose secrets are known. Disposing wipes them. */
export class Lot implements Disposable {
  readonly name: string;
  readonly #tokens = new Map<string, LotToken>();

  /** @throws {RangeError} when a serial number is there twice */
  constructor(name: string, tokens: Iterable<LotToken>) {
    this.name = name;
    for (const token of tokens) {
      const key = keyOf(token.serial);
      if (this.#tokens.has(key)) throw new RangeError(`the lot holds ${token.serial} twice`);
      this.#tokens.set(key, token);
    }
  }

  get size(): number {
    return this.#tokens.size;
  }

  get serials(): readonly string[] {
    return [...this.#tokens.values()].map(({ serial }) => serial);
  }

  /** The token of a serial number; upper and lower case, and spaces, do not matter. */
  find(serial: string): LotToken | undefined {
    return this.#tokens.get(keyOf(serial));
  }

  /**
   * Steps of codes of one token.
   *
   * @param offsetSeconds where its clock is believed to be, token minus host
   */
  stepsOf(token: LotToken, shown: readonly ShownCode[], offsetSeconds = 0): StepsOf {
    if (token.parameters.kind !== "totp") return { kind: "none" };
    return stepsOf(token.secret, token.parameters, shown, offsetSeconds);
  }

  /** What explains codes that belong to none. Looks through the lot: takes up to seconds. */
  diagnose(token: LotToken, shown: readonly ShownCode[]): Diagnosis {
    const [first] = shown;
    if (first === undefined || token.parameters.kind !== "totp") return { kind: "wrong-secret" };
    const other = this.#maker(token, shown);
    if (other !== undefined) {
      // A single code matches another token's secret by chance too often in a large lot.
      return { kind: "swapped", other: other.serial, isSure: shown.length > 1 };
    }
    const { secret, parameters } = token;
    for (const { code, notAfter } of shown.slice(0, 1)) {
      const explained = explainCode(code, secret, parameters, notAfter);
      if (explained === undefined) continue;
      const all = stepsOf(secret, explained.parameters, shown, explained.offsetSeconds);
      if (all.kind === "known") return { kind: "wrong-parameters", text: explained.text };
    }
    return { kind: "wrong-secret" };
  }

  [Symbol.dispose](): void {
    for (const { secret } of this.#tokens.values()) wipe(secret);
    this.#tokens.clear();
  }

  #maker(than: LotToken, shown: readonly ShownCode[]): LotToken | undefined {
    let tried = 0;
    for (const token of this.#tokens.values()) {
      if (token === than || token.parameters.kind !== "totp") continue;
      if (++tried > MOST_SWAPS) return undefined;
      const found = agreeing(token.secret, token.parameters, shown, 0, SWAP_STEPS);
      if (found.length > 0) return token;
    }
    return undefined;
  }
}

function stepsOf(
  secret: Uint8Array,
  parameters: TotpParameters,
  shown: readonly ShownCode[],
  offsetSeconds: number,
): StepsOf {
  for (const reach of [NEAR_STEPS, FAR_STEPS]) {
    const [steps, ...others] = agreeing(secret, parameters, shown, offsetSeconds, reach);
    if (steps === undefined) continue;
    const isBelieved = reach === NEAR_STEPS || shown.length > 1;
    return others.length === 0 && isBelieved ? { kind: "known", steps } : { kind: "ambiguous" };
  }
  return { kind: "none" };
}

/** Every choice of steps, one a code, that one clock within `reach` steps may have shown. */
function agreeing(
  secret: Uint8Array,
  parameters: TotpParameters,
  shown: readonly ShownCode[],
  offsetSeconds: number,
  reach: number,
): readonly (readonly number[])[] {
  const [first, ...rest] = shown;
  if (first === undefined) return [];
  const { stepSeconds, t0 } = parameters;
  using finder = new StepFinder(secret, parameters);
  const centreOf = ({ notBefore, notAfter }: ShownCode): number =>
    Math.floor(((notBefore + notAfter) / 2 + offsetSeconds - t0) / stepSeconds);
  const centre = centreOf(first);
  const choices: (readonly number[])[] = [];
  for (const step of finder.matches(first.code, centre - reach, centre + reach)) {
    const ahead = step - centre;
    const others = rest.map((one) => {
      const at = centreOf(one) + ahead;
      return finder.matches(one.code, at - AGREEING_STEPS, at + AGREEING_STEPS)[0];
    });
    if (others.every((other) => other !== undefined)) choices.push([step, ...others]);
  }
  return choices;
}

function keyOf(serial: string): string {
  return serial.replace(/\s+/g, "").toUpperCase();
}
