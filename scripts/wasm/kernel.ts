// The verifier's kernel as WebAssembly text: HMAC from cached midstates and dynamic truncation
// (RFC 2104 §4, RFC 4226 §5.3), with nothing left to decide at run time but the numbers.
//
// Memory is the host's, shared, so that workers can use the same keys. A key is its two midstates,
// the chaining values after the padded key's block: inner words first, then outer ones. `scratch`
// is 128 bytes of each instance's own. Nothing else is kept, nothing is branched on a secret.
//
//   H_midstates(block, out)                     block: the key filled up with zeros, native words
//   H_range(key, hi, lo, count, modulus, out)   codes of consecutive counters, u32 each
//   H_batch(keys, counters, codes, n, steps, modulus, out)
//       keys: n addresses; counters: n first counters, u64; codes: n submitted codes, u32
//       out: n masks, bit s set when the code is that of counter + s; n a multiple of 4
//   sha512_midstate(block, pad, out) makes one of the two; there is no sha512_batch.

import { type Expr, get, i32, lanes, op, set } from "./alu.ts";
import { laneBatch } from "./batch.ts";
import type { Hash } from "./hash.ts";
import { counterBlock, LANES, laneCode, mac, storeLanes } from "./mac.ts";
import { advance, func, localsOf, loop, names } from "./parts.ts";
import { scalarMidstate, scalarRange } from "./scalar.ts";
import { sha1 } from "./sha1.ts";
import { sha256, sha512 } from "./sha2.ts";

/** The whole module in text form. */
export function kernelText(): string {
  return [
    "(module",
    '(import "host" "memory" (memory 1 65536 shared))',
    '(global $scratch (export "scratch") (mut i32) (i32.const 0))',
    ...[sha1, sha256].flatMap((hash) => [laneMidstates(hash), laneRange(hash), laneBatch(hash)]),
    scalarMidstate(sha512),
    scalarRange(sha512),
    ")",
  ].join("\n");
}

/** Both midstates of a key at once, a lane each. */
function laneMidstates(hash: Hash): string {
  const state = names("s", hash.stateWords);
  const pads = "(v128.const i32x4 0x36363636 0x5c5c5c5c 0 0)";
  const block = names("w", 16);
  const initial = hash.initial.map((word) => lanes.constant(word));
  return func({
    name: `${hash.name}_midstates`,
    params: ["block", "out"],
    locals: localsOf(hash),
    body: [
      ...block.map((local, at) =>
        set(local, op("v128.xor", `(v128.load32_splat offset=${4 * at} ${get("block")})`, pads)),
      ),
      ...state.map((local, at) => set(local, initial[at] as Expr)),
      ...hash.compress(
        state,
        block.map((local) => ({ local })),
      ),
      ...state.flatMap((local, at) => [
        set(local, lanes.add(get(local), initial[at] as Expr)),
        `(v128.store32_lane offset=${4 * at} 0 ${get("out")} ${get(local)})`,
        `(v128.store32_lane offset=${4 * (hash.stateWords + at)} 1 ${get("out")} ${get(local)})`,
      ]),
    ],
  });
}

/** Four consecutive counters of one key a turn. */
function laneRange(hash: Hash): string {
  const midstates = names("m", 2 * hash.stateWords);
  const low = op("i32x4.add", op("i32x4.splat", get("lo")), "(v128.const i32x4 0 1 2 3)");
  // Where the low words wrapped they are below the first one: the comparison is -1 there.
  const carry = op("i32x4.lt_u", get("low"), op("i32x4.splat", get("lo")));
  return func({
    name: `${hash.name}_range`,
    params: ["key", "hi", "lo", "count", "modulus", "out"],
    locals: {
      ...localsOf(hash, ["m", 2 * hash.stateWords], ["d", hash.stateWords]),
      high: "v128",
      low: "v128",
      value: "i32",
    },
    body: [
      ...midstates.map((local, at) =>
        set(local, `(v128.load32_splat offset=${4 * at} ${get("key")})`),
      ),
      loop("turn", op("i32.gt_s", get("count"), i32(0)), [
        set("low", low),
        set("high", op("i32x4.sub", op("i32x4.splat", get("hi")), carry)),
        ...mac(hash, counterBlock(hash, { local: "high" }, { local: "low" })),
        ...storeLanes(hash),
        ...LANES.flatMap((lane) => [
          ...laneCode(lane),
          `(i32.store offset=${4 * lane} ${get("out")} ${get("value")})`,
        ]),
        advance("out", 16),
        advance("count", -4),
        advance("lo", 4),
        set("hi", op("i32.add", get("hi"), op("i32.lt_u", get("lo"), i32(4)))),
      ]),
    ],
  });
}
