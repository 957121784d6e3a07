// Which step a code belongs to, and what else explains a code that belongs to none.

import { chooseStep, type StepChoice } from "../../core/drift/ambiguity.ts";
import type { TotpParameters } from "../../core/oath/parameters.ts";
import type { EngineKey } from "../../verifier/engines/engine.ts";
import { MAX_CODES } from "../../verifier/engines/engine.ts";
import { nodeCryptoEngine } from "../../verifier/engines/node-crypto.ts";

/** Steps to either side that are searched in turn: an hour and a day, at 30 seconds. */
export const SEARCHES: readonly number[] = [120, 2880];
/** Wrong parameters are looked for this far, steps: a token's clock is seldom wrong as well. */
const EXPLAIN_STEPS = 60;

/** Finds steps by their codes. Disposing wipes the key. */
export class StepFinder implements Disposable {
  readonly #key: EngineKey;
  readonly #digits: number;

  constructor(secret: Uint8Array, parameters: TotpParameters) {
    this.#key = nodeCryptoEngine.prepare(secret, parameters);
    this.#digits = parameters.digits;
  }

  /** Steps from `low` to `high`, both included, whose code it is. */
  matches(code: string, low: number, high: number): readonly number[] {
    if (code.length !== this.#digits) return [];
    const wanted = Number(code);
    const found: number[] = [];
    for (let first = Math.max(0, low); first <= high; first += MAX_CODES) {
      const count = Math.min(MAX_CODES, high - first + 1);
      const codes = this.#key.codes(BigInt(first), count);
      for (let at = 0; at < count; at++) if (codes[at] === wanted) found.push(first + at);
    }
    return found;
  }

  /** The step around `centre`, each within `steps` as likely as the other. */
  around(code: string, centre: number, steps: number): StepChoice {
    const found = this.matches(code, centre - steps, centre + steps);
    return chooseStep(found.map((step) => ({ step: BigInt(step), weight: 1 })));
  }

  [Symbol.dispose](): void {
    this.#key.dispose();
  }
}

/** Parameters that would explain a code. */
export interface Explanation {
  readonly parameters: TotpParameters;
  /** What differs: `period 60 s`, `SHA256`. */
  readonly text: string;
  /** Offset it would mean, seconds. */
  readonly offsetSeconds: number;
}

/**
 * What explains a code of this secret that belongs to no step near `unixSeconds`: another period,
 * hash or number of digits.
 */
export function explainCode(
  code: string,
  secret: Uint8Array,
  parameters: TotpParameters,
  unixSeconds: number,
): Explanation | undefined {
  const { digits } = parameters;
  for (const stepSeconds of new Set([parameters.stepSeconds, 30, 60])) {
    for (const algorithm of new Set([parameters.algorithm, "SHA1", "SHA256", "SHA512"] as const)) {
      const tried = { ...parameters, stepSeconds, algorithm, digits: code.length };
      using finder = new StepFinder(secret, tried);
      const centre = Math.floor((unixSeconds - tried.t0) / stepSeconds);
      const choice = finder.around(code, centre, EXPLAIN_STEPS);
      if (choice.kind === "none") continue;
      const text = [
        ...(stepSeconds === parameters.stepSeconds ? [] : [`period ${stepSeconds} s`]),
        ...(algorithm === parameters.algorithm ? [] : [algorithm]),
        ...(code.length === digits ? [] : [`${code.length} digits`]),
      ].join(", ");
      const offsetSeconds = (Number(choice.step) - centre) * stepSeconds;
      return { parameters: tried, text, offsetSeconds };
    }
  }
  return undefined;
}
