// What the kernel's generator needs to know of a hash.

import { type Alu, type Expr, roundInput, type Word } from "./alu.ts";

/** A hash whose compression function can be written out. */
export interface Hash {
  readonly name: "sha1" | "sha256" | "sha512";
  readonly alu: Alu;
  readonly stateWords: number;
  readonly blockBytes: number;
  /** Bytes of a digest: what the inner hash of HMAC hands to the outer one. */
  readonly digestBytes: number;
  /** H(0). */
  readonly initial: readonly bigint[];
  readonly rounds: 64 | 80;
  /** The constant of each round. */
  readonly keys: readonly bigint[];
  /**
   * Code that puts the word of a round, from the sixteenth on, into its place in the ring of the
   * last sixteen; none when it is known beforehand. Uses the locals w0 to w15 and t.
   */
  schedule(alu: Alu, ring: Word[], round: number): Expr[];
  /**
   * Code of one round on the chaining value in the locals `state`; which local then is which.
   *
   * @param input the round's word and constant, added
   */
  round(round: number, state: readonly string[], input: Expr): RoundCode;
}

/** @see Hash.round */
export interface RoundCode {
  readonly code: Expr[];
  readonly state: readonly string[];
}

/**
 * Code that turns the chaining value in the locals `state` into that of the next block, without
 * the last addition of the old one.
 */
export function compress(hash: Hash, state: readonly string[], block: readonly Word[]): Expr[] {
  const ring = [...block];
  return rounds(hash, state, (round) => {
    const code = round < 16 ? [] : hash.schedule(hash.alu, ring, round);
    const word = ring[round % 16] as Word;
    return { code, input: roundInput(hash.alu, word, hash.keys[round] as bigint) };
  });
}

/** The same where words and constants were added beforehand. */
export function compressKeyed(
  hash: Hash,
  state: readonly string[],
  inputAt: (round: number) => Expr,
): Expr[] {
  return rounds(hash, state, (round) => ({ code: [], input: inputAt(round) }));
}

function rounds(
  hash: Hash,
  state: readonly string[],
  inputOf: (round: number) => { readonly code: Expr[]; readonly input: Expr },
): Expr[] {
  const all: Expr[] = [];
  let names = state;
  for (let round = 0; round < hash.rounds; round++) {
    const { code, input } = inputOf(round);
    const made = hash.round(round, names, input);
    all.push(...code, ...made.code);
    names = made.state;
  }
  return all;
}
