// The engine contract on all three engines.

import { bigIntegerCode, otplibCode } from "../../../conformance/oracle.ts";
import type { OathParameters } from "../../../core/oath/parameters.ts";
import type { Engine } from "../engine.ts";
import { nodeCryptoEngine } from "../node-crypto.ts";
import { otplibEngine } from "../otplib.ts";
import { loadSimdEngine } from "../simd/engine.ts";
import { testEngine } from "./contract.ts";

/** @param runs random keys for each engine and hash */
export function testAllEngines(runs: number): void {
  testEngine(nodeCryptoEngine, otplibThenBigInteger, runs);
  testEngine(simdEngine(), otplibThenBigInteger, runs);
  testEngine(otplibEngine, bigInteger, runs);
}

function simdEngine(): Engine {
  const load = loadSimdEngine();
  if (load.kind === "unavailable") throw new Error(load.reason);
  return load.engine;
}

/** otplib is no oracle past 2^53 - 1, nor for itself: there RFC 4226 in big integers answers. */
function otplibThenBigInteger(
  secret: Uint8Array,
  { algorithm, digits }: OathParameters,
  factor: bigint,
): string {
  return factor <= otplibEngine.highestMovingFactor
    ? otplibCode(secret, algorithm, digits, factor)
    : bigIntegerCode(secret, algorithm, digits, factor);
}

function bigInteger(
  secret: Uint8Array,
  { algorithm, digits }: OathParameters,
  factor: bigint,
): string {
  return bigIntegerCode(secret, algorithm, digits, factor);
}
