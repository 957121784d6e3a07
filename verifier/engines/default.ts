// Which engine a verifier uses unless it is told: the WebAssembly kernel where it loads and passes
// its self-test, else node:crypto.

import type { Engine } from "./engine.ts";
import { nodeCryptoEngine } from "./node-crypto.ts";
import { loadSimdEngine, type SimdLoad } from "./simd/engine.ts";

/** An engine, and why it is that one. */
export interface EngineChoice {
  readonly engine: Engine;
  /** One sentence for operators. */
  readonly reason: string;
}

let choice: EngineChoice | undefined;

/** The fastest engine that works here; the same one each time. */
export function defaultEngine(): EngineChoice {
  choice ??= chooseEngine(loadSimdEngine());
  return choice;
}

/** @see defaultEngine */
export function chooseEngine(load: SimdLoad): EngineChoice {
  return load.kind === "loaded"
    ? { engine: load.engine, reason: "WebAssembly SIMD loads here and passes its self-test" }
    : { engine: nodeCryptoEngine, reason: load.reason };
}
