// Consecutive codes of one key: a counter a lane.

import { type Expr, get, i32, op, set } from "./alu.ts";
import type { Hash } from "./hash.ts";
import { innerByTable, innerOf, LANES, laneCode, mac, storeLanes } from "./mac.ts";
import { advance, func, localsOf, loop, names } from "./parts.ts";
import { fromLaneTable, makeLaneTable } from "./tables.ts";

const locals = (hash: Hash): Readonly<Record<string, "i32" | "i64" | "v128">> => ({
  ...localsOf(hash, ["m", 2 * hash.stateWords], ["d", hash.stateWords]),
  high: "v128",
  low: "v128",
  value: "i32",
});

const loadKey = (hash: Hash): Expr[] =>
  names("m", 2 * hash.stateWords).map((local, at) =>
    set(local, `(v128.load32_splat offset=${4 * at} ${get("key")})`),
  );

/** The counters of the four lanes, from the one in `hi` and `lo`. */
function laneCounters(): Expr[] {
  const low = op("i32x4.add", op("i32x4.splat", get("lo")), "(v128.const i32x4 0 1 2 3)");
  // Where the low words wrapped they are below the first one: the comparison is -1 there.
  const carry = op("i32x4.lt_u", get("low"), op("i32x4.splat", get("lo")));
  return [set("low", low), set("high", op("i32x4.sub", op("i32x4.splat", get("hi")), carry))];
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
    params: ["key", "hi", "lo", "count", "modulus", "out"],
    locals: locals(hash),
    body: [
      ...loadKey(hash),
      loop("turn", op("i32.gt_s", get("count"), i32(0)), [
        ...laneCounters(),
        ...mac(hash, innerOf(hash, "high", "low")),
        ...storeCodes(hash),
        advance("out", 16),
        advance("count", -4),
        advance("lo", 4),
        set("hi", op("i32.add", get("hi"), op("i32.lt_u", get("lo"), i32(4)))),
      ]),
    ],
  });
}

/**
 * Four codes of one key, by a table that is made when a counter is asked for twice running: one
 * login after the other comes in the same step.
 */
export function laneFour(hash: Hash): string {
  const high = op("i64.shl", op("i64.extend_i32_u", get("hi")), "(i64.const 32)");
  const counter = op("i64.or", high, op("i64.extend_i32_u", get("lo")));
  const seen = `$${hash.name}_seen`;
  const isReady = `$${hash.name}_ready`;
  const range = ["key", "hi", "lo"].map(get);
  return [
    `(global ${seen} (mut i64) (i64.const 0))`,
    `(global ${isReady} (mut i32) (i32.const 0))`,
    func({
      name: `${hash.name}_four`,
      params: ["key", "hi", "lo", "modulus", "out"],
      locals: { ...locals(hash), counter: "i64" },
      body: [
        set("counter", counter),
        `(if ${op("i64.ne", get("counter"), `(global.get ${seen})`)} (then`,
        `(global.set ${seen} ${get("counter")})`,
        `(global.set ${isReady} (i32.const 0))`,
        `(call $${hash.name}_range ${range.join(" ")} (i32.const 4) ${get("modulus")} ${get("out")})`,
        "(return)))",
        `(if (i32.eqz (global.get ${isReady})) (then`,
        ...laneCounters(),
        ...makeLaneTable(hash),
        `(global.set ${isReady} (i32.const 1))`,
        "))",
        ...loadKey(hash),
        ...mac(hash, innerByTable(hash, fromLaneTable)),
        ...storeCodes(hash),
      ],
    }),
  ].join("\n");
}
