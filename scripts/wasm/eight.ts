// Eight keys of one time step: two groups of four side by side. The rounds of a hash are a chain,
// and while those of one group wait for each other the processor does the other's: a tenth quicker
// than one group alone. Written out, all rounds of two groups are too long for the memory in which
// a processor keeps instructions; so they stand in loops of five, after which each local has its
// old part again, and the words of the message lie in memory. For SHA-1 only: two chaining values
// of SHA-256 do not fit the registers.

import { type Expr, get, i32, lanes, op, set } from "./alu.ts";
import { gathered } from "./batch.ts";
import type { Hash, RoundCode } from "./hash.ts";
import { digestBlock, LANES, laneCode, storeLanes } from "./mac.ts";
import { advance, func, loop, names } from "./parts.ts";
import { scheduled } from "./sha1.ts";
import { stepTablesOf, TABLES, tableBytes, tablesEnd } from "./tables.ts";

const GROUPS = [0, 1] as const;
type Group = (typeof GROUPS)[number];

const VECTOR_BYTES = 16;
/** Rounds after which the locals of a chaining value have changed places all round. */
const TURN = 5;
/** Rounds of one function (FIPS 180-4 §4.1.1), and of a turn of them. */
const PHASE = 20;

/** Where the words of a group's message lie, and its midstates behind those of both. */
const wordsOf = (hash: Hash, group: Group): number => group * hash.rounds * VECTOR_BYTES;
const keysOf = (hash: Hash, group: Group): number =>
  wordsOf(hash, 0) + 2 * hash.rounds * VECTOR_BYTES + group * 2 * hash.stateWords * VECTOR_BYTES;

/** Bytes of memory that it needs, behind the tables. */
export const eightBytes = (hash: Hash): number =>
  VECTOR_BYTES * GROUPS.length * (hash.rounds + 2 * hash.stateWords);

const stateOf = (hash: Hash, group: Group): readonly string[] =>
  names(`s${group}_`, hash.stateWords);
const at = (offset: number, from: string): string => `offset=${offset} ${get(from)}`;
const load = (offset: number, from: string): Expr => `(v128.load ${at(offset, from)})`;
const store = (offset: number, from: string, value: Expr): Expr =>
  `(v128.store ${at(offset, from)} ${value})`;

/** Codes of eight keys, a bit a step: as H_batch, for the counters its tables were made for. */
export function laneEight(hash: Hash): string {
  const masks = names("mask", LANES.length * GROUPS.length);
  const words = [...GROUPS.flatMap((group) => [...stateOf(hash, group), `t${group}`]), "key", "t"];
  const numbers = ["room", "words", "table", "input", "turn", "step", "value", "word"];
  const typed = (type: "v128" | "i32", all: readonly string[]) =>
    Object.fromEntries(all.map((local) => [local, type]));
  return func({
    name: `${hash.name}_eight`,
    params: ["keys", "codes", "steps", "modulus", "out"],
    locals: {
      ...typed("v128", [...words, ...names("d", hash.stateWords)]),
      ...typed("i32", [...numbers, ...names("p", LANES.length), ...masks]),
    },
    body: [
      set("room", op("i32.add", TABLES, i32(tablesEnd()))),
      ...GROUPS.flatMap((group) => [...takeKeys(hash, group), ...putKnownWords(hash, group)]),
      set("table", stepTablesOf(hash)),
      loop("steps", op("i32.lt_s", get("step"), get("steps")), [
        ...begin(hash, 0),
        ...inner(hash),
        ...GROUPS.flatMap((group) =>
          sums(hash, group, 0).map((sum, nth) =>
            store(wordsOf(hash, group) + nth * VECTOR_BYTES, "room", sum),
          ),
        ),
        ...begin(hash, hash.stateWords),
        ...outer(hash),
        ...GROUPS.flatMap((group) => judge(hash, group, masks)),
        advance("table", tableBytes(hash)),
        advance("step", 1),
      ]),
      ...masks.map((mask, nth) => `(i32.store ${at(4 * nth, "out")} ${get(mask)})`),
      ...wipeKeys(hash),
    ],
  });
}

/** The midstates of a group's keys, a vector a word. */
function takeKeys(hash: Hash, group: Group): Expr[] {
  const addresses = LANES.map((lane) =>
    set(`p${lane}`, `(i32.load ${at(VECTOR_BYTES * group + 4 * lane, "keys")})`),
  );
  const moved = names("m", 2 * hash.stateWords).map((_, nth) =>
    store(keysOf(hash, group) + nth * VECTOR_BYTES, "room", gathered(4 * nth)),
  );
  return [...addresses, ...moved];
}

/** Midstates are as good as secrets: no copy stays. */
function wipeKeys(hash: Hash): Expr[] {
  const vectors = GROUPS.length * 2 * hash.stateWords;
  return names("m", vectors).map((_, nth) =>
    store(keysOf(hash, 0) + nth * VECTOR_BYTES, "room", lanes.constant(0n)),
  );
}

