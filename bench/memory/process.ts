// Started by memory.ts: an in-memory verifier of its own process takes in tokens that were just
// enrolled, makes their keys ready, and says how long that took and what it keeps.
//
//   process.ts TOKENS     one line of JSON on stdout (MemoryAnswer)

import { totpParameters } from "../../core/oath/parameters.ts";
import { createRandom } from "../../core/time/random.ts";
import { decideEnroll } from "../../verifier/decide/pair.ts";
import { defaultEngine } from "../../verifier/engines/default.ts";
import { nodeCryptoEngine } from "../../verifier/engines/node-crypto.ts";
import { SimdEngine } from "../../verifier/engines/simd/engine.ts";
import { policyOf } from "../../verifier/policy.ts";
import { newRecord, type TokenRecord } from "../../verifier/record.ts";
import { MemoryStore } from "../../verifier/stores/memory.ts";
import type { ImportedToken } from "../../verifier/stores/store.ts";
import { Verifier } from "../../verifier/verifier.ts";

/** What came of it. */
export interface MemoryAnswer {
  readonly loadMs: number;
  readonly keyMs: number;
  /** JavaScript heap, buffers and the kernel's memory: what they have grown by. */
  readonly keptBytes: number;
  /** The process's share of the machine's memory, garbage and reserves included. */
  readonly residentBytes: number;
}

const PARAMETERS = totpParameters();
const NOW_US = 1_800_000_015_000_000;
/** Tokens of an import: few enough that what it takes meanwhile is forgotten young. */
const TOGETHER = 1000;
/** Rows that a full audit log keeps. */
const AUDIT_ROWS = 100_000;
const collect = (globalThis as { readonly gc?: () => void }).gc ?? (() => {});

const count = Number(process.argv[2]);
const policy = policyOf("default");
const record = enrolledRecord();
const random = createRandom(4).fork("memory");
const store = new MemoryStore();
const verifier = new Verifier({ store, policy });
// What is allocated once, whatever the number of tokens, is no token's: the audit log, which holds
// so many rows of the latest acts, is full before and after.
await store.importMany([tokenAt(-1)]);
for (let row = 0; row < Math.min(count, AUDIT_ROWS); row++) {
  await store.audit({ ...tokenAt(0).audit, token: 1 });
}
await verifier.prepareKeys();
const before = kept();

let loadMs = 0;
for (let first = 0; first < count; first += TOGETHER) {
  const length = Math.min(TOGETHER, count - first);
  const tokens = Array.from({ length }, (_, at) => tokenAt(first + at));
  const beganMs = performance.now();
  await store.importMany(tokens);
  loadMs += performance.now() - beganMs;
}
const beganMs = performance.now();
await verifier.prepareKeys();
const keyMs = performance.now() - beganMs;
const after = kept();
const answer: MemoryAnswer = {
  loadMs,
  keyMs,
  keptBytes: after.bytes - before.bytes,
  residentBytes: after.resident - before.resident,
};
process.stdout.write(`${JSON.stringify(answer)}\n`);

function tokenAt(at: number): ImportedToken {
  return {
    token: { label: `T-${at}`, user: `user-${at}`, secret: random.bytes(20), admit: () => record },
    audit: {
      atUs: NOW_US,
      act: "create",
      outcome: "done",
      reason: null,
      movingFactor: null,
      offsetSteps: null,
      by: null,
      detail: null,
    },
  };
}

/** As a token has it after its two codes. */
function enrolledRecord(): TokenRecord {
  const key = nodeCryptoEngine.prepare(new Uint8Array(20).fill(7), PARAMETERS);
  const step = BigInt(Math.floor(NOW_US / 30_000_000));
  const codes = [key.codeAt(step - 1n), key.codeAt(step)];
  const { highestMovingFactor } = nodeCryptoEngine;
  const decision = decideEnroll(
    {
      record: newRecord(PARAMETERS),
      key: { key, highestMovingFactor },
      policy,
      receivedAtUs: NOW_US,
    },
    codes,
  );
  if (decision.verdict.outcome === "refused") throw new Error("the enrollment was refused");
  return decision.record;
}

/** The kernel's memory, where keys lie: shared with workers, it counts as no memory of V8's. */
function kernelBytes(): number {
  const { engine } = defaultEngine();
  return engine instanceof SimdEngine ? engine.kernel.memory.buffer.byteLength : 0;
}

function kept(): { readonly bytes: number; readonly resident: number } {
  collect();
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { bytes: heapUsed + external + kernelBytes(), resident: rss };
}
