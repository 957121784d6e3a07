// Our own contenders: the kernel alone, and whole decisions from a token's name to its verdict.

import { timeStepAt } from "../../core/drift/steps.ts";
import { MAX_MOVING_FACTOR, totpParameters } from "../../core/oath/parameters.ts";
import { SECOND_US } from "../../core/time/clock.ts";
import type { DecisionKey } from "../../verifier/decide/decision.ts";
import { decideVerify } from "../../verifier/decide/verify.ts";
import { decideVerifyMany } from "../../verifier/decide/verify-many.ts";
import {
  loadSimdEngine,
  type SimdEngine,
  type SimdKey,
} from "../../verifier/engines/simd/engine.ts";
import { policyOf } from "../../verifier/policy.ts";
import { newRecord, type TokenRecord } from "../../verifier/record.ts";
import { type JavaScriptJudge, type JudgeSlice, oneByOne } from "./judges.ts";
import type { Work } from "./work.ts";

interface Keyed {
  readonly engine: SimdEngine;
  readonly keys: readonly SimdKey[];
  readonly numbers: Uint32Array;
  readonly first: bigint;
  readonly steps: number;
}

/** The kernel, one call a code: all steps of the window in the lanes of a vector. */
export function oneCall(work: Work): JavaScriptJudge {
  const { keys, numbers, first, steps } = keyed(work);
  return judgeOf(
    oneByOne(work, (place) => {
      return (keys[place] as SimdKey).search(first, steps, numbers[place] as number) !== 0;
    }),
  );
}

/** The kernel, all submissions of a slice in one call. */
export function batch(work: Work): JavaScriptJudge {
  const made = keyed(work);
  const { kernel } = made.engine;
  return judgeOf(batchesOf(work, made, (...given) => kernel.batch(...given)));
}

/** The same on two threads. */
export async function twoThreads(work: Work): Promise<JavaScriptJudge> {
  const made = keyed(work);
  const pool = await made.engine.startWorkers(2);
  return judgeOf(batchesOf(work, made, (...given) => pool.batch(...given)));
}

/** From a token's name to its verdict, one at a time. */
export function decisions(work: Work): JavaScriptJudge {
  const { names, tokens, policy, receivedAtUs } = decidable(work);
  return judgeOf(
    oneByOne(work, (place) => {
      const token = tokens.get(names[place] as string) as Token;
      const input = { record: token.record, key: token.key, policy, receivedAtUs };
      const { verdict } = decideVerify(input, work.items[place]?.code);
      return verdict.outcome === "accepted";
    }),
  );
}

/** The same, all submissions of a slice together. */
export function decisionsTogether(work: Work): JavaScriptJudge {
  const { engine, names, tokens, policy, receivedAtUs } = decidable(work);
  const { length } = names;
  return judgeOf((from, count) => {
    let accepted = 0;
    for (let done = 0; done < count; ) {
      const start = (from + done) % length;
      const size = Math.min(count - done, length - start);
      const logins = new Array(size);
      for (let at = 0; at < size; at++) {
        const token = tokens.get(names[start + at] as string) as Token;
        const input = { record: token.record, key: token.key, policy, receivedAtUs };
        logins[at] = { input, code: work.items[start + at]?.code };
      }
      const made = decideVerifyMany(logins, engine);
      for (const { verdict } of made) if (verdict.outcome === "accepted") accepted++;
      done += size;
    }
    return accepted;
  });
}

interface Token {
  readonly record: TokenRecord;
  readonly key: DecisionKey;
}

function decidable(work: Work) {
  const { engine, keys } = keyed(work);
  const { window } = work;
  const parameters = totpParameters({ algorithm: work.algorithm });
  const record: TokenRecord = { ...newRecord(parameters), state: "enabled" };
  const names = keys.map((_, at) => `token-${at}`);
  const tokens = new Map<string, Token>();
  for (const [at, key] of keys.entries()) {
    const own = { key, highestMovingFactor: MAX_MOVING_FACTOR };
    tokens.set(names[at] as string, { record: { ...record }, key: own });
  }
  const policy = policyOf("rfc6238", { windowPast: window, windowFuture: window });
  return { engine, names, tokens, policy, receivedAtUs: work.nowSeconds * SECOND_US };
}

function keyed(work: Work): Keyed {
  const load = loadSimdEngine();
  if (load.kind === "unavailable") throw new Error(load.reason);
  const { engine } = load;
  const parameters = totpParameters({ algorithm: work.algorithm });
  const now = timeStepAt(work.nowSeconds * SECOND_US, parameters);
  return {
    engine,
    keys: work.items.map(({ secret }) => engine.prepare(secret, parameters)),
    numbers: Uint32Array.from(work.items, ({ code }) => Number(code)),
    first: now - BigInt(work.window),
    steps: 2 * work.window + 1,
  };
}

type Run = (algorithm: "SHA1" | "SHA256", n: number, steps: number, modulus: number) => void;

function batchesOf({ algorithm }: Work, made: Keyed, run: Run): JudgeSlice {
  const { engine, keys, numbers, first, steps } = made;
  if (algorithm === "SHA512") throw new Error("SHA-512 has no batch");
  const low = Number(first);
  const addresses = Uint32Array.from(keys, (key) => key.address);
  const counters = Uint32Array.from({ length: 2 * keys.length }, (_, at) => (at % 2 ? 0 : low));
  return (from, count) => {
    let accepted = 0;
    for (let done = 0; done < count; ) {
      const start = (from + done) % keys.length;
      const size = Math.min(count - done, keys.length - start);
      const { tables } = engine.kernel;
      tables.keys.set(addresses.subarray(start, start + size));
      tables.counters.set(counters.subarray(0, 2 * size));
      tables.codes.set(numbers.subarray(start, start + size));
      run(algorithm, size, steps, 1_000_000);
      for (let at = 0; at < size; at++) if (tables.masks[at] !== 0) accepted++;
      done += size;
    }
    return accepted;
  };
}

function judgeOf(run: JudgeSlice): JavaScriptJudge {
  return { version: `Node ${process.versions.node}`, run };
}
