import { expect, test } from "vitest";
import { totpParameters } from "../core/oath/parameters.ts";
import type { Engine, EngineKey, Parking } from "./engines/engine.ts";
import { KeyCache } from "./key-cache.ts";
import { newRecord } from "./record.ts";
import type { StoredToken } from "./stores/store.ts";

/** An engine that notes whose keys it made and which were disposed of. */
function countingEngine() {
  const made: number[] = [];
  const disposed: number[] = [];
  const engine: Engine = {
    name: "counting",
    description: "for tests",
    highestMovingFactor: 0n,
    prepare: ([first = 0, second = 0, third = 0]) => {
      const id = (first * 256 + second) * 256 + third;
      made.push(id);
      const codes = () => new Uint32Array([id]);
      const dispose = () => disposed.push(id);
      return { codeAt: () => String(id), codes, search: () => 0, dispose };
    },
  };
  return { engine, made, disposed };
}

const ENABLED = { ...newRecord(totpParameters()), state: "enabled" } as const;
const DELETED = { ...ENABLED, state: "deleted" } as const;

function token(id: number, state: "enabled" | "deleted" = "enabled"): StoredToken {
  const record = state === "enabled" ? ENABLED : DELETED;
  const secret = new Uint8Array([id >> 16, (id >> 8) & 255, id & 255]);
  return { id, label: "", user: null, secret, record, version: 0 };
}

test("a key is prepared once", () => {
  const { engine, made } = countingEngine();
  const cache = new KeyCache(engine);
  expect(cache.peek(1)).toBeNull();
  const key = cache.of(token(1));
  expect(cache.of(token(1))).toBe(key);
  expect(cache.peek(1)).toBe(key);
  expect(made).toEqual([1]);
});

test("a token that was deleted elsewhere has no codes, and its key goes", () => {
  const { engine, disposed } = countingEngine();
  const cache = new KeyCache(engine);
  cache.of(token(1));
  const key = cache.of(token(1, "deleted"));
  expect(disposed).toEqual([1]);
  expect(() => key.codeAt(0n)).toThrow("a deleted token has no codes");
  expect(() => key.dispose()).not.toThrow();
  expect(cache.peek(1)).toBeNull();
});

test("beyond 131,072 keys the longest unused one goes", () => {
  const { engine, disposed } = countingEngine();
  const cache = new KeyCache(engine);
  for (let id = 1; id <= 131_072; id++) cache.of(token(id));
  cache.of(token(1));
  expect(disposed).toEqual([]);
  cache.of(token(131_073));
  expect(disposed).toEqual([2]);
  cache.clear();
  expect(disposed.length).toBe(131_073);
  expect(cache.peek(1)).toBeNull();
});

test("an engine that parks keys keeps them all, makes none twice, and wipes those that are dropped", () => {
  const { engine, made, disposed } = countingEngine();
  const keys = new Map<number, EngineKey>();
  const parking: Parking = {
    park: (key) => {
      const id = Number(key.codeAt(0n));
      keys.set(id, key);
      return id;
    },
    unpark: (parked) => keys.get(parked) as EngineKey,
    wipe: (parked) => keys.get(parked)?.dispose(),
  };
  const cache = new KeyCache({ ...engine, parking });
  for (let id = 1; id <= 131_073; id++) cache.of(token(id));
  expect(disposed).toEqual([]);
  expect(cache.peek(1)).toBeNull();
  expect(cache.of(token(1)).codeAt(0n)).toBe("1");
  expect(made.length).toBe(131_073);
  cache.drop(2);
  cache.keep(token(200_000));
  const { id, secret, record } = token(200_000);
  expect(cache.keepKey({ id, secret, parameters: record.parameters })).toBe(true);
  expect(cache.keepKey({ id: 2 ** 24, secret, parameters: record.parameters })).toBe(false);
  expect(made.length).toBe(131_074);
  expect(disposed).toEqual([2]);
  cache.clear();
  expect(disposed.length).toBe(131_074);
});
