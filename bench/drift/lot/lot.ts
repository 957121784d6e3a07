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

/**
 * Where its last reading left a clock it is looked for first. An hour to either side, at 30 s, is
 * believed at once; a day after a second code.
 */
const EXPECTED_STEPS = 2;
const NEAR_STEPS = 120;
const FAR_STEPS = 2880;
/** Searches remembered: a code that waits for another is looked for again. */
const MOST_REMEMBERED = 64;
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
  readonly #found: Found = new Map();

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
   * @param offsetSeconds where its last reading left its clock, token minus host
   * @param isNear whether a clock more than an hour off is not looked for
   */
  stepsOf(
    token: LotToken,
    shown: readonly ShownCode[],
    offsetSeconds: number | undefined,
    isNear = false,
  ): StepsOf {
    if (token.parameters.kind !== "totp") return { kind: "none" };
    const reaches = [
      ...(offsetSeconds === undefined ? [] : [EXPECTED_STEPS]),
      NEAR_STEPS,
      ...(isNear ? [] : [FAR_STEPS]),
    ];
    const { serial, secret, parameters } = token;
    return stepsOf(
      { serial, secret, parameters, offsetSeconds: offsetSeconds ?? 0 },
      shown,
      reaches,
      this.#found,
    );
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
    const { secret } = token;
    const explained = explainCode(first.code, secret, token.parameters, first.notAfter);
    if (explained === undefined) return { kind: "wrong-secret" };
    const all = stepsOf({ ...token, ...explained }, shown, [NEAR_STEPS]);
    return all.kind === "known"
      ? { kind: "wrong-parameters", text: explained.text }
      : { kind: "wrong-secret" };
  }

  [Symbol.dispose](): void {
    for (const { secret } of this.#tokens.values()) wipe(secret);
    this.#tokens.clear();
    this.#found.clear();
  }

  #maker(than: LotToken, shown: readonly ShownCode[]): LotToken | undefined {
    let tried = 0;
    for (const token of this.#tokens.values()) {
      if (token === than || token.parameters.kind !== "totp") continue;
      if (++tried > MOST_SWAPS) return undefined;
      const { parameters } = token;
      const found = agreeing({ ...token, parameters, offsetSeconds: 0 }, shown, SWAP_STEPS);
      if (found.length > 0) return token;
    }
    return undefined;
  }
}

/** A clock that codes are looked for on. */
interface Searched {
  readonly serial: string;
  readonly secret: Uint8Array;
  readonly parameters: TotpParameters;
  readonly offsetSeconds: number;
}

/** Steps found, by whose clock was looked at, for what, and how far. */
type Found = Map<string, readonly number[]>;

function stepsOf(
  clock: Searched,
  shown: readonly ShownCode[],
  reaches: readonly number[],
  found?: Found,
): StepsOf {
  for (const reach of reaches) {
    const [steps, ...others] = agreeing(clock, shown, reach, found);
    if (steps === undefined) continue;
    const isBelieved = reach < FAR_STEPS || shown.length > 1;
    return others.length === 0 && isBelieved ? { kind: "known", steps } : { kind: "ambiguous" };
  }
  return { kind: "none" };
}

/** Every choice of steps, one a code, that one clock within `reach` steps may have shown. */
function agreeing(
  { serial, secret, parameters, offsetSeconds }: Searched,
  shown: readonly ShownCode[],
  reach: number,
  found?: Found,
): readonly (readonly number[])[] {
  const [first, ...rest] = shown;
  if (first === undefined) return [];
  const { stepSeconds, t0 } = parameters;
  using finder = new StepFinder(secret, parameters);
  const centreOf = ({ notBefore, notAfter }: ShownCode): number =>
    Math.floor(((notBefore + notAfter) / 2 + offsetSeconds - t0) / stepSeconds);
  const centre = centreOf(first);
  const key = `${keyOf(serial)} ${first.code} ${centre} ${reach}`;
  const steps = found?.get(key) ?? finder.matches(first.code, centre - reach, centre + reach);
  if (found !== undefined && reach === FAR_STEPS) remember(found, key, steps);
  const choices: (readonly number[])[] = [];
  for (const step of steps) {
    const ahead = step - centre;
    const others = rest.map((one) => {
      const at = centreOf(one) + ahead;
      return finder.matches(one.code, at - AGREEING_STEPS, at + AGREEING_STEPS)[0];
    });
    if (others.every((other) => other !== undefined)) choices.push([step, ...others]);
  }
  return choices;
}

function remember(found: Found, key: string, steps: readonly number[]): void {
  if (found.size >= MOST_REMEMBERED) found.clear();
  found.set(key, steps);
}

function keyOf(serial: string): string {
  return serial.replace(/\s+/g, "").toUpperCase();
}
