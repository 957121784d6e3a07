import { createHmac } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { HASH_ALGORITHMS, type HashAlgorithm } from "../../../core/oath/parameters.ts";
import { createRandom } from "../../../core/time/random.ts";
import { assembleKernel } from "../../../scripts/build-wasm.ts";
import { eightBytes } from "../../../scripts/wasm/eight.ts";
import { sha1 } from "../../../scripts/wasm/sha1.ts";
import { tablesEnd } from "../../../scripts/wasm/tables.ts";
import { chooseEngine } from "../default.ts";
import { nodeCryptoEngine } from "../node-crypto.ts";
import { loadSimdEngine, type SimdEngine, selfTest } from "./engine.ts";
import { KERNEL_DEFLATED } from "./kernel.gen.ts";
import { tablesOf } from "./pool-memory.ts";

function loaded(): SimdEngine {
  const load = loadSimdEngine();
  if (load.kind === "unavailable") throw new Error(load.reason);
  return load.engine;
}

const engine: SimdEngine = loaded();
const HASHES = { SHA1: "sha1", SHA256: "sha256", SHA512: "sha512" } as const;

/** RFC 4226 §5.3 over OpenSSL's HMAC. */
function codeNumber(algorithm: HashAlgorithm, secret: Uint8Array, factor: bigint): number {
  const message = Buffer.alloc(8);
  message.writeBigUInt64BE(factor);
  const mac = createHmac(HASHES[algorithm], secret).update(message).digest();
  return mac.readUInt32BE((mac.at(-1) as number) & 15) & 0x7fff_ffff;
}

test("the committed kernel is what its source assembles to", async () => {
  const committed = inflateRawSync(Buffer.from(KERNEL_DEFLATED, "base64"));
  expect(Buffer.from(await assembleKernel()).equals(committed)).toBe(true);
});

test("passes its self-test, which an engine that errs does not", () => {
  expect(selfTest(engine)).toBeUndefined();
  expect(selfTest({ ...nodeCryptoEngine, prepare: () => brokenKey })).toMatch(/RFC 4226 counter/);
});

test("says why it cannot be loaded, and node:crypto is chosen instead", () => {
  const scope = globalThis as { WebAssembly?: unknown };
  const api = scope.WebAssembly;
  scope.WebAssembly = undefined;
  try {
    const load = loadSimdEngine();
    expect(load).toEqual({
      kind: "unavailable",
      reason: "no WebAssembly SIMD here: this runtime has no WebAssembly",
    });
    expect(chooseEngine(load).engine).toBe(nodeCryptoEngine);
  } finally {
    scope.WebAssembly = api;
  }
});

const brokenKey = {
  codeAt: () => "000000",
  codes: () => new Uint32Array(1),
  search: () => 0,
  dispose: () => {},
};

test.each(HASH_ALGORITHMS)(
  "gives OpenSSL's codes for random keys and counters, %s",
  (algorithm) => {
    const random = createRandom(21);
    for (let round = 0; round < 400; round++) {
      const secret = random.bytes(random.integer(1, 200));
      const digits = random.integer(6, 10);
      const factor = BigInt(random.uint32()) * BigInt(random.uint32()) + BigInt(random.uint32());
      const key = engine.prepare(secret, { kind: "hotp", algorithm, digits });
      const expected = codeNumber(algorithm, secret, factor) % 10 ** digits;
      expect(key.codeAt(factor)).toBe(String(expected).padStart(digits, "0"));
      key.dispose();
    }
  },
);

test.each(HASH_ALGORITHMS)("counts on across 2^32, and up to 2^64 - 1, %s", (algorithm) => {
  const secret = createRandom(22).bytes(20);
  const key = engine.prepare(secret, { kind: "hotp", algorithm, digits: 10 });
  for (const first of [0xffff_fff9n, 2n ** 53n - 2n, 2n ** 63n - 3n, 2n ** 64n - 13n]) {
    const seen: number[] = [];
    key.eachCode(first, 13, (codes) => seen.push(...codes));
    expect(seen).toEqual(
      Array.from({ length: 13 }, (_, at) => codeNumber(algorithm, secret, first + BigInt(at))),
    );
  }
  key.dispose();
});

