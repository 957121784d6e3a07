// What a token takes from its host: the checks before anything is written.

import { assertParameters, type OathParameters } from "../core/oath/parameters.ts";
import { FirmwareError, type StoredCredential, type TokenProfile } from "./emulated-token.ts";

/** Longest name of a credential, bytes of UTF-8. */
export const MAX_NAME_BYTES = 64;

const MAX_COUNTER: bigint = (1n << 64n) - 1n;

/**
 * @throws {FirmwareError} bad-parameters, saying all that is wrong; never the secret
 */
export function assertAcceptable(profile: TokenProfile, credential: StoredCredential): void {
  const problems = [
    ...nameProblems(credential.name),
    ...secretProblems(profile, credential.secret),
    ...parameterProblems(profile, credential.parameters),
    ...(isCounter(credential.counter) ? [] : ["the counter must be from 0 to 2^64 - 1"]),
  ];
  if (problems.length > 0) throw new FirmwareError("bad-parameters", problems.join("; "));
}

/** @throws {FirmwareError} bad-parameters, when the token does not make such codes */
export function assertAcceptableParameters(
  profile: TokenProfile,
  parameters: OathParameters,
): void {
  const problems = parameterProblems(profile, parameters);
  if (problems.length > 0) throw new FirmwareError("bad-parameters", problems.join("; "));
}

/** Whether a counter fits into eight bytes (RFC 4226 §5.1). */
export function isCounter(counter: bigint): boolean {
  return counter >= 0n && counter <= MAX_COUNTER;
}

/** @throws {FirmwareError} time-out-of-range */
export function assertTime(profile: TokenProfile, seconds: number): void {
  const { fromSeconds, toSeconds } = profile.timeRange;
  if (Number.isInteger(seconds) && seconds >= fromSeconds && seconds <= toSeconds) return;
  throw new FirmwareError(
    "time-out-of-range",
    `the clock holds whole seconds from ${fromSeconds} to ${toSeconds}, not ${seconds}`,
  );
}

function nameProblems(name: string): readonly string[] {
  const { length } = new TextEncoder().encode(name);
  if (length < 1 || length > MAX_NAME_BYTES) {
    return [`the name must be 1 to ${MAX_NAME_BYTES} bytes of UTF-8, not ${length}`];
  }
  return /\p{Cc}|\p{Cs}/u.test(name) ? ["the name must not hold control characters"] : [];
}

function secretProblems({ secretBytes }: TokenProfile, secret: Uint8Array): readonly string[] {
  const { low, high } = secretBytes;
  if (secret.length >= low && secret.length <= high) return [];
  return [`the secret must be ${low} to ${high} bytes, not ${secret.length}`];
}

function parameterProblems(profile: TokenProfile, parameters: OathParameters): readonly string[] {
  try {
    assertParameters(parameters);
  } catch (error) {
    if (error instanceof RangeError) return [error.message];
    throw error;
  }
  const problems: string[] = [];
  if (!profile.algorithms.includes(parameters.algorithm)) {
    problems.push(`the algorithm must be ${profile.algorithms.join(", ")}`);
  }
  if (!profile.digits.includes(parameters.digits)) {
    problems.push(`the digits must be ${profile.digits.join(", ")}`);
  }
  const { low, high } = profile.stepSeconds;
  if (
    parameters.kind === "totp" &&
    !(parameters.stepSeconds >= low && parameters.stepSeconds <= high)
  ) {
    problems.push(`the step must be ${low === high ? low : `${low} to ${high}`} seconds`);
  }
  return problems;
}
