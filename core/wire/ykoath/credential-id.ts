// Credential ids: `[period "/"] [issuer ":"] account` (YKOATH document, section 7). The period is
// written only for TOTP with steps other than 30 s, and stored nowhere else.

import { type Malformed, malformed } from "../bytes.ts";
import { type CredentialType, MAX_NAME_BYTES } from "./constants.ts";

/** Steps of a TOTP id that names none, seconds. */
export const DEFAULT_STEP_SECONDS = 30;
/** Longest period read from an id, seconds. */
const MAX_STEP_SECONDS = 86_400;

/** What an id says. */
export interface CredentialId {
  readonly issuer?: string;
  readonly account: string;
  /** X of RFC 6238 §4.1; 30 for HOTP, where it means nothing. */
  readonly stepSeconds: number;
}

/** An id taken apart, or why it cannot be used. */
export type CredentialIdResult =
  | { readonly kind: "credential-id"; readonly id: CredentialId }
  | Malformed;

/**
 * Reads an id as hosts do. A TOTP account that is really called `60/foo` is read as account `foo`
 * with a period of 60 s: the syntax cannot tell them apart. A HOTP id is cut at its first colon,
 * not at one in front.
 */
export function parseCredentialId(text: string, type: CredentialType): CredentialIdResult {
  if (text === "") return malformed("credential id is empty");
  if (type === "hotp") {
    const colon = text.indexOf(":");
    const account = colon > 0 ? text.slice(colon + 1) : text;
    if (account === "") return malformed("credential id has no account after the issuer");
    return idOf(colon > 0 ? text.slice(0, colon) : undefined, account, DEFAULT_STEP_SECONDS);
  }
  const match = /^(?:(\d+)\/)?(?:([^:]+):)?(.+)$/s.exec(text);
  const [, period, issuer, account = text] = match ?? [];
  const stepSeconds = period === undefined ? DEFAULT_STEP_SECONDS : Number(period);
  if (stepSeconds < 1 || stepSeconds > MAX_STEP_SECONDS) {
    return malformed(`period in the credential id must be 1 to ${MAX_STEP_SECONDS} seconds`);
  }
  return idOf(issuer, account, stepSeconds);
}

/**
 * Writes an id.
 *
 * @throws {RangeError} when the account is empty, the issuer is empty or has a colon, the period
 *   is out of range, or the whole is longer than 64 bytes of UTF-8
 */
export function formatCredentialId(id: CredentialId, type: CredentialType): string {
  const { issuer, account, stepSeconds } = id;
  if (account === "") throw new RangeError("account must not be empty");
  if (issuer !== undefined && (issuer === "" || issuer.includes(":"))) {
    throw new RangeError("issuer must be absent, or text without a colon");
  }
  const isPeriod = Number.isInteger(stepSeconds) && stepSeconds >= 1;
  if (!isPeriod || stepSeconds > MAX_STEP_SECONDS) {
    throw new RangeError(`stepSeconds must be 1 to ${MAX_STEP_SECONDS}, got ${stepSeconds}`);
  }
  const writesPeriod = type === "totp" && stepSeconds !== DEFAULT_STEP_SECONDS;
  const text = `${writesPeriod ? `${stepSeconds}/` : ""}${issuer ? `${issuer}:` : ""}${account}`;
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_NAME_BYTES) {
    throw new RangeError(`credential id must be at most 64 bytes of UTF-8, got ${bytes}`);
  }
  return text;
}

function idOf(
  issuer: string | undefined,
  account: string,
  stepSeconds: number,
): CredentialIdResult {
  const id = { account, stepSeconds };
  return { kind: "credential-id", id: issuer === undefined ? id : { ...id, issuer } };
}
