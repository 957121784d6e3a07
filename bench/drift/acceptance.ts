// Whether a token keeps its data sheet, told from few readings: one and the date its clock was set,
// or two or more weeks apart. A rate is known only as an interval, so a token is
// in specification when the whole interval is, out of it when none of it is, and else undecided
// until a date: when one more reading of the same kind must decide.

import { FeasibleClocks, type Interval, type OffsetConstraint } from "../../core/drift/feasible.ts";

/** What a reading of a token says: constraints in Unix seconds (core/drift/constraints.ts). */
export interface LotReading {
  readonly serial: string;
  readonly constraint: OffsetConstraint;
}

/** @see acceptLot */
export interface AcceptanceOptions {
  /** Largest rate error of the data sheet, ppm. */
  readonly specPpm: number;
  /** When the clocks were set, Unix seconds, and how far off they may have been then, seconds. */
  readonly factorySet?: { readonly at: number; readonly withinSeconds: number };
  /** Rates possible beforehand, ppm; default 1000: a token out of specification must show. */
  readonly priorPpm?: number;
  /** The host's own rate error, ppm; widens every interval. Default 0. */
  readonly hostPpm?: number;
}

/** What a token's readings come to. */
export interface Acceptance {
  readonly serial: string;
  readonly verdict: "in-specification" | "out-of-specification" | "undecided" | "inconsistent";
  readonly readings: number;
  /** Guaranteed; ppm. Null where no clock fits the readings. */
  readonly ratePpm: Interval | null;
  /** Token minus host at the last reading, seconds. */
  readonly offsetSeconds: Interval | null;
  /**
   * Of an undecided token: a reading like these at this Unix time decides, unless the rate is at
   * the limit itself; null where nothing bounds the rate yet.
   */
  readonly undecidedUntil: number | null;
  /** A sentence for the vendor. */
  readonly text: string;
}

const DEFAULT_PRIOR_PPM = 1000;
const PPM = 1e-6;
/** A date is told for rates that are this far from the limit, as a share of it. */
const DECIDING_SHARE = 0.25;

/** Judges each token of the readings, in the order of their serials. */
export function acceptLot(
  readings: readonly LotReading[],
  options: AcceptanceOptions,
): readonly Acceptance[] {
  if (!(options.specPpm > 0)) {
    throw new RangeError(`specPpm must be above 0, got ${options.specPpm}`);
  }
  const bySerial = Map.groupBy(readings, ({ serial }) => serial);
  return [...bySerial]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([serial, of]) => {
      const constraints = of.map(({ constraint }) => constraint);
      return acceptToken(serial, constraints, options);
    });
}

function acceptToken(
  serial: string,
  constraints: readonly OffsetConstraint[],
  options: AcceptanceOptions,
): Acceptance {
  const { specPpm, factorySet, hostPpm = 0, priorPpm = DEFAULT_PRIOR_PPM } = options;
  const clocks = new FeasibleClocks({ rateLow: -priorPpm * PPM, rateHigh: priorPpm * PPM });
  // Near zero: Unix seconds would cost the digits that ppm are made of.
  const origin = Math.min(...constraints.map(({ upperAt }) => upperAt), factorySet?.at ?? Infinity);
  if (factorySet !== undefined) {
    const { at, withinSeconds } = factorySet;
    const [lowerAt, upperAt] = [at - origin, at - origin];
    clocks.add({ lowerAt, lower: -withinSeconds, upperAt, upper: withinSeconds });
  }
  for (const { lowerAt, lower, upperAt, upper } of constraints) {
    clocks.add({ lowerAt: lowerAt - origin, lower, upperAt: upperAt - origin, upper });
  }
  const base = { serial, readings: constraints.length, undecidedUntil: null };
  if (!clocks.isFeasible) {
    const text = "no clock fits its readings: a jump, a reset, or codes of another token";
    return { ...base, verdict: "inconsistent", ratePpm: null, offsetSeconds: null, text };
  }
  const low = clocks.rates.low / PPM - hostPpm;
  const high = clocks.rates.high / PPM + hostPpm;
  const known = { ...base, ratePpm: { low, high }, offsetSeconds: clocks.offsetAt(clocks.latest) };
  const range = `${low.toFixed(2)} to ${high.toFixed(2)} ppm`;
  if (-specPpm <= low && high <= specPpm) {
    return { ...known, verdict: "in-specification", text: `${range}: within ±${specPpm} ppm` };
  }
  if (low > specPpm || high < -specPpm) {
    return { ...known, verdict: "out-of-specification", text: `${range}: not ±${specPpm} ppm` };
  }
  const undecidedUntil = decidingTime(clocks, options, origin);
  const text = `${range}: may be within ±${specPpm} ppm and may not`;
  return { ...known, verdict: "undecided", undecidedUntil, text };
}

/** When offsets known as well as now, against those at the first reading, bound rates enough. */
function decidingTime(
  clocks: FeasibleClocks,
  { specPpm, hostPpm = 0 }: AcceptanceOptions,
  origin: number,
): number | null {
  const first = clocks.offsetAt(0);
  const last = clocks.offsetAt(clocks.latest);
  const widths = first.high - first.low + last.high - last.low;
  const wanted = specPpm * DECIDING_SHARE - hostPpm;
  if (!Number.isFinite(widths) || wanted <= 0) return null;
  const seconds = widths / 2 / (wanted * PPM);
  return origin + Math.max(seconds, clocks.latest);
}
