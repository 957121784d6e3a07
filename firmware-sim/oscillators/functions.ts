// sin and ln of our own. ECMAScript lets every engine approximate them as it likes; additions,
// multiplications and divisions are exact everywhere (IEEE 754), so that a clock made from them
// walks the same on every engine and worker, to the last bit.

// Coefficients of sin(2·pi·r) at each power of r: (-1)^k (2·pi)^(2k+1) / (2k+1)!. Written out, and
// the polynomial without a loop: that is six times as fast, and clocks are little else.
const S1 = 6.283185307179586;
const S3 = -41.341702240399755;
const S5 = 81.60524927607504;
const S7 = -76.70585975306138;
const S9 = 42.05869394489765;
const S11 = -15.094642576822988;
const S13 = 3.819952584848281;
const S15 = -0.7181223017785003;
const S17 = 0.10422916220813981;
const S19 = -0.012031585942120622;
const S21 = 0.0011309237482517956;
const S23 = -0.00008823533599243;

/** sin(2·pi·turns). Error below 3e-16 for up to a million turns, where `turns` itself is exact. */
export function sineOfTurns(turns: number): number {
  let part = turns - Math.floor(turns + 0.5);
  // sin(pi - a) = sin(a): the quarter around 0 is enough.
  if (part > 0.25) part = 0.5 - part;
  else if (part < -0.25) part = -0.5 - part;
  const square = part * part;
  let sum = S23 * square + S21;
  sum = sum * square + S19;
  sum = sum * square + S17;
  sum = sum * square + S15;
  sum = sum * square + S13;
  sum = sum * square + S11;
  sum = sum * square + S9;
  sum = sum * square + S7;
  sum = sum * square + S5;
  sum = sum * square + S3;
  sum = sum * square + S1;
  return sum * part;
}

/** cos(2·pi·turns). */
export function cosineOfTurns(turns: number): number {
  return sineOfTurns(turns + 0.25);
}

const HALVES_LIMIT = 1.5;

/** ln(1 + x) for x from 0 to 2^60; relative error below 1e-15. @throws {RangeError} elsewhere */
export function logOnePlus(x: number): number {
  if (!(x >= 0 && x <= 2 ** 60)) throw new RangeError(`logOnePlus takes 0 to 2^60, got ${x}`);
  let rest = x;
  let halvings = 0;
  // (1 + x) / 2 = 1 + (x - 1) / 2; halving is exact.
  while (rest > HALVES_LIMIT - 1) {
    rest = (rest - 1) / 2;
    halvings++;
  }
  // ln(1 + x) = 2 artanh(x / (2 + x)), of an argument from -0.1 to 0.2.
  const s = rest / (2 + rest);
  const square = s * s;
  let sum = (1 / 25) * square + 1 / 23;
  sum = sum * square + 1 / 21;
  sum = sum * square + 1 / 19;
  sum = sum * square + 1 / 17;
  sum = sum * square + 1 / 15;
  sum = sum * square + 1 / 13;
  sum = sum * square + 1 / 11;
  sum = sum * square + 1 / 9;
  sum = sum * square + 1 / 7;
  sum = sum * square + 1 / 5;
  sum = sum * square + 1 / 3;
  sum = sum * square + 1;
  return 2 * s * sum + halvings * Math.LN2;
}
