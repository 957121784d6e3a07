// Codes for tests, from otplib: never from the engine under test.

import { createGuardrails, generateSync } from "otplib";
import type { OathParameters } from "../../core/oath/parameters.ts";
import { rfc4226Secret } from "../../core/oath/vectors.ts";

const NAMES = { SHA1: "sha1", SHA256: "sha256", SHA512: "sha512" } as const;
const GUARDRAILS = createGuardrails({ MIN_SECRET_BYTES: 1, MAX_SECRET_BYTES: 1024 });

/** The code of a moving factor below 2^53; of the secret of RFC 4226 unless told otherwise. */
export function codeOf(
  parameters: OathParameters,
  movingFactor: bigint | number,
  secret: Uint8Array = rfc4226Secret(),
): string {
  return generateSync({
    strategy: "hotp",
    secret,
    counter: Number(movingFactor),
    digits: parameters.digits as 6 | 7 | 8,
    algorithm: NAMES[parameters.algorithm],
    guardrails: GUARDRAILS,
  });
}

/** A code of the right length that none of these is. */
export function otherCode(...codes: readonly string[]): string {
  const digits = codes[0]?.length ?? 6;
  for (let number = 0; ; number++) {
    const code = String(number).padStart(digits, "0");
    if (!codes.includes(code)) return code;
  }
}

/** The first moving factor n from `from` for which `holds`; at most 10^7 are looked at. */
export function search(from: number, holds: (n: number) => boolean): number {
  for (let n = from; n < from + 10_000_000; n++) if (holds(n)) return n;
  throw new Error("nothing found");
}
