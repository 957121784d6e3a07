// What the kernel's generator needs to know of a hash.

import type { Alu, Expr, Word } from "./alu.ts";

/** A hash whose compression function can be written out. */
export interface Hash {
  readonly name: "sha1" | "sha256" | "sha512";
  readonly alu: Alu;
  readonly stateWords: number;
  readonly blockBytes: number;
  /** Bytes of a digest: what the inner hash of HMAC hands to the outer one. */
  readonly digestBytes: number;
  /** H(0). */
  readonly initial: readonly bigint[];
  /**
   * Code that turns the chaining value in the locals `state` into that of the next block, without
   * the last addition of the old one. Uses the locals w0 to w15 and t.
   */
  compress(state: readonly string[], block: readonly Word[]): Expr[];
}
