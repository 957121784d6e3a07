// Seeded random numbers: the same seed and labels give the same numbers on every machine.
// Generator: sfc32 (C. Doty-Humphrey, PractRand), keyed through a 32-bit mixing hash.

/** A stream of random numbers that can be repeated from its seed. Not for key material. */
export interface Random {
  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number;
  /** A number from 0 up to, not including, 1. */
  unit(): number;
  /**
   * A whole number from `low` to `high`, both included.
   *
   * @throws {RangeError} when high < low, or they are not whole or more than 2^53 - 1 apart
   */
  integer(low: number, high: number): number;
  /** Normally distributed, mean 0, standard deviation 1 (sum of uniforms: |z| <= 6). */
  normal(): number;
  /** `length` random bytes. */
  bytes(length: number): Uint8Array;
  /** An independent stream for a component; same parent seed and label, same stream. */
  fork(label: string): Random;
}

/** A random stream from a 32-bit seed. @throws {RangeError} when the seed is no such number */
export function createRandom(randomSeed: number): Random {
  if (!Number.isInteger(randomSeed) || randomSeed < 0 || randomSeed > 0xffff_ffff) {
    throw new RangeError("the random seed must be a whole number from 0 to 4294967295");
  }
  return new Sfc32(mix(randomSeed ^ 0x9e37_79b9), mix(randomSeed ^ 0x7f4a_7c15));
}

/** A 32-bit finalizer (integer hash): every input bit changes about half the output bits. */
export function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0_aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a_2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

class Sfc32 implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  readonly #keyLow: number;
  readonly #keyHigh: number;

  constructor(keyLow: number, keyHigh: number) {
    this.#keyLow = keyLow;
    this.#keyHigh = keyHigh;
    this.#a = keyLow;
    this.#b = keyHigh;
    this.#c = mix(keyLow ^ keyHigh);
    for (let round = 0; round < 12; round++) this.uint32();
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  unit(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  integer(low: number, high: number): number {
    const span = high - low;
    const isWhole = Number.isSafeInteger(low) && Number.isSafeInteger(high);
    if (!isWhole || !Number.isSafeInteger(span) || span < 0) {
      throw new RangeError(`integer needs whole numbers low <= high, got ${low} and ${high}`);
    }
    const high53 = this.uint32() * 0x20_0000 + (this.uint32() >>> 11);
    return low + Math.floor((high53 / 0x20_0000_0000_0000) * (span + 1));
  }

  normal(): number {
    let sum = -6;
    for (let term = 0; term < 12; term++) sum += this.unit();
    return sum;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.uint32() >>> 24);
  }

  fork(label: string): Random {
    let low = this.#keyLow;
    let high = this.#keyHigh;
    for (const byte of new TextEncoder().encode(label)) {
      low = mix(low ^ byte);
      high = mix((high + Math.imul(byte + 1, 0x9e37_79b1)) | 0);
    }
    return new Sfc32(mix(low ^ 0x51ed_270b), high);
  }
}
