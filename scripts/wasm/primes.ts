// The constants of SHA-2, worked out: fractional parts of square and cube roots of the first primes
// (FIPS 180-4 §4.2.2, §4.2.3, §5.3.3, §5.3.5).

/** The first `count` primes. */
export function primes(count: number): readonly bigint[] {
  const found: bigint[] = [];
  for (let candidate = 2n; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0n)) found.push(candidate);
  }
  return found;
}

/** The first `bits` bits of the fractional part of the `degree`-th root of `value`. */
export function rootFraction(value: bigint, degree: 2 | 3, bits: number): bigint {
  const scaled = value << BigInt(bits * degree);
  let low = 0n;
  let high = 1n << BigInt(bits + 16);
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(degree) <= scaled) low = middle;
    else high = middle;
  }
  return BigInt.asUintN(bits, low);
}
