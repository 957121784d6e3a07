// Files of secrets, of whatever format: found out by what they begin with, read as a whole or not
// at all, and refused when one token or one secret is in them twice.

import { createHash } from "node:crypto";
import { type CsvOptions, readCsv } from "./csv/read.ts";
import { readMigration } from "./migration.ts";
import { readOtpauthList } from "./otpauth-list.ts";
import type { Parsed, ParsedToken, PlacedToken } from "./parsed.ts";
import { Fault, Problems } from "./problems.ts";
import type { PskcCredentials } from "./pskc/keys.ts";
import { readPskc } from "./pskc/read.ts";
import { decodeSource, type SourceText } from "./source.ts";
import { type TransferFormat, wipeTokens } from "./token.ts";

/** @see readTokens */
export interface ReadOptions {
  /** Default: found out. */
  readonly format?: TransferFormat;
  /** What opens an encrypted PSKC file. */
  readonly credentials?: PskcCredentials;
  readonly csv?: CsvOptions;
  /**
   * Now, microseconds since the Unix epoch: keys whose time is over are refused, and those whose
   * time has not begun. Default: no key is refused for its time.
   */
  readonly nowUs?: number;
}

/** A file that was read as a whole. The caller wipes its secrets (wipeTokens). */
export interface TokenFile {
  readonly format: TransferFormat;
  readonly tokens: readonly PlacedToken[];
  /** Sentences for the operator: what was assumed, what was not checked. */
  readonly notes: readonly string[];
}

/** The format of a text, by how it begins; CSV when it is none of the others. */
export function detectFormat(text: string): TransferFormat {
  const start = text.slice(0, 65_536).replace(/^(?:\s*#[^\n]*\n)*\s*/, "");
  if (start.startsWith("<")) return "pskc";
  if (/^otpauth-migration:/i.test(start)) return "migration";
  return /^otpauth:/i.test(start) ? "otpauth" : "csv";
}

/**
 * The tokens of a file, at most 16 MiB, UTF-8.
 *
 * @throws {TransferError} naming each place, token and field that is wrong; at most 20 problems
 *   and their number. Nothing of the file was taken then, and what was read of it is wiped.
 */
export async function readTokens(bytes: Uint8Array, options: ReadOptions = {}): Promise<TokenFile> {
  const source = decodeSource(bytes);
  const format = options.format ?? detectFormat(source.text);
  const { tokens, notes } = await parse(source, format, options);
  const problems = new Problems((offset) => source.placeAt(offset));
  findDuplicates(tokens, source, problems);
  findOutdated(tokens, options.nowUs, problems);
  if (problems.count > 0) wipeTokens(tokens.map(({ token }) => token));
  problems.throwIfAny();
  const placed = tokens.map(({ token, offset }) => ({ token, ...source.placeAt(offset) }));
  return { format, tokens: placed, notes };
}

function parse(source: SourceText, format: TransferFormat, options: ReadOptions): Promise<Parsed> {
  switch (format) {
    case "pskc":
      return readPskc(source, options.credentials);
    case "csv":
      return Promise.resolve().then(() => readCsv(source, options.csv));
    case "otpauth":
      return Promise.resolve().then(() => readOtpauthList(source));
    case "migration":
      return Promise.resolve().then(() => readMigration(source));
  }
}

/**
 * What two tokens with the same codes share. HMAC fills keys up with zeros to its block, so zeros
 * at the end make no other key.
 */
export function secretIdentity(secret: Uint8Array): string {
  let length = secret.length;
  while (secret.length <= 64 && length > 0 && secret[length - 1] === 0) length--;
  return createHash("sha256").update(secret.subarray(0, length)).digest("base64");
}

function findDuplicates(
  tokens: readonly ParsedToken[],
  source: SourceText,
  problems: Problems,
): void {
  const labels = new Map<string, number>();
  const secrets = new Map<string, number>();
  for (const { token, offset } of tokens) {
    const report = (field: string, what: string, first: number): void => {
      const { line } = source.placeAt(first);
      const remedy = "remove one of them, or ask for the file again";
      problems.take(new Fault(offset, field, `${what} line ${line}; ${remedy}`), token.label);
    };
    const identity = secretIdentity(token.secret);
    const sameLabel = labels.get(token.label);
    const sameSecret = secrets.get(identity);
    if (sameLabel !== undefined) report("label", "the same token is on", sameLabel);
    else if (sameSecret !== undefined) report("secret", "the same secret is on", sameSecret);
    labels.set(token.label, sameLabel ?? offset);
    secrets.set(identity, sameSecret ?? offset);
  }
}

/** Keys whose last date is over. Those that may not be used yet are taken: the verifier waits. */
function findOutdated(
  tokens: readonly ParsedToken[],
  nowUs: number | undefined,
  problems: Problems,
): void {
  if (nowUs === undefined) return;
  for (const { token, offset } of tokens) {
    const { validUntilUs, label } = token;
    if (validUntilUs !== null && validUntilUs < nowUs) {
      const message = "the key must not be used any more; order new tokens, or allow it by hand";
      problems.take(new Fault(offset, "ExpiryDate", message), label);
    }
  }
}
