// Keys made ready for the engine, so that a login does not prepare its secret anew.

import type { Engine, EngineKey } from "./engines/engine.ts";
import type { StoredToken } from "./stores/store.ts";

/** Keys kept; the longest unused goes first. A key is some 200 bytes. */
const MAX_KEYS = 100_000;

/** A deleted token has no secret; no decision asks for its codes. */
const NO_KEY: EngineKey = {
  codeAt(): string {
    throw new Error("a deleted token has no codes");
  },
  codes(): Uint32Array {
    throw new Error("a deleted token has no codes");
  },
  dispose(): void {},
};

/** @see KeyCache.of */
export class KeyCache {
  readonly #engine: Engine;
  readonly #keys = new Map<number, EngineKey>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The key of a token. To be used before anything is awaited: it may be disposed of after. */
  of(token: StoredToken): EngineKey {
    if (token.record.state === "deleted") {
      this.drop(token.id);
      return NO_KEY;
    }
    const cached = this.#keys.get(token.id);
    // Moving a key to the end costs as much as a code: only when keys will soon have to go.
    if (cached !== undefined && this.#keys.size < MAX_KEYS / 2) return cached;
    const key = cached ?? this.#engine.prepare(token.secret, token.record.parameters);
    this.#keys.delete(token.id);
    this.#keys.set(token.id, key);
    const [oldest] = this.#keys.keys();
    if (this.#keys.size > MAX_KEYS && oldest !== undefined) this.drop(oldest);
    return key;
  }

  /** The key of a token if there is one now. */
  peek(id: number): EngineKey | null {
    return this.#keys.get(id) ?? null;
  }

  /** Wipes the key of a token. */
  drop(id: number): void {
    this.#keys.get(id)?.dispose();
    this.#keys.delete(id);
  }

  /** Wipes all keys. */
  clear(): void {
    for (const id of [...this.#keys.keys()]) this.drop(id);
  }
}
