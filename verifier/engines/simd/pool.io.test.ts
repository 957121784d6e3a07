// Workers that do parts of a batch: real threads.

import { createHmac } from "node:crypto";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { createRandom } from "../../../core/time/random.ts";
import { loadSimdEngine, type SimdEngine } from "./engine.ts";
import { SimdPool } from "./pool.ts";
import { type KernelSearch, searchKernel } from "./search.ts";

function loaded(): SimdEngine {
  const load = loadSimdEngine();
  if (load.kind === "unavailable") throw new Error(load.reason);
  return load.engine;
}

/** Searches whose code is at step `at % 5`, of four: a fifth find nothing. */
function searchesOf(engine: SimdEngine, count: number, algorithm: "SHA1" | "SHA256") {
  const random = createRandom(41).fork(algorithm);
  const hash = algorithm === "SHA1" ? "sha1" : "sha256";
  return Array.from({ length: count }, (_, at): KernelSearch => {
    const secret = random.bytes(20);
    const first = BigInt(random.uint32()) * 7n;
    const message = Buffer.alloc(8);
    message.writeBigUInt64BE(first + BigInt(at % 5));
    const mac = createHmac(hash, secret).update(message).digest();
    const code = (mac.readUInt32BE((mac.at(-1) as number) & 15) & 0x7fff_ffff) % 100_000_000;
    const key = engine.prepare(secret, { kind: "hotp", algorithm, digits: 8 });
    return { key, first, count: 4, code };
  });
}

const EXPECTED = (count: number) =>
  Array.from({ length: count }, (_, at) => (at % 5 < 4 ? 1 << (at % 5) : 0));

test("workers find what one thread finds, in batches of any length and of both hashes", async () => {
  const engine = loaded();
  await using pool = await engine.startWorkers(3);
  expect(pool.threads).toBe(3);
  for (const algorithm of ["SHA1", "SHA256"] as const) {
    const searches = searchesOf(engine, 2053, algorithm);
    for (const length of [1, 767, 768, 769, 2050, 2053]) {
      const found = [...engine.searchMany(searches.slice(0, length))];
      expect(found).toEqual(EXPECTED(length));
    }
  }
});

test("batches go on without workers that were ended", async () => {
  const engine = loaded();
  const pool = await engine.startWorkers(2);
  const searches = searchesOf(engine, 1000, "SHA1");
  expect([...engine.searchMany(searches)]).toEqual(EXPECTED(1000));
  await pool[Symbol.asyncDispose]();
  expect(pool.threads).toBe(1);
  expect([...engine.searchMany(searches)]).toEqual(EXPECTED(1000));
});

test("a chunk whose worker hangs is done by the caller, and the workers are left alone", async () => {
  const engine = loaded();
  const { kernel } = engine;
  await using pool = await SimdPool.start(kernel, 2, 20);
  const searches = searchesOf(engine, 4000, "SHA1");
  const thief = new Worker(new URL("./testing/thief.ts", import.meta.url), {
    workerData: kernel.memory,
  });
  await once(thief, "message");
  const run = () => searchKernel(kernel, searches, (...batch) => pool.batch(...batch));
  // The thief may come too late for one batch, never for all of them.
  for (let batch = 0; batch < 1000 && pool.threads > 1; batch++) {
    expect([...run()]).toEqual(EXPECTED(4000));
  }
  expect(pool.threads).toBe(1);
  expect([...run()]).toEqual(EXPECTED(4000));
  await thief.terminate();
});

test("an engine has the workers of one pool at a time", async () => {
  const engine = loaded();
  const pool = await engine.startWorkers(2);
  await expect(engine.startWorkers(2)).rejects.toThrow("dispose of them before starting others");
  await pool[Symbol.asyncDispose]();
  await using next = await engine.startWorkers(3);
  expect(next.threads).toBe(3);
  expect([...engine.searchMany(searchesOf(engine, 1000, "SHA1"))]).toEqual(EXPECTED(1000));
});

test("keys in memory that grew after the workers started are found by them", async () => {
  const engine = loaded();
  await using pool = await engine.startWorkers(2);
  const before = engine.kernel.memory.buffer.byteLength;
  const searches = searchesOf(engine, 8000, "SHA1");
  expect(engine.kernel.memory.buffer.byteLength).toBeGreaterThan(before);
  expect([...engine.searchMany(searches)]).toEqual(EXPECTED(8000));
  expect(pool.threads).toBe(2);
});

test.each([0, 1, 1.5, 8])("refuses %d threads", async (threads) => {
  await expect(loaded().startWorkers(threads)).rejects.toThrow("threads must be from 2 to 7");
});
