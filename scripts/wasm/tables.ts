// Message schedules that many keys share: the inner block of HMAC holds the counter alone, so that
// its words are the same for every token of a step. They are made once, with the constants of the
// rounds added, in memory of each instance's own.
//
//   H_steps(first, steps)   a table a step: one 32-bit word a round
//   H_lanes(high, low)      one table for four consecutive counters: a vector a round
//
// Globals say of which counter the tables are, so that a call of the same step finds them made.

import {
  type Alu,
  type Expr,
  get,
  i32,
  i64,
  op,
  roundInput,
  scalar32,
  set,
  type Word,
} from "./alu.ts";
import type { Hash } from "./hash.ts";
import { counterBlock } from "./mac.ts";
import { advance, func, loop, names } from "./parts.ts";

/** Address of this instance's tables. */
export const TABLES: Expr = "(global.get $tables)";
/** Steps of a batch at most. */
const STEPS = 32;

/** Where a hash's tables begin, SHA-1's first: those of its steps, then the one of four lanes. */
function placeOf(hash: Hash): number {
  return hash.name === "sha1" ? 0 : (STEPS * 4 + 16) * 80;
}

const lanesPlace = (hash: Hash): number => placeOf(hash) + STEPS * tableBytes(hash);

/** Bytes of all tables: what comes behind them begins there. SHA-256's come last. */
export const tablesEnd = (): number => (STEPS * 4 + 16) * (80 + 64);

/** Address of the first step's table. */
export function stepTablesOf(hash: Hash): Expr {
  return op("i32.add", TABLES, i32(placeOf(hash)));
}

/** Bytes of a step's table. */
export const tableBytes = (hash: Hash): number => 4 * hash.rounds;

/** The word of a round, for all lanes, from the table at the address in a local. */
export const fromStepTable =
  (local: string) =>
  (round: number): Expr =>
    `(v128.load32_splat offset=${4 * round} ${get(local)})`;

/** The words of a round, one a lane. */
export const fromLaneTable =
  (hash: Hash) =>
  (round: number): Expr =>
    `(v128.load offset=${lanesPlace(hash) + 16 * round} ${TABLES})`;

/** Globals of a hash. */
export function tableGlobals({ name }: Hash): string {
  return [
    `(global $${name}_first (mut i64) (i64.const 0))`,
    `(global $${name}_made (mut i32) (i32.const 0))`,
  ].join("\n");
}

/** Code that has the tables of `steps` steps from the counter in the local `first` made. */
export function wantStepTables({ name }: Hash): Expr {
  const isOther = op("i64.ne", get("first"), `(global.get $${name}_first)`);
  const isShort = op("i32.gt_u", get("steps"), `(global.get $${name}_made)`);
  const make = `(call $${name}_steps ${get("first")} ${get("steps")})`;
  return `(if ${op("i32.or", isOther, isShort)} (then ${make}))`;
}

/** @see the head of this file */
export function stepTables(hash: Hash): string {
  const low = op("i32.wrap_i64", get("first"));
  const high = op("i32.wrap_i64", op("i64.shr_u", get("first"), i64(32)));
  return func({
    name: `${hash.name}_steps`,
    params: ["first", "steps"],
    wide: { first: "i64" },
    locals: localsOf(scalar32, { out: "i32", high: "i32", low: "i32" }),
    body: [
      `(global.set $${hash.name}_first ${get("first")})`,
      `(global.set $${hash.name}_made ${get("steps")})`,
      set("out", stepTablesOf(hash)),
      loop("step", op("i32.gt_s", get("steps"), i32(0)), [
        set("low", low),
        set("high", high),
        ...schedule(
          hash,
          scalar32,
          (round, word) => `(i32.store offset=${4 * round} ${get("out")} ${word})`,
        ),
        set("first", op("i64.add", get("first"), i64(1))),
        advance("out", tableBytes(hash)),
        advance("steps", -1),
      ]),
    ],
  });
}

/** Code that makes the table of the counters in the locals `high` and `low`. */
export function makeLaneTable(hash: Hash): Expr[] {
  return schedule(
    hash,
    hash.alu,
    (round, word) => `(v128.store offset=${lanesPlace(hash) + 16 * round} ${TABLES} ${word})`,
  );
}

/** Each round's word and constant, added. */
function schedule(hash: Hash, alu: Alu, store: (round: number, word: Expr) => Expr): Expr[] {
  const ring: Word[] = counterBlock(hash, { local: "high" }, { local: "low" });
  return hash.keys.flatMap((key, round) => {
    const code = round < 16 ? [] : hash.schedule(alu, ring, round);
    return [...code, store(round, roundInput(alu, ring[round % 16] as Word, key))];
  });
}

function localsOf(
  { type }: Alu,
  others: Readonly<Record<string, "i32">>,
): Readonly<Record<string, Alu["type"]>> {
  return {
    ...Object.fromEntries([...names("w", 16), "t"].map((local) => [local, type])),
    ...others,
  };
}
