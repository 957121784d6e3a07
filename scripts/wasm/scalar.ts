// SHA-512, which runs best one word at a time.

import { get, i32, i64, op, scalar, set } from "./alu.ts";
import { compress, type Hash } from "./hash.ts";
import { innerOf, mac, reduced, SCRATCH } from "./mac.ts";
import { advance, func, localsOf, loop, names } from "./parts.ts";

/** One midstate: the key's block XORed with a pad. */
export function scalarMidstate(hash: Hash): string {
  const state = names("s", hash.stateWords);
  const block = names("w", 16);
  const pad = op("i64.mul", op("i64.extend_i32_u", get("pad")), "(i64.const 0x0101010101010101)");
  return func({
    name: `${hash.name}_midstate`,
    params: ["block", "pad", "out"],
    locals: localsOf(hash),
    body: [
      ...block.map((local, at) =>
        set(local, scalar.xor(`(i64.load offset=${8 * at} ${get("block")})`, pad)),
      ),
      ...state.map((local, at) => set(local, scalar.constant(hash.initial[at] as bigint))),
      ...compress(
        hash,
        state,
        block.map((local) => ({ local })),
      ),
      ...state.map(
        (local, at) =>
          `(i64.store offset=${8 * at} ${get("out")} ` +
          `${scalar.add(get(local), scalar.constant(hash.initial[at] as bigint))})`,
      ),
    ],
  });
}

/** Consecutive counters of one key. */
export function scalarRange(hash: Hash): string {
  const offset = op("i32.and", op("i32.wrap_i64", get("d7")), i32(15));
  const load = `(i32.load offset=20 align=1 ${op("i32.sub", SCRATCH, offset)})`;
  return func({
    name: `${hash.name}_range`,
    params: ["key", "first", "count", "modulus", "out"],
    wide: { first: "i64" },
    locals: {
      ...localsOf(hash, ["m", 2 * hash.stateWords], ["d", hash.stateWords]),
      value: "i32",
    },
    body: [
      ...names("m", 2 * hash.stateWords).map((local, at) =>
        set(local, `(i64.load offset=${8 * at} ${get("key")})`),
      ),
      loop("turn", op("i32.gt_s", get("count"), i32(0)), [
        ...mac(hash, innerOf(hash, "first", "first")),
        ...[2, 1, 0].map(
          (word, at) => `(i64.store offset=${8 * at} ${SCRATCH} ${get(`d${word}`)})`,
        ),
        set("value", op("i32.and", load, i32(0x7fff_ffff))),
        `(i32.store ${get("out")} ${reduced()})`,
        set("first", op("i64.add", get("first"), i64(1))),
        advance("out", 4),
        advance("count", -1),
      ]),
    ],
  });
}
