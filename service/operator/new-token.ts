// From what a client or an operator says of a new token to what the verifier creates.

import { randomBytes } from "node:crypto";
import { decodeBase32, encodeBase32 } from "../../core/oath/base32.ts";
import { formatOtpauthUri, parseOtpauthUri } from "../../core/oath/otpauth.ts";
import {
  type HashAlgorithm,
  hotpParameters,
  MAX_MOVING_FACTOR,
  type OathParameters,
  totpParameters,
} from "../../core/oath/parameters.ts";
import type { CreateInput } from "../../verifier/inputs.ts";
import type { ClockClass } from "../../verifier/record.ts";

/** Bytes of a secret that is drawn: what RFC 4226 §4, R6 recommends. */
const SECRET_BYTES = 20;

/** A secret that nobody knows yet. */
export function drawSecret(): Uint8Array {
  return Uint8Array.from(randomBytes(SECRET_BYTES));
}

/** A new token as requests say it. */
export interface NewTokenForm {
  readonly label: string;
  readonly issuer?: string;
  readonly user?: string;
  /** Base32. */
  readonly secret?: string;
  readonly otpauth?: string;
  readonly parameters?: {
    readonly kind?: "totp" | "hotp";
    readonly algorithm?: HashAlgorithm;
    readonly digits?: number;
    readonly stepSeconds?: number;
    readonly t0?: number;
  };
  /** Decimal. */
  readonly counter?: string;
  readonly clock?: ClockClass;
  /** UTC, ISO 8601. */
  readonly factorySetAt?: string;
  /** UTC, ISO 8601: when its key may be used. */
  readonly validFrom?: string;
  readonly validUntil?: string;
}

/** What to create, and whether its secret was drawn here and must be shown. */
export interface NewTokenPlan {
  readonly input: CreateInput;
  readonly isDrawn: boolean;
}

/**
 * Reads a form.
 *
 * @throws {RangeError} naming a field that contradicts another or is out of range
 * @throws {Base32Error | OtpauthError} naming what is wrong with a secret; neither quotes it
 */
export function planToken(form: NewTokenForm, atUs: number): NewTokenPlan {
  const { label, user, clock, factorySetAt, validFrom, validUntil } = form;
  const { secret, parameters, counter, isDrawn } = keyOf(form);
  return {
    isDrawn,
    input: {
      label,
      secret,
      parameters,
      atUs,
      ...(counter === 0n ? {} : { counter }),
      ...(user === undefined ? {} : { user }),
      ...(clock === undefined ? {} : { clock }),
      ...(factorySetAt === undefined
        ? {}
        : { factorySetAtUs: timeOf("factorySetAt", factorySetAt) }),
      ...(validFrom === undefined ? {} : { validFromUs: timeOf("validFrom", validFrom) }),
      ...(validUntil === undefined ? {} : { validUntilUs: timeOf("validUntil", validUntil) }),
    },
  };
}

interface Key {
  readonly secret: Uint8Array;
  readonly parameters: OathParameters;
  readonly counter: bigint;
  readonly isDrawn: boolean;
}

function keyOf({ secret, otpauth, parameters, counter }: NewTokenForm): Key {
  if (otpauth !== undefined) {
    if (secret !== undefined || parameters !== undefined || counter !== undefined) {
      throw new RangeError("otpauth says secret, parameters and counter; leave these fields out");
    }
    return { ...parseOtpauthUri(otpauth), isDrawn: false };
  }
  const isDrawn = secret === undefined;
  const settled = parametersOf(parameters ?? {});
  const first = BigInt(counter ?? "0");
  if (first > MAX_MOVING_FACTOR) throw new RangeError("counter must be from 0 to 2^64 - 1");
  return {
    secret:
      secret === undefined ? Uint8Array.from(randomBytes(SECRET_BYTES)) : decodeBase32(secret),
    parameters: settled,
    counter: first,
    isDrawn,
  };
}

function parametersOf(given: NonNullable<NewTokenForm["parameters"]>): OathParameters {
  const { kind = "totp", stepSeconds, t0, ...common } = given;
  if (kind === "hotp") {
    if (stepSeconds !== undefined || t0 !== undefined) {
      throw new RangeError("stepSeconds and t0 belong to kind totp");
    }
    return hotpParameters(common);
  }
  return totpParameters({
    ...common,
    ...(stepSeconds === undefined ? {} : { stepSeconds }),
    ...(t0 === undefined ? {} : { t0 }),
  });
}

function timeOf(field: string, text: string): number {
  const ms = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new RangeError(`${field} must be a date as 2026-03-01T00:00:00Z`);
  return ms * 1000;
}

/** What is shown once of a drawn secret; no otpauth where the form cannot carry the token. */
export function provisioningOf(
  { input, isDrawn }: NewTokenPlan,
  issuer = "oathbed",
): { readonly secret: string | null; readonly otpauth: string | null } {
  if (!isDrawn) return { secret: null, otpauth: null };
  const { secret, parameters, counter = 0n, label } = input;
  const text = encodeBase32(secret);
  try {
    const uri = formatOtpauthUri({ issuer, account: label, secret, parameters, counter });
    return { secret: text, otpauth: uri };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { secret: text, otpauth: null };
  }
}
