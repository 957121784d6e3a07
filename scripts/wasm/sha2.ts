// SHA-256 in four lanes and SHA-512 as a scalar (FIPS 180-4 §6.2.2, §6.4.2), unrolled.

import { type Alu, type Expr, get, lanes, scalar, set, type Word } from "./alu.ts";
import type { Hash, RoundCode } from "./hash.ts";
import { primes, rootFraction } from "./primes.ts";

/** Rotations of the upper case sigmas; of the lower case ones, whose last number is a shift. */
interface Sigmas {
  readonly upper0: readonly [number, number, number];
  readonly upper1: readonly [number, number, number];
  readonly lower0: readonly [number, number, number];
  readonly lower1: readonly [number, number, number];
}

const SIGMAS_256: Sigmas = {
  upper0: [2, 13, 22],
  upper1: [6, 11, 25],
  lower0: [7, 18, 3],
  lower1: [17, 19, 10],
};

const SIGMAS_512: Sigmas = {
  upper0: [28, 34, 39],
  upper1: [14, 18, 41],
  lower0: [1, 8, 7],
  lower1: [19, 61, 6],
};

function upper(alu: Alu, local: string, by: readonly [number, number, number]): Expr {
  return alu.xor(...by.map((bits) => alu.rotateRight(local, bits)));
}

function lower(alu: Alu, local: string, by: readonly [number, number, number]): Expr {
  const [first, second, shift] = by;
  return alu.xor(
    alu.rotateRight(local, first),
    alu.rotateRight(local, second),
    alu.shiftRight(local, shift),
  );
}

/** The same of a word that is known beforehand. */
function lowerOf(value: bigint, bits: number, by: readonly [number, number, number]): bigint {
  const [first, second, shift] = by.map(BigInt) as [bigint, bigint, bigint];
  const rotate = (count: bigint): bigint =>
    BigInt.asUintN(bits, (value >> count) | (value << (BigInt(bits) - count)));
  return rotate(first) ^ rotate(second) ^ (value >> shift);
}

function sha2(name: "sha256" | "sha512", own: Alu, sigmas: Sigmas, rounds: 64 | 80): Hash {
  /** lower1(W[-2]) + W[-7] + lower0(W[-15]) + W[-16]; constants are folded. */
  const schedule = (alu: Alu, ring: Word[], round: number): Expr[] => {
    const at = (back: number): Word => ring[(round - back) % 16] as Word;
    const terms: Expr[] = [];
    let constant = 0n;
    for (const [word, by] of [
      [at(16), null],
      [at(15), sigmas.lower0],
      [at(7), null],
      [at(2), sigmas.lower1],
    ] as const) {
      if ("constant" in word) {
        constant += by === null ? word.constant : lowerOf(word.constant, alu.bits, by);
      } else {
        terms.push(by === null ? get(word.local) : lower(alu, word.local, by));
      }
    }
    constant = BigInt.asUintN(alu.bits, constant);
    if (terms.length === 0) {
      ring[round % 16] = { constant };
      return [];
    }
    if (constant !== 0n) terms.push(alu.constant(constant));
    const local = `w${round % 16}`;
    ring[round % 16] = { local };
    return [set(local, alu.add(...terms))];
  };

  const round = (_: number, state: readonly string[], input: Expr): RoundCode => {
    const [a, b, c, d, e, f, g, h] = state as Eight;
    const code = [
      set(
        h,
        own.add(
          own.add(own.select(get(f), get(g), get(e)), own.add(get(h), input)),
          upper(own, e, sigmas.upper1),
        ),
      ),
      set(d, own.add(get(d), get(h))),
      set(
        h,
        own.add(
          own.add(upper(own, a, sigmas.upper0), get(h)),
          own.select(get(c), get(b), own.xor(get(a), get(b))),
        ),
      ),
    ];
    return { code, state: [h, a, b, c, d, e, f, g] };
  };

  return {
    name,
    alu: own,
    stateWords: 8,
    blockBytes: own.bits * 2,
    digestBytes: own.bits,
    initial: primes(8).map((prime) => rootFraction(prime, 2, own.bits)),
    rounds,
    keys: primes(rounds).map((prime) => rootFraction(prime, 3, own.bits)),
    schedule,
    round,
  };
}

type Eight = [string, string, string, string, string, string, string, string];

/** SHA-256 in four lanes. */
export const sha256: Hash = sha2("sha256", lanes, SIGMAS_256, 64);

/** SHA-512, one word at a time. */
export const sha512: Hash = sha2("sha512", scalar, SIGMAS_512, 80);
