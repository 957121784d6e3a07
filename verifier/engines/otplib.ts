// The third, independent opinion: otplib's HOTP. An engine, and the oracle of the tests.

import { createGuardrails, generateSync } from "otplib";
import {
  assertParameters,
  assertSecret,
  type HashAlgorithm,
  type OathParameters,
} from "../../core/oath/parameters.ts";
import { codesOneByOne, type Engine, type EngineKey, searchCodes } from "./engine.ts";

const HASH_NAMES: Readonly<Record<HashAlgorithm, "sha1" | "sha256" | "sha512">> = {
  SHA1: "sha1",
  SHA256: "sha256",
  SHA512: "sha512",
};

/** otplib 13 refuses counters above 2^53 - 1. */
const HIGHEST = BigInt(Number.MAX_SAFE_INTEGER);

/** otplib refuses short secrets by default; RFC test keys and foreign tokens have them. */
const GUARDRAILS = createGuardrails({ MIN_SECRET_BYTES: 1, MAX_SECRET_BYTES: 1024 });

/** The npm package otplib 13. */
export const otplibEngine: Engine = {
  name: "otplib",
  description: "the npm package otplib 13; moving factors to 2^53 - 1",
  highestMovingFactor: HIGHEST,
  prepare(secret: Uint8Array, parameters: OathParameters): EngineKey {
    assertSecret(secret);
    assertParameters(parameters);
    let bytes: Uint8Array | undefined = secret.slice();
    const algorithm = HASH_NAMES[parameters.algorithm];
    const digits = parameters.digits as 6 | 7 | 8;
    const key: EngineKey = {
      codeAt(movingFactor: bigint): string {
        if (bytes === undefined) throw new Error("the key was disposed of");
        if (movingFactor < 0n || movingFactor > HIGHEST) {
          throw new RangeError(`otplib takes moving factors from 0 to ${HIGHEST}`);
        }
        return generateSync({
          strategy: "hotp",
          secret: bytes,
          counter: Number(movingFactor),
          algorithm,
          digits,
          guardrails: GUARDRAILS,
        });
      },
      codes: (first, count) => codesOneByOne((factor) => key.codeAt(factor), first, count),
      search: (first, count, code) => searchCodes(key.codes(first, count), code),
      dispose(): void {
        bytes?.fill(0);
        bytes = undefined;
      },
    };
    return key;
  },
};
