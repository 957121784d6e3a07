// The vector files as values: moving factors as bigint, secrets as bytes. `vectors.test.ts` holds
// every file against its schema and recomputes it.

import type { HashAlgorithm } from "../../core/oath/parameters.ts";
import rareCodes from "./rare-codes.json" with { type: "json" };
import rfc4226 from "./rfc4226.json" with { type: "json" };
import rfc6238 from "./rfc6238.json" with { type: "json" };

/** A counter and its codes by their number of digits. */
export interface HotpVectorRow {
  readonly counter: bigint;
  /** 31 bits (RFC 4226 §5.3): its last digits are the code of any length. */
  readonly truncated: number;
  readonly flags: readonly string[];
}

/** A time and its codes. */
export interface TotpVectorRow {
  /** Unix time, whole seconds. */
  readonly seconds: number;
  readonly timeStep: bigint;
  readonly codes: Readonly<Record<HashAlgorithm, string>>;
  readonly flags: readonly string[];
}

/** Rows that share their parameters. */
export interface TotpVectorGroup {
  readonly source: string;
  readonly stepSeconds: number;
  readonly t0: number;
  readonly digits: number;
  readonly secrets: Readonly<Record<HashAlgorithm, Uint8Array>>;
  readonly rows: readonly TotpVectorRow[];
}

/** Event-based rows with this flag (`appendix`, `past-2-31`), all with the 20-byte secret. */
export function hotpRows(flag: string): readonly HotpVectorRow[] {
  return rfc4226.groups
    .flatMap(({ tests }) => tests)
    .filter(({ flags }) => flags.includes(flag))
    .map(({ counter, truncated, flags }) => ({ counter: BigInt(counter), truncated, flags }));
}

/** Groups of time-based rows that have a row with this flag, whole. */
export function totpGroups(flag: string): readonly TotpVectorGroup[] {
  return rfc6238.groups
    .filter(({ tests }) => tests.some(({ flags }) => flags.includes(flag)))
    .map(({ source, stepSeconds, t0, digits, secretsAscii, tests }) => ({
      source,
      stepSeconds,
      t0,
      digits,
      secrets: {
        SHA1: Buffer.from(secretsAscii.SHA1, "ascii"),
        SHA256: Buffer.from(secretsAscii.SHA256, "ascii"),
        SHA512: Buffer.from(secretsAscii.SHA512, "ascii"),
      },
      rows: tests.map(({ seconds, timeStep, codes, flags }) => ({
        seconds,
        timeStep: BigInt(timeStep),
        codes,
        flags,
      })),
    }));
}

/**
 * Moving factors with this flag: `all-zeros`, `next-is-equal`, `next-but-one-is-equal`,
 * `near-is-equal`; lowest first, with the RFCs' 20-byte secret, SHA-1 and 6 digits.
 */
export function rareMovingFactors(flag: string): readonly bigint[] {
  return rareCodes.tests
    .filter(({ flags }) => flags.includes(flag))
    .map(({ movingFactor }) => BigInt(movingFactor));
}
