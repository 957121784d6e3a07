// Parameters of HOTP (RFC 4226 §5) and TOTP (RFC 6238 §4).

/** The HMAC's hash. RFC 4226 knows SHA-1 only; RFC 6238 §1.2 adds the other two. */
export type HashAlgorithm = "SHA1" | "SHA256" | "SHA512";

/** Every hash algorithm, in the order of the RFCs. */
export const HASH_ALGORITHMS: readonly HashAlgorithm[] = ["SHA1", "SHA256", "SHA512"];

/** Event-based codes (RFC 4226): the moving factor is a counter. */
export interface HotpParameters {
  readonly kind: "hotp";
  readonly algorithm: HashAlgorithm;
  /** Length of a code in decimal digits, 6 to 10 (RFC 4226 §5.3: at least 6). */
  readonly digits: number;
}

/** Time-based codes (RFC 6238): the moving factor is a count of time steps. */
export interface TotpParameters {
  readonly kind: "totp";
  readonly algorithm: HashAlgorithm;
  /** Length of a code in decimal digits, 6 to 10. */
  readonly digits: number;
  /** X of RFC 6238 §4.1: whole seconds, 1 to 86,400. */
  readonly stepSeconds: number;
  /** T0 of RFC 6238 §4.1: Unix time to count steps from, whole seconds. */
  readonly t0: number;
}

/** What a token and its verifier agree on, besides the secret. */
export type OathParameters = HotpParameters | TotpParameters;

/** Largest moving factor: eight bytes (RFC 4226 §5.1). */
export const MAX_MOVING_FACTOR: bigint = 0xffff_ffff_ffff_ffffn;
/** Longest secret taken, in bytes. */
export const MAX_SECRET_BYTES = 1024;

/** HOTP with the usual values: SHA-1, 6 digits. @throws {RangeError} naming a bad field */
export function hotpParameters(given: Partial<Omit<HotpParameters, "kind">> = {}): HotpParameters {
  const parameters: HotpParameters = { kind: "hotp", algorithm: "SHA1", digits: 6, ...given };
  assertParameters(parameters);
  return parameters;
}

/** TOTP with the usual values: SHA-1, 6 digits, X = 30, T0 = 0. @throws {RangeError} as above */
export function totpParameters(given: Partial<Omit<TotpParameters, "kind">> = {}): TotpParameters {
  const parameters: TotpParameters = {
    kind: "totp",
    algorithm: "SHA1",
    digits: 6,
    stepSeconds: 30,
    t0: 0,
    ...given,
  };
  assertParameters(parameters);
  return parameters;
}

/** @throws {RangeError} naming the field that is out of range, and its range */
export function assertParameters(parameters: OathParameters): void {
  if (!HASH_ALGORITHMS.includes(parameters.algorithm)) {
    throw new RangeError(
      `algorithm must be SHA1, SHA256 or SHA512, got ${String(parameters.algorithm)}`,
    );
  }
  assertInteger("digits", parameters.digits, 6, 10);
  if (parameters.kind === "hotp") return;
  assertInteger("stepSeconds", parameters.stepSeconds, 1, 86_400);
  assertInteger("t0", parameters.t0, -0x8000_0000, 0xffff_ffff);
}

/** @throws {RangeError} when the secret is empty or longer than MAX_SECRET_BYTES */
export function assertSecret(secret: Uint8Array): void {
  if (secret.length < 1 || secret.length > MAX_SECRET_BYTES) {
    throw new RangeError(`secret must be 1 to ${MAX_SECRET_BYTES} bytes, got ${secret.length}`);
  }
}

function assertInteger(name: string, value: number, low: number, high: number): void {
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new RangeError(`${name} must be a whole number from ${low} to ${high}, got ${value}`);
  }
}
