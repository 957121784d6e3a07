// The verifier's kernel as WebAssembly text: HMAC from cached midstates and dynamic truncation
// (RFC 2104 §4, RFC 4226 §5.3), with nothing left to decide at run time but the numbers.
//
// Memory is the host's, shared, so that workers can use the same keys. A key is its two midstates,
// the chaining values after the padded key's block: inner words first, then outer ones. `scratch`
// is 128 bytes of each instance's own, `tables` its message schedules (tables.ts). Nothing else is
// kept, nothing is branched on a secret.
//
//   H_midstates(block, out)                     block: the key filled up with zeros, native words
//   H_range(key, first, count, modulus, out)    codes of consecutive counters, u32 each; first: u64
//   H_match(key, first, code, modulus)          looks for a code among four counters: a mask
//   H_batch(keys, counters, codes, n, steps, modulus, out)
//       keys: n addresses; counters: n first counters, u64; codes: n submitted codes, u32
//       out: n masks, bit s set when the code is that of counter + s; n a multiple of 4
//   sha1_eight is what a batch does eight keys of one step with.
//   sha512_midstate(block, pad, out) makes one of the two; sha512 has no batch and no match.

import { type Expr, get, lanes, op, set } from "./alu.ts";
import { laneBatch } from "./batch.ts";
import { withConstants } from "./constants.ts";
import { laneEight } from "./eight.ts";
import { compress, type Hash } from "./hash.ts";
import { func, localsOf, names } from "./parts.ts";
import { laneMatch, laneRange } from "./range.ts";
import { scalarMidstate, scalarRange } from "./scalar.ts";
import { sha1 } from "./sha1.ts";
import { sha256, sha512 } from "./sha2.ts";
import { stepTables, tableGlobals } from "./tables.ts";

/** The whole module in text form. */
export function kernelText(): string {
  const functions = [sha1, sha256].flatMap((hash) => [
    laneMidstates(hash),
    laneRange(hash),
    laneMatch(hash),
    stepTables(hash),
    laneBatch(hash),
  ]);
  functions.push(laneEight(sha1));
  return [
    "(module",
    '(import "host" "memory" (memory 1 65536 shared))',
    '(global $scratch (export "scratch") (mut i32) (i32.const 0))',
    '(global $tables (export "tables") (mut i32) (i32.const 0))',
    tableGlobals(sha1),
    tableGlobals(sha256),
    withConstants([...functions, scalarMidstate(sha512), scalarRange(sha512)].join("\n")),
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
      ...compress(
        hash,
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
