// Which step is this code of? A code of d digits belongs to one step in 10^d by chance, so a wide
// search finds wrong ones (protocol notes on clock drift, C7).

/** Wrong candidates that may be left before a second code is asked for. */
export const MOST_WRONG_MASS = 1e-4;

/** A step that has the code, and how likely a clock is there beforehand (any unit). */
export interface StepCandidate {
  readonly step: bigint;
  readonly weight: number;
}

/** What the candidates come to. */
export type StepChoice =
  | { readonly kind: "none" }
  | { readonly kind: "one"; readonly step: bigint }
  /** Another code is needed; `step` is the likeliest. */
  | { readonly kind: "ambiguous"; readonly step: bigint; readonly others: number };

/** Expected wrong matches among `candidates` steps, for `codes` consecutive codes of `digits`. */
export function expectedWrongMatches(candidates: number, digits: number, codes = 1): number {
  return (candidates - 1) / 10 ** (digits * codes);
}

/** The step that is meant, unless what lies outside of it weighs MOST_WRONG_MASS or more. */
export function chooseStep(candidates: readonly StepCandidate[]): StepChoice {
  const [first, ...rest] = candidates.toSorted((a, b) => b.weight - a.weight);
  if (first === undefined) return { kind: "none" };
  const others = rest.reduce((sum, { weight }) => sum + weight, 0);
  if (others / (others + first.weight) < MOST_WRONG_MASS) return { kind: "one", step: first.step };
  return { kind: "ambiguous", step: first.step, others: rest.length };
}
