// The tokens of the HTTP benches: the same in the service's process and in that of its clients.

import { type TotpParameters, totpParameters } from "../../core/oath/parameters.ts";
import { createRandom } from "../../core/time/random.ts";
import type { EngineKey } from "../../verifier/engines/engine.ts";
import { nodeCryptoEngine } from "../../verifier/engines/node-crypto.ts";

/** TOTP, SHA-1, 6 digits, 30 s. */
export const BENCH_PARAMETERS: TotpParameters = totpParameters();
/** A time step, microseconds. */
export const BENCH_STEP_US: number = BENCH_PARAMETERS.stepSeconds * 1_000_000;
/** The step of the second code of each enrollment. */
export const FIRST_STEP = 59_000_000n;

/** A token and what computes its codes. */
export interface BenchToken {
  readonly secret: Uint8Array;
  readonly key: EngineKey;
}

/** The first `count` tokens. */
export function benchTokens(count: number): readonly BenchToken[] {
  const random = createRandom(3).fork("http tokens");
  return Array.from({ length: count }, () => {
    const secret = random.bytes(20);
    return { secret, key: nodeCryptoEngine.prepare(secret, BENCH_PARAMETERS) };
  });
}
