// Expected codes, from implementations that share nothing with the two sides under test: otplib,
// and above what it takes (moving factors past 2^53 - 1) RFC 4226 §5.3 written out here with
// big integers. firmware-sim and verifier have HOTPs of their own; neither is ever asked.

import { createHmac } from "node:crypto";
import { createGuardrails, generateSync, type OTPGuardrails } from "otplib";
import {
  assertParameters,
  assertSecret,
  type HashAlgorithm,
  MAX_MOVING_FACTOR,
  MAX_SECRET_BYTES,
  type OathParameters,
} from "../core/oath/parameters.ts";

/** otplib takes counters up to this, where numbers are still exact. */
const HIGHEST_FOR_OTPLIB = BigInt(Number.MAX_SAFE_INTEGER);

/** The RFCs' keys are 20 bytes and more, but cases judge shorter and longer ones too. */
const GUARDRAILS: OTPGuardrails = createGuardrails({
  MIN_SECRET_BYTES: 1,
  MAX_SECRET_BYTES,
});

const OTPLIB_NAMES = { SHA1: "sha1", SHA256: "sha256", SHA512: "sha512" } as const;

/**
 * The code of `movingFactor` (a counter, or the time step of RFC 6238 §4.2), leading zeros kept.
 * 15 µs with otplib.
 *
 * @throws {RangeError} when a parameter, the secret's length or the moving factor is out of range
 */
export function expectedCode(
  secret: Uint8Array,
  parameters: OathParameters,
  movingFactor: bigint,
): string {
  assertSecret(secret);
  assertParameters(parameters);
  if (movingFactor < 0n || movingFactor > MAX_MOVING_FACTOR) {
    throw new RangeError(`the moving factor must be from 0 to 2^64 - 1, got ${movingFactor}`);
  }
  const { algorithm, digits } = parameters;
  return movingFactor <= HIGHEST_FOR_OTPLIB
    ? otplibCode(secret, algorithm, digits, movingFactor)
    : bigIntegerCode(secret, algorithm, digits, movingFactor);
}

/** By otplib. @throws {Error} when `movingFactor` is 2^53 or more */
export function otplibCode(
  secret: Uint8Array,
  algorithm: HashAlgorithm,
  digits: number,
  movingFactor: bigint,
): string {
  return generateSync({
    strategy: "hotp",
    secret,
    counter: Number(movingFactor),
    digits,
    algorithm: OTPLIB_NAMES[algorithm],
    guardrails: GUARDRAILS,
  });
}

/** RFC 4226 §5.3 in big integers: the whole HMAC as one number, cut by shifts. */
export function bigIntegerCode(
  secret: Uint8Array,
  algorithm: HashAlgorithm,
  digits: number,
  movingFactor: bigint,
): string {
  const message = Buffer.from(movingFactor.toString(16).padStart(16, "0"), "hex");
  const hex = createHmac(OTPLIB_NAMES[algorithm], secret).update(message).digest("hex");
  const hmac = BigInt(`0x${hex}`);
  const offset = Number(hmac & 0xfn);
  const bytesAfter = hex.length / 2 - offset - 4;
  const truncated = (hmac >> BigInt(bytesAfter * 8)) & 0x7fff_ffffn; // Sbits, 31 bits
  return (truncated % 10n ** BigInt(digits)).toString().padStart(digits, "0");
}
