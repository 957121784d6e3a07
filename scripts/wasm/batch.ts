// Many submissions in one call: four keys at a time, a key a lane. Where the four begin with the
// counter that the call begins with, as those of one time step do, the schedule of the inner hash
// comes from a table that all of them share; else each lane works out its own.

import { type Expr, get, i32, lanes, op, set } from "./alu.ts";
import type { Hash } from "./hash.ts";
import { innerByTable, innerOf, LANES, laneCode, mac, storeLanes } from "./mac.ts";
import { advance, func, localsOf, loop, names } from "./parts.ts";
import { fromStepTable, stepTablesOf, tableBytes, wantStepTables } from "./tables.ts";

/** Four keys a turn, each with its own counter. */
export function laneBatch(hash: Hash): string {
  return func({
    name: `${hash.name}_batch`,
    params: ["keys", "counters", "codes", "n", "steps", "modulus", "out"],
    locals: {
      ...localsOf(hash, ["m", 2 * hash.stateWords], ["d", hash.stateWords]),
      ...Object.fromEntries(
        ["p", "code", "mask"].flatMap((local) => names(local, 4)).map((local) => [local, "i32"]),
      ),
      first: "i64",
      high: "v128",
      low: "v128",
      value: "i32",
      word: "i32",
      step: "i32",
      table: "i32",
    },
    body: [
      set("first", `(i64.load ${get("counters")})`),
      wantStepTables(hash),
      loop("turn", op("i32.gt_s", get("n"), i32(0)), [
        ...loadFour(hash),
        set("step", i32(0)),
        `(if ${isUniform()} (then`,
        set("table", stepTablesOf(hash)),
        steps(hash, "shared", innerByTable(hash, fromStepTable("table")), [
          advance("table", tableBytes(hash)),
        ]),
        ") (else",
        set("low", counterWord(0)),
        set("high", counterWord(4)),
        steps(hash, "own", innerOf(hash, "high", "low"), [
          set("low", op("i32x4.add", get("low"), lanes.constant(1n))),
          set("high", op("i32x4.sub", get("high"), op("i32x4.eq", get("low"), lanes.constant(0n)))),
        ]),
        "))",
        ...LANES.map(
          (lane) => `(i32.store offset=${4 * lane} ${get("out")} ${get(`mask${lane}`)})`,
        ),
        advance("keys", 16),
        advance("counters", 32),
        advance("codes", 16),
        advance("out", 16),
        advance("n", -4),
      ]),
    ],
  });
}

/** Whether the counters of all four are `first`. */
function isUniform(): Expr {
  const two = (offset: number): Expr =>
    op(
      "i64x2.eq",
      `(v128.load offset=${offset} ${get("counters")})`,
      op("i64x2.splat", get("first")),
    );
  return op("i64x2.all_true", op("v128.and", two(0), two(16)));
}

/** Keys, codes and masks of the next four. */
function loadFour(hash: Hash): Expr[] {
  const gathered = (offset: number): Expr =>
    LANES.slice(1).reduce(
      (vector: Expr, lane) =>
        `(v128.load32_lane offset=${offset} ${lane} ${get(`p${lane}`)} ${vector})`,
      `(v128.load32_splat offset=${offset} ${get("p0")})`,
    );
  return [
    ...LANES.flatMap((lane) => [
      set(`p${lane}`, `(i32.load offset=${4 * lane} ${get("keys")})`),
      set(`code${lane}`, `(i32.load offset=${4 * lane} ${get("codes")})`),
      set(`mask${lane}`, i32(0)),
    ]),
    ...names("m", 2 * hash.stateWords).map((local, at) => set(local, gathered(4 * at))),
  ];
}

/** One word of the four counters. */
function counterWord(word: number): Expr {
  return LANES.slice(1).reduce(
    (vector: Expr, lane) =>
      `(v128.load32_lane offset=${8 * lane + word} ${lane} ${get("counters")} ${vector})`,
    `(v128.load32_splat offset=${word} ${get("counters")})`,
  );
}

/** All steps of four keys. */
function steps(
  hash: Hash,
  label: string,
  inner: Parameters<typeof mac>[1],
  next: readonly Expr[],
): Expr {
  const isFound = (lane: number): Expr =>
    op("i32.shl", op("i32.eq", get("value"), get(`code${lane}`)), get("step"));
  return loop(label, op("i32.lt_s", get("step"), get("steps")), [
    ...mac(hash, inner),
    ...storeLanes(hash),
    ...LANES.flatMap((lane) => [
      ...laneCode(lane),
      set(`mask${lane}`, op("i32.or", get(`mask${lane}`), isFound(lane))),
    ]),
    ...next,
    advance("step", 1),
  ]);
}
