// Tokens that are enrolled in a store, many at once: what the benches of stores and services log in
// with. Every process that asks for them has the same ones.

import { type TotpParameters, totpParameters } from "../core/oath/parameters.ts";
import { createRandom } from "../core/time/random.ts";
import { decideEnroll } from "../verifier/decide/pair.ts";
import { defaultEngine } from "../verifier/engines/default.ts";
import type { EngineKey } from "../verifier/engines/engine.ts";
import { nodeCryptoEngine } from "../verifier/engines/node-crypto.ts";
import type { Policy } from "../verifier/policy.ts";
import { newRecord, type TokenRecord } from "../verifier/record.ts";
import type { ImportedToken, Store } from "../verifier/stores/store.ts";
import { turns } from "./turns.ts";

/** TOTP, SHA-1, 6 digits, 30 s. */
export const BENCH_PARAMETERS: TotpParameters = totpParameters();
/** A time step, microseconds. */
export const BENCH_STEP_US: number = BENCH_PARAMETERS.stepSeconds * 1_000_000;
/** The step of the second code of each enrollment. */
export const FIRST_STEP = 59_000_000n;
/**
 * From one login of a token to its next, steps: wider than any window. Within one the new code may
 * have the digits of the last, one in a million does, and is a replay.
 */
export const STEPS_ON = 20n;
/** Tokens of one transaction: a server has 10 seconds for it. */
const TOGETHER = 10_000;

/** A token and what computes its codes. */
export interface BenchToken {
  readonly secret: Uint8Array;
  readonly key: EngineKey;
}

/** The first `count` tokens. */
export function benchTokens(count: number): readonly BenchToken[] {
  const random = createRandom(3).fork("enrolled tokens");
  return Array.from({ length: count }, () => {
    const secret = random.bytes(20);
    return { secret, key: nodeCryptoEngine.prepare(secret, BENCH_PARAMETERS) };
  });
}

/** Stores them as enrolled under `policy`; gives their ids, in their order. */
export async function storeEnrolled(
  store: Store,
  policy: Policy,
  tokens: readonly BenchToken[],
  signal?: AbortSignal,
): Promise<readonly number[]> {
  const turn = turns(signal);
  const ids: number[] = [];
  for (let first = 0; first < tokens.length; first += TOGETHER) {
    const imported: ImportedToken[] = [];
    for (const [at, token] of tokens.slice(first, first + TOGETHER).entries()) {
      await turn();
      imported.push(importOf(token, `bench ${first + at}`, policy));
    }
    for (const id of await store.importMany(imported)) ids.push(id);
  }
  return ids;
}

/** In the middle of a time step, microseconds. */
export function middleOf(timeStep: bigint): number {
  return Number(timeStep) * BENCH_STEP_US + BENCH_STEP_US / 2;
}

function importOf(token: BenchToken, label: string, policy: Policy): ImportedToken {
  const record = enrolled(token, policy);
  return {
    token: { label, user: null, secret: token.secret, admit: () => record },
    audit: {
      atUs: middleOf(FIRST_STEP),
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

/** By the fastest engine: an enrollment searches a hundred steps. */
function enrolled({ secret, key: token }: BenchToken, policy: Policy): TokenRecord {
  const codes = [FIRST_STEP - 1n, FIRST_STEP].map((step) => token.codeAt(step));
  const { engine } = defaultEngine();
  const key = engine.prepare(secret, BENCH_PARAMETERS);
  const { highestMovingFactor } = engine;
  const input = {
    record: newRecord(BENCH_PARAMETERS),
    key: { key, highestMovingFactor },
    policy,
    receivedAtUs: middleOf(FIRST_STEP),
  };
  const { verdict, record } = decideEnroll(input, codes);
  key.dispose();
  if (verdict.outcome === "refused") throw new Error(`enrollment refused: ${verdict.reason}`);
  return record;
}
