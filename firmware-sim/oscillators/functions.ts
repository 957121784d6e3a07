// sin and ln of our own. ECMAScript lets every engine approximate them as it likes; additions,
// multiplications and divisions are exact everywhere (IEEE 754), so that a clock made from them
// walks the same on every engine and worker, to the last bit.

/** Coefficients of sin(2·pi·r) in r·(r²)^k: (-1)^k (2·pi)^(2k+1) / (2k+1)!, highest k first. */
const SINE: readonly number[] = sineCoefficients(12);

function sineCoefficients(count: number): readonly number[] {
  const turn = 2 * Math.PI;
  const coefficients: number[] = [];
  let value = turn;
  for (let k = 0; k < count; k++) {
    coefficients.unshift(value);
    value *= (-turn * turn) / ((2 * k + 2) * (2 * k + 3));
  }
  return coefficients;
}

/** sin(2·pi·turns). Error below 3e-16 for up to a million turns, where `turns` itself is exact. */
export function sineOfTurns(turns: number): number {
  let part = turns - Math.floor(turns + 0.5);
  // sin(pi - a) = sin(a): the quarter around 0 is enough.
  if (part > 0.25) part = 0.5 - part;
  else if (part < -0.25) part = -0.5 - part;
  const square = part * part;
  let sum = 0;
  for (const coefficient of SINE) sum = sum * square + coefficient;
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
  let sum = 0;
  for (let odd = 25; odd >= 1; odd -= 2) sum = sum * square + 1 / odd;
  return 2 * s * sum + halvings * Math.LN2;
}
