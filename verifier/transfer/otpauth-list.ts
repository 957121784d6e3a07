// Lists of otpauth URIs, one a line; empty lines and those that begin with "#" are left out.

import { formatOtpauthUri, OtpauthError, parseOtpauthUri } from "../../core/oath/otpauth.ts";
import type { Parsed, ParsedToken } from "./parsed.ts";
import { Fault, Problems } from "./problems.ts";
import type { SourceText } from "./source.ts";
import {
  isTransferName,
  MAX_TRANSFER_TOKENS,
  type TransferToken,
  transferToken,
  wipeTokens,
} from "./token.ts";

/** A line that is not empty, and where it begins. */
export interface Line {
  readonly text: string;
  readonly offset: number;
}

/** Lines with something in them, without comments and spaces around. */
export function* linesOf(text: string): Generator<Line> {
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf("\n", at);
    const end = found < 0 ? text.length : found;
    const line = text.slice(at, end);
    const trimmed = line.trim();
    if (trimmed !== "" && !trimmed.startsWith("#")) {
      yield { text: trimmed, offset: at + line.indexOf(trimmed) };
    }
    at = end + 1;
  }
}

/**
 * The tokens of a list of otpauth URIs.
 *
 * @throws {TransferError} naming each line and parameter that is wrong; no token was taken then
 */
export function readOtpauthList(source: SourceText): Parsed {
  const problems = new Problems((offset) => source.placeAt(offset));
  const tokens: ParsedToken[] = [];
  for (const line of linesOf(source.text)) {
    try {
      if (tokens.length >= MAX_TRANSFER_TOKENS) {
        throw new Fault(line.offset, "file", `more than ${MAX_TRANSFER_TOKENS} lines; split it`);
      }
      tokens.push({ token: tokenOfUri(line), offset: line.offset });
    } catch (error) {
      problems.take(error);
      if (tokens.length >= MAX_TRANSFER_TOKENS) break;
    }
  }
  if (problems.count > 0) wipeTokens(tokens.map(({ token }) => token));
  problems.throwIfAny();
  return { tokens, notes: [] };
}

function tokenOfUri({ text, offset }: Line): TransferToken {
  try {
    const { issuer, account, secret, parameters, counter } = parseOtpauthUri(text);
    return tokenOfAccount({ issuer, account, secret, parameters, counter });
  } catch (error) {
    if (error instanceof RangeError) throw new Fault(offset, "label", error.message);
    if (!(error instanceof OtpauthError)) throw error;
    throw new Fault(offset, error.field, error.message.slice(`${error.field}: `.length));
  }
}

/** A token named `issuer:account`, whose user is the account. @throws {RangeError} */
export function tokenOfAccount(
  key: Pick<TransferToken, "secret" | "parameters" | "counter"> & {
    readonly issuer: string;
    readonly account: string;
  },
): TransferToken {
  const { issuer, account, secret, parameters, counter } = key;
  const label = issuer === "" ? account : `${issuer}:${account}`;
  if (!isTransferName(label)) {
    throw new RangeError("issuer and account must be 1 to 256 characters together, no controls");
  }
  const names = { label, user: account, issuer: issuer === "" ? null : issuer };
  return transferToken({ ...names, secret, parameters, counter });
}

/**
 * A list of otpauth URIs, lines ended by LF. It holds the secrets: never log it.
 *
 * @throws {RangeError} naming the token, and what a URI cannot carry of it: 9 or 10 digits, a T0
 */
export function writeOtpauthList(tokens: readonly TransferToken[]): string {
  const lines = tokens.map(({ label, user, issuer, secret, parameters, counter }) => {
    const prefix = `${issuer}:`;
    const own = issuer !== null && label.startsWith(prefix) ? label.slice(prefix.length) : label;
    const account = (own.includes(":") ? (user ?? own) : own).replaceAll(":", " ");
    const plainIssuer = (issuer ?? "").replaceAll(":", " ").trim();
    try {
      return formatOtpauthUri({ issuer: plainIssuer, account, secret, parameters, counter });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new RangeError(`token "${label}": ${error.message}`);
    }
  });
  return lines.map((line) => `${line}\n`).join("");
}
