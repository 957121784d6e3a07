// otpauth:// URIs (the "Key Uri Format" of Google Authenticator, which most tokens and apps read):
//
//   otpauth://TYPE/LABEL?secret=…&issuer=…&algorithm=…&digits=…&counter=…&period=…
//
// Where readers differ in the wild, this one does the following.
// - The label is percent-decoded first and split at its first colon afterwards.
// - The issuer parameter wins over the label's prefix, as in most readers; the prefix counts when
//   there is no such parameter, or an empty one.
// - "+" in a parameter is a space (form encoding); in the label it is a plus sign.
// - Scheme, type, secret and algorithm are read in any letter case; unknown parameters (image,
//   color, lock) and those of the other type are ignored; one given twice is refused.
// - digits 6, 7 and 8 are read. There is no T0: it is 0.

import { Base32Error, decodeBase32, encodeBase32 } from "./base32.ts";
import { parseUnsigned } from "./codes.ts";
import {
  assertParameters,
  assertSecret,
  HASH_ALGORITHMS,
  type HashAlgorithm,
  hotpParameters,
  MAX_MOVING_FACTOR,
  MAX_SECRET_BYTES,
  type OathParameters,
  totpParameters,
} from "./parameters.ts";

/** Longest URI taken, in characters. Every URI that formatOtpauthUri writes is shorter. */
export const MAX_OTPAUTH_CHARACTERS = 8192;
/** Longest account or issuer, in UTF-16 code units. */
export const MAX_OTPAUTH_NAME_CHARACTERS = 200;

/** What an otpauth URI carries. */
export interface OtpauthKey {
  /** Who gives out the key; empty when the URI does not tell. */
  readonly issuer: string;
  /** Whose key it is; never empty. */
  readonly account: string;
  readonly secret: Uint8Array;
  readonly parameters: OathParameters;
  /** First counter, HOTP; 0 for TOTP. */
  readonly counter: bigint;
}

/** The part of an otpauth URI that is wrong; "uri" when it is its form as a whole. */
export type OtpauthField =
  | "uri"
  | "type"
  | "label"
  | "secret"
  | "issuer"
  | "algorithm"
  | "digits"
  | "counter"
  | "period";

/**
 * A text is no otpauth URI that can be used. The message begins with the field and says what would
 * be right; it quotes nothing of the URI but a single character that is not Base32.
 */
export class OtpauthError extends Error {
  override readonly name = "OtpauthError";
  readonly field: OtpauthField;
  constructor(field: OtpauthField, message: string, options?: ErrorOptions) {
    super(`${field}: ${message}`, options);
    this.field = field;
  }
}

/**
 * Reads an otpauth URI; white space around it is ignored.
 *
 * @throws {OtpauthError} naming the field that is wrong and what would be right
 */
export function parseOtpauthUri(text: string): OtpauthKey {
  const { type, label, query } = splitUri(text);
  const kind = parseType(type);
  const names = parseLabel(label);
  const values = parseQuery(query);
  const issuer = nameOf("issuer", values.get("issuer") ?? "");
  const secret = parseSecret(values.get("secret"));
  const common = {
    algorithm: parseAlgorithm(values.get("algorithm")),
    digits: parseNumber("digits", values.get("digits"), 6, 8, 6),
  };
  const key = { issuer: issuer === "" ? names.issuer : issuer, account: names.account, secret };
  if (kind === "hotp") {
    const counter = parseCounter(values.get("counter"));
    return { ...key, parameters: hotpParameters(common), counter };
  }
  const stepSeconds = parseNumber("period", values.get("period"), 1, 86_400, 30);
  return { ...key, parameters: totpParameters({ ...common, stepSeconds }), counter: 0n };
}

/**
 * Writes an otpauth URI that every reader understands the same way: the issuer both in the label
 * and as a parameter, `%20` for spaces, no padding, and algorithm, digits and period only when
 * they are not SHA1, 6 and 30. It holds the secret in clear: never log it.
 *
 * @throws {RangeError} naming what an otpauth URI cannot carry: digits above 8, a T0 other than 0,
 *   a colon or a space at an end of a name, an empty account, a name or secret too long
 */
export function formatOtpauthUri(key: OtpauthKey): string {
  const { parameters } = key;
  assertSecret(key.secret);
  assertParameters(parameters);
  assertName("issuer", key.issuer);
  assertName("account", key.account);
  if (key.account === "") throw new RangeError("account must not be empty");
  if (parameters.digits > 8) {
    throw new RangeError(`digits must be 6 to 8 in an otpauth URI, got ${parameters.digits}`);
  }
  const account = encodeURIComponent(key.account);
  const issuer = encodeURIComponent(key.issuer);
  const label = issuer === "" ? account : `${issuer}:${account}`;
  const query = [`secret=${encodeBase32(key.secret)}`];
  if (issuer !== "") query.push(`issuer=${issuer}`);
  if (parameters.algorithm !== "SHA1") query.push(`algorithm=${parameters.algorithm}`);
  if (parameters.digits !== 6) query.push(`digits=${parameters.digits}`);
  if (parameters.kind === "hotp") {
    if (key.counter < 0n || key.counter > MAX_MOVING_FACTOR) {
      throw new RangeError(`counter must be from 0 to 2^64 - 1, got ${key.counter}`);
    }
    query.push(`counter=${key.counter}`);
  } else {
    if (parameters.t0 !== 0) {
      throw new RangeError(`t0 must be 0 in an otpauth URI, got ${parameters.t0}`);
    }
    if (parameters.stepSeconds !== 30) query.push(`period=${parameters.stepSeconds}`);
  }
  return `otpauth://${parameters.kind}/${label}?${query.join("&")}`;
}

