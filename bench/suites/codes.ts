// How fast each engine computes codes: many secrets, moving factors in the order of time.

import { HASH_ALGORITHMS, type HashAlgorithm, totpParameters } from "../../core/oath/parameters.ts";
import { RFC6238_VECTORS, rfc6238Secret } from "../../core/oath/vectors.ts";
import { createRandom } from "../../core/time/random.ts";
import { defaultEngine } from "../../verifier/engines/default.ts";
import type { Engine, EngineKey } from "../../verifier/engines/engine.ts";
import { nodeCryptoEngine } from "../../verifier/engines/node-crypto.ts";
import { otplibEngine } from "../../verifier/engines/otplib.ts";
import type { Workload } from "../workload.ts";
import type { SuiteContent, SuiteSetup } from "./suite.ts";

/** Secrets in rotation, and codes a call. */
const KEYS = 64;
const PLAIN_ENGINES: readonly Engine[] = [nodeCryptoEngine, otplibEngine];

/** Every engine with every hash. */
export function codesSuite({ resources }: SuiteSetup): SuiteContent {
  // The default is one of the plain ones where WebAssembly has no SIMD.
  const { engine: first, reason } = defaultEngine();
  const engines = [...new Set([first, ...PLAIN_ENGINES])];
  const workloads = engines.flatMap((engine) =>
    HASH_ALGORITHMS.map((algorithm) => codesWorkload(engine, algorithm, resources)),
  );
  return { workloads, notes: [`codes: the default engine is ${first.name}: ${reason}`] };
}

function codesWorkload(
  engine: Engine,
  algorithm: HashAlgorithm,
  resources: AsyncDisposableStack,
): Workload {
  const parameters = totpParameters({ algorithm });
  const { length } = rfc6238Secret(algorithm);
  const random = createRandom(1).fork(algorithm);
  const keys: EngineKey[] = [];
  for (let at = 0; at < KEYS; at++) {
    const key = engine.prepare(random.bytes(length), parameters);
    resources.defer(() => key.dispose());
    keys.push(key);
  }
  let timeStep = 59_000_000n;
  return {
    suite: "codes",
    subject: engine.name,
    name: `${algorithm}, 6 digits`,
    unit: "operations/s",
    operations: KEYS,
    run() {
      timeStep++;
      let last = "";
      for (const key of keys) last = key.codeAt(timeStep);
      return last;
    },
    verify: () => assertVectors(engine, algorithm),
  };
}

/** RFC 6238 Appendix B: an engine that is wrong is not timed. */
function assertVectors(engine: Engine, algorithm: HashAlgorithm): void {
  const parameters = totpParameters({ algorithm, digits: 8 });
  const key = engine.prepare(rfc6238Secret(algorithm), parameters);
  for (const { timeStep, codes } of RFC6238_VECTORS) {
    const code = key.codeAt(timeStep);
    if (code !== codes[algorithm]) {
      throw new Error(`${engine.name} ${algorithm}: ${code} at step ${timeStep}`);
    }
  }
  key.dispose();
}
