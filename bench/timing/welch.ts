// Whether two kinds of answers can be told apart by their times: Welch's t-test, as leakage tests
// of cryptography use it (B. L. Welch, Biometrika 34, 1947; G. Becker et al., "Test vector leakage
// assessment", 2013; O. Reparaz et al., "dudect", 2017).

/** Up to here two means are not told apart; above, they are with certainty for all practice. */
export const WELCH_THRESHOLD = 4.5;
/**
 * Times above this quantile of both samples together are left out, as dudect does: interrupts and
 * garbage collections, which hide differences rather than make them.
 */
const KEPT_SHARE = 0.9;

/**
 * Welch's t of the means of two samples.
 *
 * @throws {RangeError} for samples of less than two values
 */
export function welchT(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const left = momentsOf(a);
  const right = momentsOf(b);
  const error = Math.sqrt(left.variance / left.count + right.variance / right.count);
  const difference = left.mean - right.mean;
  return error === 0
    ? difference === 0
      ? 0
      : Math.sign(difference) * Infinity
    : difference / error;
}

/** |t| of two samples of times, the slowest tenth of both together left out. */
export function timingT(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const all = Float64Array.from([...Array.from(a), ...Array.from(b)]).sort();
  const limit = all[Math.ceil(all.length * KEPT_SHARE) - 1] ?? Number.NaN;
  const kept = (times: ArrayLike<number>): number[] =>
    Array.from(times).filter((time) => time <= limit);
  return Math.abs(welchT(kept(a), kept(b)));
}

function momentsOf(values: ArrayLike<number>): {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
} {
  const { length: count } = values;
  if (count < 2) throw new RangeError(`Welch's t takes two values or more of each, got ${count}`);
  const list = Array.from(values);
  const mean = list.reduce((sum, value) => sum + value, 0) / count;
  const squares = list.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, variance: squares / (count - 1) };
}
