// SHA-1's compression function (FIPS 180-4 §6.1.2) in four lanes, unrolled.

import { type Alu, type Expr, get, lanes, set, type Word, wordExpr } from "./alu.ts";
import type { Hash } from "./hash.ts";

const ROUND_CONSTANTS = [0x5a827999n, 0x6ed9eba1n, 0x8f1bbcdcn, 0xca62c1d6n] as const;

/** Choose, parity, majority, parity: each for twenty rounds. */
function mixed(round: number, b: string, c: string, d: string): Expr {
  const alu: Alu = lanes;
  if (round < 20) return alu.select(get(c), get(d), get(b));
  if (round < 40 || round >= 60) return alu.xor(get(b), get(c), get(d));
  return alu.select(get(d), get(b), alu.xor(get(b), get(c)));
}

/** W of round 16 and later: rotl1(W[-3] ^ W[-8] ^ W[-14] ^ W[-16]); constants are folded. */
function scheduled(ring: Word[], round: number): { readonly code: Expr[]; readonly word: Word } {
  const inputs = [round - 3, round - 8, round - 14, round - 16].map((at) => ring[at % 16] as Word);
  let constant = 0n;
  const terms: Expr[] = [];
  for (const input of inputs) {
    if ("constant" in input) constant ^= input.constant;
    else terms.push(get(input.local));
  }
  if (terms.length === 0) {
    return { code: [], word: { constant: ((constant << 1n) | (constant >> 31n)) & 0xffff_ffffn } };
  }
  if (constant !== 0n) terms.push(lanes.constant(constant));
  const local = `w${round % 16}`;
  const code = [set("t", lanes.xor(...terms)), set(local, lanes.rotateRight("t", 31))];
  return { code, word: { local } };
}

/** @see Hash.compress */
function compress(state: readonly string[], block: readonly Word[]): Expr[] {
  const ring = [...block];
  const code: Expr[] = [];
  let names = [...state] as [string, string, string, string, string];
  for (let round = 0; round < 80; round++) {
    if (round >= 16) {
      const next = scheduled(ring, round);
      code.push(...next.code);
      ring[round % 16] = next.word;
    }
    const word = ring[round % 16] as Word;
    const key = ROUND_CONSTANTS[Math.floor(round / 20)] as bigint;
    const [a, b, c, d, e] = names;
    const input =
      "constant" in word
        ? lanes.constant(key + word.constant)
        : lanes.add(wordExpr(lanes, word), lanes.constant(key));
    code.push(
      set(
        e,
        lanes.add(
          lanes.add(lanes.rotateRight(a, 27), mixed(round, b, c, d)),
          lanes.add(get(e), input),
        ),
      ),
      set(b, lanes.rotateRight(b, 2)),
    );
    names = [e, a, b, c, d];
  }
  return code;
}

/** SHA-1 in four lanes. */
export const sha1: Hash = {
  name: "sha1",
  alu: lanes,
  stateWords: 5,
  blockBytes: 64,
  digestBytes: 20,
  initial: [0x67452301n, 0xefcdab89n, 0x98badcfen, 0x10325476n, 0xc3d2e1f0n],
  compress,
};