test("keys of two hashes that ask for one counter in turn get their own codes", () => {
  const random = createRandom(30);
  const keys = Array.from({ length: 8 }, (_, at) => {
    const algorithm = at % 3 === 0 ? "SHA256" : "SHA1";
    const secret = random.bytes(20);
    const key = engine.prepare(secret, { kind: "hotp", algorithm, digits: 10 });
    return { key, codeAt: (factor: bigint) => codeNumber(algorithm, secret, factor) };
  });
  // The schedules of a counter are kept for the next search that begins with it.
  for (const first of [7n, 7n, 2n ** 32n - 2n, 2n ** 32n - 2n, 7n, 2n ** 64n - 4n]) {
    for (const { key, codeAt } of keys) {
      expect([...key.codes(first, 4)]).toEqual([0n, 1n, 2n, 3n].map((by) => codeAt(first + by)));
      for (const by of [0n, 1n, 2n, 3n]) {
        expect(key.search(first, 4, codeAt(first + by))).toBe(1 << Number(by));
      }
    }
    const asked = keys.map(({ key, codeAt }, at) => {
      return { key, first, count: 4, code: codeAt(first + BigInt(at % 4)) };
    });
    expect([...engine.searchMany(asked)]).toEqual(keys.map((_, at) => 1 << (at % 4)));
  }
  for (const { key } of keys) key.dispose();
});

test("a range longer than one call comes whole and in order", () => {
  const secret = createRandom(23).bytes(20);
  const key = engine.prepare(secret, { kind: "hotp", algorithm: "SHA1", digits: 6 });
  let next = 0;
  key.eachCode(5n, 40_001, (codes, from) => {
    expect(from).toBe(next);
    for (const at of [0, codes.length - 1]) {
      const factor = 5n + BigInt(from + at);
      expect(codes[at]).toBe(codeNumber("SHA1", secret, factor) % 1_000_000);
    }
    next += codes.length;
  });
  expect(next).toBe(40_001);
  key.dispose();
});

test.each(
  (["SHA1", "SHA256"] as const).flatMap((hash) =>
    ([1, 4, 24] as const).map((counters) => [hash, counters] as const),
  ),
)("a batch finds each code at its step, %s, %i counters among four keys", (algorithm, counters) => {
  const random = createRandom(24);
  const secrets = Array.from({ length: 101 }, () => random.bytes(20));
  const keys = secrets.map((secret) =>
    engine.prepare(secret, { kind: "hotp", algorithm, digits: 6 }),
  );
  const expected: number[] = [];
  keys.forEach((key, at) => {
    const { tables } = engine.kernel;
    // Across 2^32; with 4, every other four keys share a counter that is not the batch's first.
    const spread = counters === 4 ? Math.floor(at / 8) + (at % 8 < 4 ? 0 : at % 4) : at % counters;
    const first = 0xffff_fffan + BigInt(spread);
    const step = at % 9;
    tables.keys[at] = key.address;
    tables.counters[2 * at] = Number(first & 0xffff_ffffn);
    tables.counters[2 * at + 1] = Number(first >> 32n);
    const code = codeNumber(algorithm, secrets[at] as Uint8Array, first + BigInt(step));
    tables.codes[at] = code % 1_000_000;
    expected.push(step < 8 ? 1 << step : 0);
  });
  engine.kernel.batch(algorithm, keys.length, 8, 1_000_000);
  expect([...engine.kernel.tables.masks.subarray(0, keys.length)]).toEqual(expected);
  for (const key of keys) key.dispose();
});

test("a key that is disposed of leaves zeros, gives its place back and cannot be used", () => {
  const key = engine.prepare(new Uint8Array(20).fill(7), {
    kind: "hotp",
    algorithm: "SHA1",
    digits: 6,
  });
  const { address } = key;
  const bytes = new Uint8Array(engine.kernel.memory.buffer, address, 40);
  expect(bytes.some((byte) => byte !== 0)).toBe(true);
  key.dispose();
  key.dispose();
  expect(bytes.every((byte) => byte === 0)).toBe(true);
  expect(() => key.codeAt(0n)).toThrow("disposed");
  const next = engine.prepare(new Uint8Array(20), { kind: "hotp", algorithm: "SHA1", digits: 6 });
  expect(next.address).toBe(address);
  next.dispose();
});

test("no trace of a secret stays in the kernel's memory", () => {
  const secret = createRandom(25).bytes(48);
  const key = engine.prepare(secret, { kind: "hotp", algorithm: "SHA1", digits: 6 });
  const memory = Buffer.from(engine.kernel.memory.buffer as unknown as ArrayBuffer);
  const swapped = Buffer.from(secret).swap32();
  expect(memory.includes(swapped.subarray(0, 8))).toBe(false);
  expect(memory.includes(Buffer.from(secret).subarray(0, 8))).toBe(false);
  key.dispose();
});