interface UriParts {
  readonly type: string;
  readonly label: string;
  readonly query: string;
}

function splitUri(text: string): UriParts {
  const uri = text.trim();
  if (uri.length > MAX_OTPAUTH_CHARACTERS) {
    throw new OtpauthError("uri", `longer than ${MAX_OTPAUTH_CHARACTERS} characters`);
  }
  if (/^otpauth-migration:/i.test(uri)) {
    const remedy = "ask the issuer for the otpauth:// URI of each key";
    throw new OtpauthError("uri", `an export of Google Authenticator holds many keys; ${remedy}`);
  }
  const form = "otpauth://totp/LABEL?secret=… or otpauth://hotp/LABEL?secret=…&counter=…";
  const parts = /^otpauth:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?(#)?/i.exec(uri);
  if (parts === null) throw new OtpauthError("uri", `not of the form ${form}`);
  const [, type = "", label = "", query = "", fragment] = parts;
  if (fragment !== undefined) {
    throw new OtpauthError("uri", `"#" ends a URI; write %23 where it belongs to a name`);
  }
  return { type, label, query };
}

function parseType(type: string): OathParameters["kind"] {
  const kind = type.toLowerCase();
  if (kind === "totp" || kind === "hotp") return kind;
  throw new OtpauthError("type", "must be totp or hotp: otpauth://totp/… or otpauth://hotp/…");
}

function parseLabel(label: string): { readonly issuer: string; readonly account: string } {
  const decoded = decodePercent("label", label);
  const colon = decoded.indexOf(":");
  const account = nameOf("label", decoded.slice(colon + 1));
  if (account === "") {
    throw new OtpauthError("label", "holds no account; it must be ACCOUNT or ISSUER:ACCOUNT");
  }
  return { issuer: nameOf("label", decoded.slice(0, Math.max(0, colon))), account };
}

const PARAMETERS = ["secret", "issuer", "algorithm", "digits", "counter", "period"] as const;
type ParameterName = (typeof PARAMETERS)[number];

/** The known parameters, decoded. */
function parseQuery(query: string): ReadonlyMap<ParameterName, string> {
  const values = new Map<ParameterName, string>();
  for (const part of query.split("&")) {
    const equals = part.indexOf("=");
    const name = PARAMETERS.find((known) => known === part.slice(0, Math.max(0, equals)));
    if (name === undefined) continue;
    if (values.has(name)) throw new OtpauthError(name, "given twice; give it once");
    values.set(name, decodePercent(name, part.slice(equals + 1).replaceAll("+", " ")));
  }
  return values;
}

function parseSecret(text: string | undefined): Uint8Array {
  if (text === undefined) throw new OtpauthError("secret", "missing; add secret= and Base32 text");
  let secret: Uint8Array;
  try {
    secret = decodeBase32(text);
  } catch (cause) {
    if (!(cause instanceof Base32Error)) throw cause;
    throw new OtpauthError("secret", cause.message, { cause });
  }
  if (secret.length === 0) throw new OtpauthError("secret", "empty; give it as Base32 text");
  if (secret.length > MAX_SECRET_BYTES) {
    throw new OtpauthError("secret", `longer than ${MAX_SECRET_BYTES} bytes`);
  }
  return secret;
}

function parseAlgorithm(text: string | undefined): HashAlgorithm {
  if (text === undefined) return "SHA1";
  const upper = text.toUpperCase();
  const algorithm = HASH_ALGORITHMS.find((known) => known === upper);
  if (algorithm === undefined)
    throw new OtpauthError("algorithm", "must be SHA1, SHA256 or SHA512");
  return algorithm;
}

function parseNumber(
  field: "digits" | "period",
  text: string | undefined,
  low: number,
  high: number,
  fallback: number,
): number {
  if (text === undefined) return fallback;
  const number = parseUnsigned(text, BigInt(high));
  if (number.kind !== "number" || number.value < BigInt(low)) {
    throw new OtpauthError(field, `must be a whole number from ${low} to ${high}`);
  }
  return Number(number.value);
}

function parseCounter(text: string | undefined): bigint {
  if (text === undefined) {
    throw new OtpauthError("counter", "missing; hotp needs the first counter, e.g. counter=0");
  }
  const number = parseUnsigned(text);
  if (number.kind !== "number") {
    throw new OtpauthError("counter", "must be a whole number from 0 to 18446744073709551615");
  }
  return number.value;
}

function decodePercent(field: OtpauthField, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The cause quotes nothing, but says nothing either.
    throw new OtpauthError(field, "% must be followed by two hexadecimal digits, of UTF-8 text");
  }
}

/** Without spaces at its ends. Control characters would reach terminals and reports. */
function nameOf(field: "label" | "issuer", text: string): string {
  const name = text.trim();
  if (hasControls(name)) throw new OtpauthError(field, "must not hold control characters");
  if (name.length > MAX_OTPAUTH_NAME_CHARACTERS) {
    throw new OtpauthError(field, `longer than ${MAX_OTPAUTH_NAME_CHARACTERS} characters`);
  }
  return name;
}

function assertName(what: "issuer" | "account", name: string): void {
  if (name.length > MAX_OTPAUTH_NAME_CHARACTERS) {
    throw new RangeError(`${what} must be at most ${MAX_OTPAUTH_NAME_CHARACTERS} characters`);
  }
  if (name !== name.trim()) throw new RangeError(`${what} must not begin or end with a space`);
  if (name.includes(":")) throw new RangeError(`${what} must not hold a colon`);
  if (hasControls(name) || !name.isWellFormed()) {
    throw new RangeError(`${what} must not hold control characters or halves of characters`);
  }
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
