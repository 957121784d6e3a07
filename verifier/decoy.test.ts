import { describe, expect, it } from "vitest";
import { totpParameters } from "../core/oath/parameters.ts";
import type { Engine, EngineKey } from "./engines/engine.ts";
import { nodeCryptoEngine } from "./engines/node-crypto.ts";
import { policyOf } from "./policy.ts";
import { MemoryStore } from "./stores/memory.ts";
import type { Write } from "./stores/store.ts";
import { Verifier } from "./verifier.ts";

const NOW_US = 59_000_000 * 30_000_000;
const UNKNOWN = 4711;

/** Counts the codes that are computed. */
class CountingEngine implements Engine {
  readonly name = "counting";
  readonly description = "node-crypto, counted";
  readonly highestMovingFactor = nodeCryptoEngine.highestMovingFactor;
  codes = 0;

  prepare(...given: Parameters<Engine["prepare"]>): EngineKey {
    const key = nodeCryptoEngine.prepare(...given);
    return {
      codeAt: (movingFactor) => {
        this.codes++;
        return key.codeAt(movingFactor);
      },
      codes: (first, count) => {
        this.codes += count;
        return key.codes(first, count);
      },
      search: (first, count, code) => {
        this.codes += count;
        return key.search(first, count, code);
      },
      dispose: () => key.dispose(),
    };
  }
}

/** A store that has to be waited for, and tells how often. */
class WaitedStore {
  readonly writes: Write[][] = [];
  readonly store: MemoryStore;

  constructor() {
    const memory = new MemoryStore();
    this.store = new Proxy(memory, {
      has: (target, name) => name !== "loadNow" && name in target,
      get: (target, name) => {
        if (name === "writeMany") {
          return (writes: readonly Write[]) => {
            this.writes.push([...writes]);
            return target.writeMany(writes);
          };
        }
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }
}

async function bench(): Promise<{
  readonly engine: CountingEngine;
  readonly verifier: Verifier;
  readonly waited: WaitedStore;
  readonly id: number;
}> {
  const engine = new CountingEngine();
  const waited = new WaitedStore();
  const policy = policyOf("rfc6238");
  const verifier = new Verifier({ store: waited.store, policy, engine, diagnose: false });
  const secret = new Uint8Array(20).fill(7);
  const parameters = totpParameters();
  const id = await verifier.create({ label: "known", parameters, secret });
  const key = nodeCryptoEngine.prepare(secret, parameters);
  const pair = [58_999_999n, 59_000_000n].map((step) => key.codeAt(step));
  expect((await verifier.enroll(id, pair, NOW_US)).outcome).toBe("accepted");
  engine.codes = 0;
  return { engine, verifier, waited, id };
}

describe("a code of a token that nobody knows", () => {
  it("is looked for among as many codes as one of a known token", async () => {
    const { engine, verifier, id } = await bench();
    const later = NOW_US + 90_000_000;
    await verifier.login(id, "000000", later);
    const known = engine.codes;
    engine.codes = 0;
    expect(await verifier.login(UNKNOWN, "000000", later)).toEqual({ accepted: false });
    expect(known).toBeGreaterThan(0);
    expect(engine.codes).toBe(known);
    engine.codes = 0;
    await verifier.loginMany([{ id: UNKNOWN, code: "000000", receivedAtUs: later }]);
    expect(engine.codes).toBe(known);
  });

  it("waits for the store each time, whether a row of it is kept or not", async () => {
    const { verifier, waited } = await bench();
    waited.writes.length = 0;
    const tries = 150;
    for (let at = 0; at < tries; at++) await verifier.login(UNKNOWN, "000000", NOW_US);
    expect(waited.writes).toHaveLength(tries);
    expect(waited.writes.every(([write]) => write?.kind === "audit")).toBe(true);
    const { rows } = await waited.store.auditPage({ limit: 1000 });
    expect(rows.filter(({ reason }) => reason === "not-enrolled").length).toBeLessThan(tries);
  });

  it("shares the write of the known ones that come with it", async () => {
    const { verifier, waited, id } = await bench();
    waited.writes.length = 0;
    const receivedAtUs = NOW_US + 90_000_000;
    const submissions = [id, UNKNOWN].map((each) => ({ id: each, code: "000000", receivedAtUs }));
    await verifier.loginMany(submissions);
    expect(waited.writes.map((writes) => writes.length)).toEqual([2]);
  });
});
