// Consecutive codes of one key: a counter a lane.

import { type Expr, get, i32, i64, op, set } from "./alu.ts";
import type { Hash } from "./hash.ts";
import { innerByTable, innerOf, LANES, laneCode, mac, storeLanes } from "./mac.ts";
import { advance, func, localsOf, loop, names } from "./parts.ts";
import { fromLaneTable, makeLaneTable } from "./tables.ts";

const locals = (hash: Hash): Readonly<Record<string, "i32" | "i64" | "v128">> => ({
  ...localsOf(hash, ["m", 2 * hash.stateWords], ["d", hash.stateWords]),
  high: "v128",
  low: "v128",
  value: "i32",
  word: "i32",
});

const loadKey = (hash: Hash): Expr[] =>
  names("m", 2 * hash.stateWords).map((local, at) =>
    set(local, `(v128.load32_splat offset=${4 * at} ${get("key")})`),
  );

/** The counters of the four lanes, from the one in `first`. */
function laneCounters(): Expr[] {
  const lo = op("i32x4.splat", op("i32.wrap_i64", get("first")));
  const hi = op("i32x4.splat", op("i32.wrap_i64", op("i64.shr_u", get("first"), i64(32))));
  // Where the low words wrapped they are below the first one: the comparison is -1 there.
  const carry = op("i32x4.lt_u", get("low"), lo);
  return [
    set("low", op("i32x4.add", lo, "(v128.const i32x4 0 1 2 3)")),
    set("high", op("i32x4.sub", hi, carry)),
  ];
}

const storeCodes = (hash: Hash): Expr[] => [
  ...storeLanes(hash),
  ...LANES.flatMap((lane) => [
    ...laneCode(lane),
    `(i32.store offset=${4 * lane} ${get("out")} ${get("value")})`,
  ]),
];

/** Four consecutive counters of one key a turn. */
export function laneRange(hash: Hash): string {
  return func({
    name: `${hash.name}_range`,
    params: ["key", "first", "count", "modulus", "out"],
    wide: { first: "i64" },
    locals: locals(hash),
    body: [
      ...loadKey(hash),
      loop("turn", op("i32.gt_s", get("count"), i32(0)), [
        ...laneCounters(),
        ...mac(hash, innerOf(hash, "high", "low")),
        ...storeCodes(hash),
        advance("out", 16),
        advance("count", -4),
        set("first", op("i64.add", get("first"), i64(4))),
      ]),
    ],
  });
}

/**
 * One submission: the code is looked for among four consecutive counters, all of them computed, in
 * one call. Their message schedules are made once and kept for the next call of the same counter:
 * one login after the other comes in the same step.
 */
export function laneMatch(hash: Hash): string {
  const known = `$${hash.name}_known`;
  const isKnown = `$${hash.name}_is_known`;
  const isFound = (lane: number): Expr =>
    op("i32.shl", op("i32.eq", get("value"), get("code")), i32(lane));
  return [
    `(global ${known} (mut i64) (i64.const 0))`,
    `(global ${isKnown} (mut i32) (i32.const 0))`,
    func({
      name: `${hash.name}_match`,
      params: ["key", "first", "code", "modulus"],
      wide: { first: "i64" },
      result: "i32",
      locals: { ...locals(hash), mask: "i32" },
      body: [
        `(if (i32.or ${op("i64.ne", get("first"), `(global.get ${known})`)}`,
        `(i32.eqz (global.get ${isKnown}))) (then`,
        ...laneCounters(),
        ...makeLaneTable(hash),
        `(global.set ${known} ${get("first")})`,
        `(global.set ${isKnown} (i32.const 1))`,
        "))",
        ...loadKey(hash),
        ...mac(hash, innerByTable(hash, fromLaneTable(hash))),
        ...storeLanes(hash),
        ...LANES.flatMap((lane) => [
          ...laneCode(lane),
          set("mask", op("i32.or", get("mask"), isFound(lane))),
        ]),
        get("mask"),
      ],
    }),
  ].join("\n");
}
