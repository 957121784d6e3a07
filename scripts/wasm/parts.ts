// Functions, locals and loops in WebAssembly's text form.

import { type Expr, get, i32, op, set } from "./alu.ts";
import type { Hash } from "./hash.ts";

/** A function of the module. */
export interface Parts {
  readonly name: string;
  readonly params: readonly string[];
  /** Types of parameters that are not 32-bit. */
  readonly wide?: Readonly<Record<string, "i64">>;
  readonly locals: Readonly<Record<string, "i32" | "i64" | "v128">>;
  /** What the last expression of the body leaves; absent: nothing. */
  readonly result?: "i32";
  readonly body: readonly Expr[];
}

/** A function that is exported, and called by its name from others. */
export function func({ name, params, wide = {}, result, locals, body }: Parts): string {
  const declared = Object.entries(locals).map(([local, type]) => `(local $${local} ${type})`);
  const taken = params.map((param) => `(param $${param} ${wide[param] ?? "i32"})`);
  const given = result === undefined ? [] : [`(result ${result})`];
  const head = `(func $${name} (export "${name}")`;
  return `${head} ${[...taken, ...given, ...declared].join(" ")}\n${body.join("\n")})`;
}

/** `count` names of locals: s0, s1, … */
export function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}${at}`);
}

/** The locals of a hash's words, and further ones by prefix and count. */
export function localsOf(hash: Hash, ...prefixes: readonly [string, number][]): Parts["locals"] {
  const all = [["s", hash.stateWords], ["w", 16], ...prefixes] as const;
  const words = all.flatMap(([prefix, count]) => names(prefix, count));
  return Object.fromEntries([...words, "t"].map((local) => [local, hash.alu.type]));
}

/** Repeats `body` while `condition` holds. */
export function loop(label: string, condition: Expr, body: readonly Expr[]): Expr {
  return [
    `(block $${label}_end (loop $${label}`,
    `(br_if $${label}_end (i32.eqz ${condition}))`,
    ...body,
    `(br $${label})))`,
  ].join("\n");
}

/** Adds a known number to a local. */
export const advance = (local: string, by: number): Expr =>
  set(local, op("i32.add", get(local), i32(by)));