/** The words of the outer hash's block that are no digest. */
function putKnownWords(hash: Hash, group: Group): Expr[] {
  return digestBlock(hash, names("d", hash.stateWords)).flatMap((word, nth) =>
    "constant" in word
      ? [store(wordsOf(hash, group) + nth * VECTOR_BYTES, "room", lanes.constant(word.constant))]
      : [],
  );
}

/** Both groups begin with their midstates, from the word `first` on. */
function begin(hash: Hash, first: number): Expr[] {
  return names("s", hash.stateWords).flatMap((_, nth) =>
    GROUPS.map((group) =>
      set(
        stateOf(hash, group)[nth] as string,
        load(keysOf(hash, group) + (first + nth) * VECTOR_BYTES, "room"),
      ),
    ),
  );
}

/** The chaining value that a group's block ends with: what it began with is added. */
function sums(hash: Hash, group: Group, first: number): Expr[] {
  return stateOf(hash, group).map((local, nth) =>
    lanes.add(get(local), load(keysOf(hash, group) + (first + nth) * VECTOR_BYTES, "room")),
  );
}

/** A round's word and constant, from the table of this step: the same for all keys. */
function inner(hash: Hash): Expr[] {
  const five = (phase: number): Expr[] => [
    ...rounds(hash, phase * PHASE, (nth) => ({
      code: [set("key", `(v128.load32_splat ${at(4 * nth, "input")})`)],
      input: () => get("key"),
    })),
    advance("input", 4 * TURN),
  ];
  const phases = [0, 1, 2, 3].map((phase) => turns(`inner${phase}`, PHASE / TURN, five(phase)));
  return [set("input", get("table")), ...phases.flat()];
}

/** `words` points to the word 16 before that of a turn's first round. */
function outer(hash: Hash): Expr[] {
  const wordAt = (group: Group, nth: number, back: number): Expr =>
    load(wordsOf(hash, group) + (16 + nth - back) * VECTOR_BYTES, "words");
  const input = (group: Group): Expr => lanes.add(get(`t${group}`), get("key"));
  const known = (nth: number): RoundInput => ({
    code: GROUPS.map((group) => set(`t${group}`, wordAt(group, nth, 0))),
    input,
  });
  const made = (nth: number): RoundInput => ({
    code: GROUPS.flatMap((group) => {
      const local = `t${group}`;
      return [
        ...scheduled(local, (back) => wordAt(group, nth, back)),
        store(wordsOf(hash, group) + (16 + nth) * VECTOR_BYTES, "words", get(local)),
      ];
    }),
    input,
  });
  const five = (first: number, inputOf: (nth: number) => RoundInput): Expr[] => [
    ...rounds(hash, first, inputOf),
    advance("words", TURN * VECTOR_BYTES),
  ];
  const key = (phase: number): Expr =>
    set("key", lanes.constant(hash.keys[phase * PHASE] as bigint));
  return [
    set("words", op("i32.sub", get("room"), i32(16 * VECTOR_BYTES))),
    key(0),
    ...turns("outer0", 3, five(0, known)),
    // The last word that is known is that of round 15.
    ...five(15, (nth) => (nth === 0 ? known(nth) : made(nth))),
    ...[1, 2, 3].flatMap((phase) => [
      key(phase),
      ...turns(`outer${phase}`, PHASE / TURN, five(phase * PHASE, made)),
    ]),
  ];
}

interface RoundInput {
  /** Comes first, once for both groups. */
  readonly code: readonly Expr[];
  readonly input: (group: Group) => Expr;
}

/** Five rounds of both groups, statement by statement in turn. */
function rounds(hash: Hash, first: number, inputOf: (nth: number) => RoundInput): Expr[] {
  const all: Expr[] = [];
  let states = GROUPS.map((group) => stateOf(hash, group));
  for (let nth = 0; nth < TURN; nth++) {
    const { code, input } = inputOf(nth);
    const made: readonly RoundCode[] = GROUPS.map((group) =>
      hash.round(first + nth, states[group] as readonly string[], input(group)),
    );
    all.push(...code);
    for (let line = 0; line < (made[0] as RoundCode).code.length; line++) {
      all.push(...made.map((one) => one.code[line] as Expr));
    }
    states = made.map(({ state }) => state);
  }
  return all;
}

function turns(label: string, times: number, body: readonly Expr[]): Expr[] {
  return [
    set("turn", i32(times)),
    loop(label, op("i32.gt_s", get("turn"), i32(0)), [...body, advance("turn", -1)]),
  ];
}

/** Whose codes are those that were submitted, of one group. */
function judge(hash: Hash, group: Group, masks: readonly string[]): Expr[] {
  const digest = sums(hash, group, hash.stateWords).map((sum, nth) => set(`d${nth}`, sum));
  const found = LANES.flatMap((lane) => {
    const key = LANES.length * group + lane;
    const mask = masks[key] as string;
    const submitted = `(i32.load ${at(4 * key, "codes")})`;
    const isFound = op("i32.shl", op("i32.eq", get("value"), submitted), get("step"));
    return [...laneCode(lane), set(mask, op("i32.or", get(mask), isFound))];
  });
  return [...digest, ...storeLanes(hash), ...found];
}
