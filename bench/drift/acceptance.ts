// Whether a token keeps its data sheet, told from few readings: one and the date its clock was set,
// or two or more weeks apart. A rate is known only as an interval, so a token is
// in specification when the whole interval is, out of it when none of it is, and else undecided
// until a date: when one more reading of the same kind must decide.

import { FeasibleClocks, type Interval, type OffsetConstraint } from "../../core/drift/feasible.ts";
import { leastStray, withStray } from "../../core/drift/stray.ts";

/** What a reading of a token says: constraints in Unix seconds (core/drift/constraints.ts). */
export interface LotReading {
  readonly serial: string;
  readonly constraint: OffsetConstraint;
}

/** When a lot's clocks were set, and how well. */
export interface FactorySetting {
  /** Unix seconds. */
  readonly at: number;
  /** How far off a clock may have been then, seconds. */
  readonly withinSeconds: number;
  /** They were set so long before or after `at`, at most, seconds; default 0. */
  readonly giveOrTakeSeconds?: number;
}

/** @see acceptLot */
export interface AcceptanceOptions {
  /** Largest rate error of the data sheet, ppm. */
  readonly specPpm: number;
  /** When the clocks were set to true time; default: not known. */
  readonly factorySet?: FactorySetting;
  /** Rates possible beforehand, ppm; default 1000: a token out of specification must show. */
  readonly priorPpm?: number;
  /** The host's own rate error, ppm; widens every interval. Default 0. */
  readonly hostPpm?: number;
  /**
   * How far a sound clock may stray from a line, seconds; default 10: seasons and aging bend a
   * crystal's by 3 seconds over a year and by 7 over two. Readings that need more are of no one
   * clock.
   */
  readonly straySeconds?: number;
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
  /** Least stray from a line that its readings need, seconds; 0: a steady rate explains them. */
  readonly straySeconds: number;
  /** A sentence for the vendor. */
  readonly text: string;
}

const DEFAULT_PRIOR_PPM = 1000;
const DEFAULT_STRAY_SECONDS = 10;
/**
 * Readings between the first and the last are of a clock whose rate changes with the room by 0.2
 * ppm a degree (protocol notes, C3): they may not make the mean rate look sharper than that.
 */
const WANDER_PPM = 0.2;
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
  const { specPpm, factorySet, hostPpm = 0 } = options;
  // Near zero: Unix seconds would cost the digits that ppm are made of.
  const setAt =
    factorySet === undefined
      ? Number.POSITIVE_INFINITY
      : factorySet.at - (factorySet.giveOrTakeSeconds ?? 0);
  const origin = constraints.reduce((least, { upperAt }) => Math.min(least, upperAt), setAt);
  const { clocks, straySeconds } = clocksOf(constraints, options, origin);
  const base = { serial, readings: constraints.length, undecidedUntil: null, straySeconds };
  if (clocks.length === 0) {
    const text = "no clock fits its readings: a jump, a reset, or codes of another token";
    return { ...base, verdict: "inconsistent", ratePpm: null, offsetSeconds: null, text };
  }
  const rates = unionOf(clocks.map((one) => one.rates));
  const isBetween = constraints.length + (factorySet === undefined ? 0 : 1) > 2;
  const slackPpm = hostPpm + (isBetween ? WANDER_PPM : 0);
  const low = rates.low / PPM - slackPpm;
  const high = rates.high / PPM + slackPpm;
  const offsetSeconds = unionOf(clocks.map((one) => one.offsetAt(one.latest)));
  const known = { ...base, ratePpm: { low, high }, offsetSeconds };
  const isOpen = factorySet === undefined && constraints.length === 1;
  const range = isOpen
    ? "one reading, and no date when it was set, bound no rate"
    : `${low.toFixed(2)} to ${high.toFixed(2)} ppm`;
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

/** Clocks that fit, those that gain and those that lose apart where that matters. */
function clocksOf(
  constraints: readonly OffsetConstraint[],
  options: AcceptanceOptions,
  origin: number,
): { readonly clocks: readonly FeasibleClocks[]; readonly straySeconds: number } {
  const { factorySet, straySeconds: most = DEFAULT_STRAY_SECONDS } = options;
  const rateHigh = (options.priorPpm ?? DEFAULT_PRIOR_PPM) * PPM;
  const isVague = (factorySet?.giveOrTakeSeconds ?? 0) > 0;
  const branches = (
    isVague
      ? [
          { rateLow: 0, rateHigh },
          { rateLow: -rateHigh, rateHigh: 0 },
        ]
      : [{ rateLow: -rateHigh, rateHigh }]
  ).map((rates) => {
    const clocks = new FeasibleClocks(rates);
    if (factorySet !== undefined) clocks.add(settingOf(factorySet, origin, rates.rateLow < 0));
    for (const { lowerAt, lower, upperAt, upper } of constraints) {
      clocks.add({ lowerAt: lowerAt - origin, lower, upperAt: upperAt - origin, upper });
    }
    return { rates, clocks };
  });
  const straight = branches.map(({ clocks }) => clocks).filter(({ isFeasible }) => isFeasible);
  if (straight.length > 0) return { clocks: straight, straySeconds: 0 };
  const bent = branches.map(({ rates, clocks }) => {
    const { straySeconds } = leastStray(clocks, clocks.latest);
    return { straySeconds, clocks: withStray(clocks, 2 * straySeconds, rates) };
  });
  const straySeconds = Math.min(...bent.map((one) => one.straySeconds));
  const sound = bent.filter((one) => one.straySeconds <= most && one.clocks.isFeasible);
  return { clocks: sound.map(({ clocks }) => clocks), straySeconds };
}

/**
 * What a setting says of clocks that all gain, or all lose: somewhere in the time it was made the
 * offset was small, so a clock that loses was not behind before it, nor ahead after it.
 */
function settingOf(
  { at, withinSeconds, giveOrTakeSeconds = 0 }: FactorySetting,
  origin: number,
  mayLose: boolean,
): OffsetConstraint {
  const first = at - giveOrTakeSeconds - origin;
  const last = at + giveOrTakeSeconds - origin;
  return {
    lowerAt: mayLose ? first : last,
    lower: -withinSeconds,
    upperAt: mayLose ? last : first,
    upper: withinSeconds,
  };
}

function unionOf(ranges: readonly Interval[]): Interval {
  return {
    low: Math.min(...ranges.map(({ low }) => low)),
    high: Math.max(...ranges.map(({ high }) => high)),
  };
}

/** When offsets known as well as now, against those at the first reading, bound rates enough. */
function decidingTime(
  clocks: readonly FeasibleClocks[],
  { specPpm, hostPpm = 0 }: AcceptanceOptions,
  origin: number,
): number | null {
  const latest = Math.max(...clocks.map((one) => one.latest));
  const first = unionOf(clocks.map((one) => one.offsetAt(0)));
  const last = unionOf(clocks.map((one) => one.offsetAt(latest)));
  const widths = first.high - first.low + last.high - last.low;
  const wanted = specPpm * DECIDING_SHARE - hostPpm;
  if (!Number.isFinite(widths) || wanted <= 0) return null;
  const seconds = widths / 2 / (wanted * PPM);
  return origin + Math.max(seconds, latest);
}
