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
      ...(hash.name === "sha1" ? eights(hash) : []),
      loop("turn", op("i32.gt_s", get("n"), i32(0)), [
        ...loadFour(hash),
        set("step", i32(0)),
        `(if ${isUniform(LANES.length)} (then`,
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
        ...next(LANES.length),
      ]),
    ],
  });
}

/** Eight at a time as long as they are of one step. */
function eights(hash: Hash): Expr[] {
  const asked = ["keys", "codes", "steps", "modulus", "out"].map(get).join(" ");
  return [
    "(block $eights_end (loop $eights",
    `(br_if $eights_end ${op("i32.lt_s", get("n"), i32(8))})`,
    `(br_if $eights_end (i32.eqz ${isUniform(8)}))`,
    `(call $${hash.name}_eight ${asked})`,
    ...next(8),
    "(br $eights)))",
  ];
}

/** Goes on to those behind the next `keys`. */
function next(keys: number): Expr[] {
  const tables = { keys: 4, counters: 8, codes: 4, out: 4 };
  const advanced = Object.entries(tables).map(([table, bytes]) => advance(table, bytes * keys));
  return [...advanced, advance("n", -keys)];
}

/** Whether the counters of the next `keys` are all `first`. */
function isUniform(keys: number): Expr {
  const pairs = Array.from({ length: keys / 2 }, (_, pair) =>
    op(
      "i64x2.eq",
      `(v128.load offset=${16 * pair} ${get("counters")})`,
      op("i64x2.splat", get("first")),
    ),
  );
  return op(
    "i64x2.all_true",
    pairs.reduce((all, pair) => op("v128.and", all, pair)),
  );
}

/** The words at an offset from the addresses in the locals p0 to p3, a lane each. */
export function gathered(offset: number): Expr {
  return LANES.slice(1).reduce(
    (vector: Expr, lane) =>
      `(v128.load32_lane offset=${offset} ${lane} ${get(`p${lane}`)} ${vector})`,
    `(v128.load32_splat offset=${offset} ${get("p0")})`,
  );
}

/** Keys, codes and masks of the next four. */
function loadFour(hash: Hash): Expr[] {
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
