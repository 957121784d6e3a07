// HMAC of one counter from midstates, and dynamic truncation (RFC 2104 §4, RFC 4226 §5.3).

import { type Expr, get, i32, lanes, op, set, tee, type Word } from "./alu.ts";
import { compress, compressKeyed, type Hash } from "./hash.ts";
import { names } from "./parts.ts";

/** Lanes of a vector. */
export const LANES = [0, 1, 2, 3] as const;
/** Address of this instance's scratch memory. */
export const SCRATCH = "(global.get $scratch)";
/** Words of a MAC in which the four bytes lie: an offset is 15 at most. */
const TRUNCATED_WORDS = 5;
/** Digits people use most: a division by a known number is a multiplication. */
const USUAL_MODULUS = 1_000_000;

/** The block of HMAC's inner hash behind the key: an eight-byte counter. */
export function counterBlock(hash: Hash, high: Word, low: Word): Word[] {
  const zeros = Array.from({ length: 16 }, (): Word => ({ constant: 0n }));
  const bits = BigInt((hash.blockBytes + 8) * 8);
  if (hash.alu.bits === 64)
    return [low, { constant: 1n << 63n }, ...zeros.slice(3), { constant: bits }];
  return [high, low, { constant: 1n << 31n }, ...zeros.slice(4), { constant: bits }];
}

/** The block of the outer hash: the inner digest. */
export function digestBlock(hash: Hash, digest: readonly string[]): Word[] {
  const marker = { constant: 1n << BigInt(hash.alu.bits - 1) };
  const zeros = Array.from({ length: 14 - digest.length }, (): Word => ({ constant: 0n }));
  const bits = { constant: BigInt((hash.blockBytes + hash.digestBytes) * 8) };
  return [...digest.map((local) => ({ local })), marker, ...zeros, bits];
}

/** HMAC from the midstates in the locals m0…: the MAC is then in d0…. `inner` takes the message. */
export function mac(hash: Hash, inner: (state: readonly string[]) => Expr[]): Expr[] {
  const { alu, stateWords } = hash;
  const state = names("s", stateWords);
  const digest = names("d", stateWords);
  const half = (from: number, message: Expr[]): Expr[] => [
    ...state.map((local, at) => set(local, get(`m${from + at}`))),
    ...message,
    ...digest.map((local, at) =>
      set(local, alu.add(get(state[at] as string), get(`m${from + at}`))),
    ),
  ];
  const outer = compress(hash, state, digestBlock(hash, digest));
  return [...half(0, inner(state)), ...half(stateWords, outer)];
}

/** The inner hash of a counter in two locals, or in one of 64 bits. */
export function innerOf(
  hash: Hash,
  high: string,
  low: string,
): (state: readonly string[]) => Expr[] {
  const block = counterBlock(hash, { local: high }, { local: low });
  return (state) => compress(hash, state, block);
}

/** The same by a table of words to which the rounds' constants were added. @see tables.ts */
export function innerByTable(
  hash: Hash,
  load: (round: number) => Expr,
): (state: readonly string[]) => Expr[] {
  return (state) => compressKeyed(hash, state, load);
}

/** The code of a 31-bit value in the local `value`. A modulus of 0 leaves it whole: ten digits. */
export function reduced(): Expr {
  const rest = (modulus: Expr): Expr => op("i32.rem_u", get("value"), modulus);
  return (
    `(if (result i32) ${op("i32.eq", get("modulus"), i32(USUAL_MODULUS))} ` +
    `(then ${rest(i32(USUAL_MODULUS))}) (else (if (result i32) ${get("modulus")} ` +
    `(then ${rest(get("modulus"))}) (else ${get("value")}))))`
  );
}

/**
 * Puts the words of four MACs that dynamic truncation may read into scratch, a vector a word; the
 * offsets, the low half of each MAC's last byte, stay in the local `t`. Whole vectors: what is read
 * from them is then part of one write, and need not wait for it.
 */
export function storeLanes(hash: Hash): Expr[] {
  const last = `d${hash.stateWords - 1}`;
  const stores = names("d", TRUNCATED_WORDS).map(
    (word, at) => `(v128.store offset=${16 * at} ${SCRATCH} ${get(word)})`,
  );
  return [...stores, set("t", op("v128.and", get(last), lanes.constant(15n)))];
}

/** The code of one lane, after storeLanes: four bytes of the two words that an offset begins in. */
export function laneCode(lane: number): Expr[] {
  const word = op("i32.shl", op("i32.shr_u", get("value"), i32(2)), i32(4));
  const address = op("i32.add", SCRATCH, word);
  const load = (at: number, from: Expr): Expr =>
    `(i64.load32_u offset=${16 * at + 4 * lane} ${from})`;
  const both = op(
    "i64.or",
    op("i64.shl", load(0, tee("word", address)), "(i64.const 32)"),
    load(1, get("word")),
  );
  const bits = op("i32.shl", op("i32.and", get("value"), i32(3)), i32(3));
  const cut = op("i64.shl", both, op("i64.extend_i32_u", bits));
  return [
    set("value", `(i32x4.extract_lane ${lane} ${get("t")})`),
    set(
      "value",
      op("i32.and", op("i32.wrap_i64", op("i64.shr_u", cut, "(i64.const 32)")), i32(0x7fff_ffff)),
    ),
    set("value", reduced()),
  ];
}