test("memory grows with the keys, and keys made before it grew still work", () => {
  const small = loaded();
  const secret = createRandom(26).bytes(20);
  const parameters = { kind: "hotp", algorithm: "SHA512", digits: 6 } as const;
  const first = small.prepare(secret, parameters);
  const before = first.codeAt(1n);
  const keys = Array.from({ length: 5000 }, () => small.prepare(secret, parameters));
  expect(small.kernel.memory.buffer.byteLength).toBeGreaterThan(700_000);
  expect(first.codeAt(1n)).toBe(before);
  expect(keys.at(-1)?.codeAt(1n)).toBe(before);
});

test("searches of many kinds in one call find each code at its place", () => {
  const random = createRandom(27);
  const kinds = HASH_ALGORITHMS.flatMap((algorithm) =>
    [6, 8, 10].flatMap((digits) => [1, 3, 8, 32].map((count) => ({ algorithm, digits, count }))),
  );
  const searches = Array.from({ length: 500 }, () => {
    const { algorithm, digits, count } = kinds[
      random.integer(0, kinds.length - 1)
    ] as (typeof kinds)[number];
    const secret = random.bytes(random.integer(1, 100));
    const first = BigInt(random.uint32()) * BigInt(random.uint32());
    const at = random.integer(0, count);
    const code = codeNumber(algorithm, secret, first + BigInt(at)) % 10 ** digits;
    const key = engine.prepare(secret, { kind: "hotp", algorithm, digits });
    return { key, first, count, code, at };
  });
  const masks = engine.searchMany(searches);
  searches.forEach(({ at, count }, nth) => {
    expect(masks[nth]).toBe(at < count ? (1 << at) >>> 0 : 0);
  });
});

test("a batch leaves no copy of a midstate, which is as good as a secret", () => {
  const random = createRandom(31);
  const parameters = { kind: "hotp", algorithm: "SHA1", digits: 6 } as const;
  const keys = Array.from({ length: 16 }, () => engine.prepare(random.bytes(20), parameters));
  engine.searchMany(keys.map((key) => ({ key, first: 5n, count: 3, code: 1 })));
  const words = new Uint32Array(engine.kernel.memory.buffer as unknown as ArrayBuffer);
  for (const { address } of keys) {
    for (const word of words.slice(address / 4, address / 4 + 10)) {
      expect(words.indexOf(word)).toBe(words.lastIndexOf(word));
    }
  }
  for (const key of keys) key.dispose();
});

test("each instance has room for its schedules and for the words of eight keys", () => {
  expect(tablesOf(1) - tablesOf(0)).toBe(tablesEnd() + eightBytes(sha1));
});

test("a code above 2^32 is found nowhere, and no other in its place", () => {
  const secret = createRandom(28).bytes(20);
  const key = engine.prepare(secret, { kind: "hotp", algorithm: "SHA1", digits: 10 });
  const code = codeNumber("SHA1", secret, 1n) + 2 ** 32;
  expect([...engine.searchMany([{ key, first: 0n, count: 4, code }])]).toEqual([0]);
});

test("keys of another engine are refused", () => {
  const key = nodeCryptoEngine.prepare(new Uint8Array(20), {
    kind: "hotp",
    algorithm: "SHA1",
    digits: 6,
  });
  expect(() => engine.searchMany([{ key, first: 0n, count: 1, code: 0 }])).toThrow(TypeError);
});

test("a parked key comes back, and leaves zeros when it is wiped instead", () => {
  const parameters = { kind: "hotp", algorithm: "SHA256", digits: 6 } as const;
  const key = engine.prepare(createRandom(29).bytes(20), parameters);
  const { address } = key;
  const code = key.codeAt(1n);
  const parked = engine.parking.park(key);
  expect(() => key.codeAt(1n)).toThrow("disposed");
  const again = engine.parking.unpark(parked, parameters);
  expect(again.codeAt(1n)).toBe(code);
  engine.parking.wipe(engine.parking.park(again));
  const bytes = new Uint8Array(engine.kernel.memory.buffer, address, 64);
  expect(bytes.every((byte) => byte === 0)).toBe(true);
});
