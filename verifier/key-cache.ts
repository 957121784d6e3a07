// Keys made ready for the engine, so that a login does not prepare its secret anew.

import type { Engine, EngineKey } from "./engines/engine.ts";
import { Column } from "./stores/compact/columns.ts";
import type { TokenKey } from "./stores/direct.ts";
import type { StoredToken } from "./stores/store.ts";

/**
 * Keys kept as objects, of some 200 bytes; the longest unused goes first. Twice as many as are used
 * before anything is awaited (MAX_SUBMISSIONS): none of those goes.
 */
const MAX_KEYS = 131_072;
/** Ids of keys that are parked by the engine, 4 bytes each, instead of being wiped. */
const MAX_PARKED_ID = 16_777_215;

/** A deleted token has no secret; no decision asks for its codes. */
const NO_KEY: EngineKey = {
  codeAt(): string {
    throw new Error("a deleted token has no codes");
  },
  codes(): Uint32Array {
    throw new Error("a deleted token has no codes");
  },
  search(): number {
    throw new Error("a deleted token has no codes");
  },
  dispose(): void {},
};

/** @see KeyCache.of */
export class KeyCache {
  readonly #engine: Engine;
  readonly #keys = new Map<number, EngineKey>();
  /** By id: the engine's number of its parked key; 0 for none. */
  readonly #parked = new Column<Uint32Array>(Uint32Array);

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
    const key = cached ?? this.#unpark(token) ?? this.#prepare(token);
    this.#keys.delete(token.id);
    this.#keys.set(token.id, key);
    if (this.#keys.size > MAX_KEYS) this.#removeOldest();
    return key;
  }

  /** Makes a key ready before it is needed. */
  keep(token: StoredToken): void {
    const { id, secret, record } = token;
    if (record.state === "deleted") return;
    if (!this.keepKey({ id, secret, parameters: record.parameters })) this.of(token);
  }

  /** Whether keys can be kept without the tokens they are of. */
  get canPark(): boolean {
    return this.#engine.parking !== undefined;
  }

  /** As `keep`; false where the token itself is needed, and nothing was done. */
  keepKey({ id, secret, parameters }: TokenKey): boolean {
    const { parking } = this.#engine;
    if (this.#keys.has(id)) return true;
    if (parking === undefined || id > MAX_PARKED_ID) return false;
    if (this.#parked.get(id) === 0) {
      this.#parked.set(id, parking.park(this.#engine.prepare(secret, parameters)));
    }
    return true;
  }

  /** The key of a token if there is one at hand. */
  peek(id: number): EngineKey | null {
    return this.#keys.get(id) ?? null;
  }

  /** Wipes the key of a token. */
  drop(id: number): void {
    this.#keys.get(id)?.dispose();
    this.#keys.delete(id);
    const parked = this.#parked.get(id);
    if (parked === 0) return;
    this.#parked.set(id, 0);
    this.#engine.parking?.wipe(parked);
  }

  /** Wipes all keys. */
  clear(): void {
    for (const id of [...this.#keys.keys()]) this.drop(id);
    for (let id = 1; id < this.#parked.values.length; id++) this.drop(id);
  }

  #prepare({ secret, record }: StoredToken): EngineKey {
    return this.#engine.prepare(secret, record.parameters);
  }

  #unpark({ id, record }: StoredToken): EngineKey | undefined {
    const parked = this.#parked.get(id);
    if (parked === 0) return undefined;
    this.#parked.set(id, 0);
    return this.#engine.parking?.unpark(parked, record.parameters);
  }

  /** Wiped, or parked where the engine can. */
  #removeOldest(): void {
    const [oldest] = this.#keys.keys();
    const key = oldest === undefined ? undefined : this.#keys.get(oldest);
    if (oldest === undefined || key === undefined) return;
    const { parking } = this.#engine;
    if (parking === undefined || oldest > MAX_PARKED_ID) key.dispose();
    else this.#parked.set(oldest, parking.park(key));
    this.#keys.delete(oldest);
  }
}
