// What is counted, for each policy at each rhythm: whole numbers only, so that sums are the same
// in whatever order workers and shards are added up.

/** Counted for each policy and rhythm. */
export const COUNTS = [
  /** Tokens that were enrolled. */
  "enrolled",
  /** Pairs outside the enrollment search: such a token is not issued. */
  "notEnrolled",
  "logins",
  /** Logins whose first code was refused. */
  "rejected",
  /** Of these, repaired at the login prompt by the next code (auto resync). */
  "repaired",
  /** Users who gave up after three refused codes and called for help. */
  "lockedOut",
  /** Helped by a resync with two codes. */
  "resynced",
  /** Beyond the resync search: the token is replaced, its life ends. */
  "replaced",
  /** Tokens locked out at least once. */
  "tokensLockedOut",
  /** Codes compared with, over all first attempts. */
  "codes",
] as const;

/** @see COUNTS */
export type Count = (typeof COUNTS)[number];

/** Bins of drift: `width` seconds each, from -half to half, and one beyond either end. */
export interface DriftBins {
  /** Since enrollment. */
  readonly years: number;
  readonly widthSeconds: number;
  readonly bins: number;
}

/** Quarters of a year for which first lock-outs are counted. */
export const QUARTERS = 80;

/** The counts of one policy at one rhythm. */
export interface CellTotals {
  readonly counts: Record<Count, number>;
  /** Most codes compared with at once. */
  maxCodes: number;
  /** Tokens whose first lock-out fell into that quarter since enrollment. */
  readonly lockedOutByQuarter: number[];
}

/** Everything that is counted in a run. */
export interface FleetTotals {
  tokens: number;
  /** In the order of policies, then rhythms. */
  readonly cells: CellTotals[];
  /** One histogram for each of driftBinsOf; the first and last bin hold what is beyond. */
  readonly drift: number[][];
}

/** Nothing counted yet. */
export function emptyTotals(cells: number, drift: readonly DriftBins[]): FleetTotals {
  return {
    tokens: 0,
    cells: Array.from({ length: cells }, emptyCell),
    drift: drift.map(({ bins }) => new Array<number>(bins + 2).fill(0)),
  };
}

function emptyCell(): CellTotals {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<Count, number>;
  return { counts, maxCodes: 0, lockedOutByQuarter: new Array<number>(QUARTERS).fill(0) };
}

/** Adds `more` to `sum`. Both are of the same run. */
export function addTotals(sum: FleetTotals, more: FleetTotals): void {
  sum.tokens += more.tokens;
  for (const [at, cell] of sum.cells.entries()) {
    const other = more.cells[at];
    if (other === undefined) throw new Error("totals of different runs");
    for (const name of COUNTS) cell.counts[name] += other.counts[name];
    cell.maxCodes = Math.max(cell.maxCodes, other.maxCodes);
    addInto(cell.lockedOutByQuarter, other.lockedOutByQuarter);
  }
  for (const [at, histogram] of sum.drift.entries()) addInto(histogram, more.drift[at] ?? []);
}

function addInto(sum: number[], more: readonly number[]): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (more[at] ?? 0);
}

/** Counts one drift. */
export function countDrift(
  histogram: number[],
  { widthSeconds, bins }: DriftBins,
  seconds: number,
): void {
  const bin = Math.floor(seconds / widthSeconds) + bins / 2;
  const at = Math.min(bins + 1, Math.max(0, bin + 1));
  histogram[at] = (histogram[at] ?? 0) + 1;
}

/**
 * The drift below which `share` of the tokens lie, seconds: the middle of its bin; infinite where
 * that is one of the ends.
 */
export function driftQuantile(
  histogram: readonly number[],
  { widthSeconds, bins }: DriftBins,
  share: number,
): number {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [at, count] of histogram.entries()) {
    below += count;
    if (count === 0 || below < share * total) continue;
    if (at === 0) return Number.NEGATIVE_INFINITY;
    if (at === bins + 1) return Number.POSITIVE_INFINITY;
    return (at - 1 - bins / 2 + 0.5) * widthSeconds;
  }
  return Number.NaN;
}
