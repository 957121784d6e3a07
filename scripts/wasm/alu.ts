// WebAssembly text as expressions, and the kinds of word that the hashes are written in: four
// 32-bit lanes (SHA-1, SHA-256), one 64-bit scalar (SHA-512: two lanes are slower), and one 32-bit
// scalar for schedules that many keys share.

/** An expression in WebAssembly's folded text form. */
export type Expr = string;

export const get = (local: string): Expr => `(local.get $${local})`;
export const set = (local: string, value: Expr): Expr => `(local.set $${local} ${value})`;
export const tee = (local: string, value: Expr): Expr => `(local.tee $${local} ${value})`;
export const i32 = (value: number): Expr => `(i32.const ${value | 0})`;
export const i64 = (value: number): Expr => `(i64.const ${value})`;
export const op = (name: string, ...operands: readonly Expr[]): Expr =>
  `(${name} ${operands.join(" ")})`;

/** Arithmetic on words of one kind. `local` operands are names: they are used more than once. */
export interface Alu {
  /** Type of a word's local. */
  readonly type: "v128" | "i64" | "i32";
  /** Bits of a word in a lane. */
  readonly bits: 32 | 64;
  constant(value: bigint): Expr;
  add(...terms: readonly Expr[]): Expr;
  xor(...terms: readonly Expr[]): Expr;
  /** Bits of `ones` where `mask` is set, else of `zeros`. */
  select(ones: Expr, zeros: Expr, mask: Expr): Expr;
  rotateRight(local: string, by: number): Expr;
  shiftRight(local: string, by: number): Expr;
}

const joined =
  (name: string) =>
  (...terms: readonly Expr[]): Expr =>
    terms.reduce((sum, term) => op(name, sum, term));

/** Four lanes of 32 bits. */
export const lanes: Alu = {
  type: "v128",
  bits: 32,
  constant: (value) => `(v128.const i32x4 ${Array(4).fill(BigInt.asIntN(32, value)).join(" ")})`,
  add: joined("i32x4.add"),
  xor: joined("v128.xor"),
  select: (ones, zeros, mask) => op("v128.bitselect", ones, zeros, mask),
  rotateRight: (local, by) =>
    op(
      "v128.or",
      op("i32x4.shr_u", get(local), i32(by)),
      op("i32x4.shl", get(local), i32(32 - by)),
    ),
  shiftRight: (local, by) => op("i32x4.shr_u", get(local), i32(by)),
};

const scalarOf = (bits: 32 | 64): Alu => {
  const type = `i${bits}` as const;
  const constant = (value: bigint): Expr => `(${type}.const ${BigInt.asIntN(bits, value)})`;
  const count = (by: number): Expr => constant(BigInt(by));
  return {
    type,
    bits,
    constant,
    add: joined(`${type}.add`),
    xor: joined(`${type}.xor`),
    select: (ones, zeros, mask) =>
      op(`${type}.xor`, zeros, op(`${type}.and`, mask, op(`${type}.xor`, ones, zeros))),
    rotateRight: (local, by) => op(`${type}.rotr`, get(local), count(by)),
    shiftRight: (local, by) => op(`${type}.shr_u`, get(local), count(by)),
  };
};

/** One word of 64 bits. */
export const scalar: Alu = scalarOf(64);
/** One word of 32 bits. */
export const scalar32: Alu = scalarOf(32);

/** A word of a message block: in a local, or known beforehand. */
export type Word = { readonly local: string } | { readonly constant: bigint };

/** What a round adds: a word and the round's constant, which are one where the word is known. */
export function roundInput(alu: Alu, word: Word, key: bigint): Expr {
  return "constant" in word
    ? alu.constant(key + word.constant)
    : alu.add(get(word.local), alu.constant(key));
}
