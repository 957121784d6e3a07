// Many submissions in one call: four keys at a time, a key a lane.

import { type Expr, get, i32, lanes, op, set } from "./alu.ts";
import type { Hash } from "./hash.ts";
import { counterBlock, LANES, laneCode, mac, storeLanes } from "./mac.ts";
import { advance, func, localsOf, loop, names } from "./parts.ts";

/** Four keys a turn, each with its own counter. */
export function laneBatch(hash: Hash): string {
  const gathered = (offset: number, addresses: readonly Expr[]): Expr =>
    addresses.reduce(
      (vector, address, lane) =>
        lane === 0 ? vector : `(v128.load32_lane offset=${offset} ${lane} ${address} ${vector})`,
      `(v128.load32_splat offset=${offset} ${addresses[0]})`,
    );
  const counterAt = (word: number): Expr =>
    LANES.slice(1).reduce(
      (vector: Expr, lane) =>
        `(v128.load32_lane offset=${8 * lane + word} ${lane} ${get("counters")} ${vector})`,
      `(v128.load32_splat offset=${word} ${get("counters")})`,
    );
  return func({
    name: `${hash.name}_batch`,
    params: ["keys", "counters", "codes", "n", "steps", "modulus", "out"],
    locals: {
      ...localsOf(hash, ["m", 2 * hash.stateWords], ["d", hash.stateWords]),
      ...Object.fromEntries(
        LANES.flatMap((lane) => [
          [`p${lane}`, "i32" as const],
          [`code${lane}`, "i32" as const],
          [`mask${lane}`, "i32" as const],
        ]),
      ),
      high: "v128",
      low: "v128",
      value: "i32",
      step: "i32",
    },
    body: [
      loop("turn", op("i32.gt_s", get("n"), i32(0)), [
        ...LANES.flatMap((lane) => [
          set(`p${lane}`, `(i32.load offset=${4 * lane} ${get("keys")})`),
          set(`code${lane}`, `(i32.load offset=${4 * lane} ${get("codes")})`),
          set(`mask${lane}`, i32(0)),
        ]),
        ...names("m", 2 * hash.stateWords).map((local, at) =>
          set(
            local,
            gathered(
              4 * at,
              LANES.map((lane) => get(`p${lane}`)),
            ),
          ),
        ),
        set("low", counterAt(0)),
        set("high", counterAt(4)),
        set("step", i32(0)),
        loop("steps", op("i32.lt_s", get("step"), get("steps")), [
          ...mac(hash, counterBlock(hash, { local: "high" }, { local: "low" })),
          ...storeLanes(hash),
          ...LANES.flatMap((lane) => [
            ...laneCode(lane),
            set(
              `mask${lane}`,
              op(
                "i32.or",
                get(`mask${lane}`),
                op("i32.shl", op("i32.eq", get("value"), get(`code${lane}`)), get("step")),
              ),
            ),
          ]),
          set("low", op("i32x4.add", get("low"), lanes.constant(1n))),
          set("high", op("i32x4.sub", get("high"), op("i32x4.eq", get("low"), lanes.constant(0n)))),
          advance("step", 1),
        ]),
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
