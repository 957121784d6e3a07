// SHA-1's compression function (FIPS 180-4 §6.1.2) in four lanes, unrolled.

import { type Alu, type Expr, get, lanes, set, type Word } from "./alu.ts";
import type { Hash, RoundCode } from "./hash.ts";

const ROUND_CONSTANTS = [0x5a827999n, 0x6ed9eba1n, 0x8f1bbcdcn, 0xca62c1d6n] as const;

/** How far back the words lie that a word is made of. */
const BACK = [3, 8, 14, 16] as const;

/** Choose, parity, majority, parity: each for twenty rounds. */
function mixed(round: number, b: string, c: string, d: string): Expr {
  const alu: Alu = lanes;
  if (round < 20) return alu.select(get(c), get(d), get(b));
  if (round < 40 || round >= 60) return alu.xor(get(b), get(c), get(d));
  return alu.select(get(d), get(b), alu.xor(get(b), get(c)));
}

/** W of round 16 and later: rotl1(W[-3] ^ W[-8] ^ W[-14] ^ W[-16]); constants are folded. */
function schedule(alu: Alu, ring: Word[], round: number): Expr[] {
  const inputs = BACK.map((back) => ring[(round - back) % 16] as Word);
  let constant = 0n;
  const terms: Expr[] = [];
  for (const input of inputs) {
    if ("constant" in input) constant ^= input.constant;
    else terms.push(get(input.local));
  }
  if (terms.length === 0) {
    ring[round % 16] = { constant: ((constant << 1n) | (constant >> 31n)) & 0xffff_ffffn };
    return [];
  }
  if (constant !== 0n) terms.push(alu.constant(constant));
  const local = `w${round % 16}`;
  ring[round % 16] = { local };
  return [set("t", alu.xor(...terms)), set(local, alu.rotateRight("t", 31))];
}

/** The same where all words lie elsewhere: code that puts the next one into `local`. */
export function scheduled(local: string, wordBack: (back: number) => Expr): Expr[] {
  return [set(local, lanes.xor(...BACK.map(wordBack))), set(local, lanes.rotateRight(local, 31))];
}

/** What comes from the round before is added last: the rounds are a chain. */
function round(at: number, state: readonly string[], input: Expr): RoundCode {
  const [a, b, c, d, e] = state as [string, string, string, string, string];
  const early = lanes.add(mixed(at, b, c, d), lanes.add(get(e), input));
  const code = [
    set(e, lanes.add(early, lanes.rotateRight(a, 27))),
    set(b, lanes.rotateRight(b, 2)),
  ];
  return { code, state: [e, a, b, c, d] };
}

/** SHA-1 in four lanes. */
export const sha1: Hash = {
  name: "sha1",
  alu: lanes,
  stateWords: 5,
  blockBytes: 64,
  digestBytes: 20,
  initial: [0x67452301n, 0xefcdab89n, 0x98badcfen, 0x10325476n, 0xc3d2e1f0n],
  rounds: 80,
  keys: Array.from({ length: 80 }, (_, at) => ROUND_CONSTANTS[Math.floor(at / 20)] as bigint),
  schedule,
  round,
};
