// Migration URIs of Google Authenticator: otpauth-migration://offline?data=…, percent-encoded
// base64 of a protobuf. A large export has several, one a line here; all of them must be there.

import { hotpParameters, MAX_MOVING_FACTOR, totpParameters } from "../../core/oath/parameters.ts";
import { wipe } from "../../core/oath/secret.ts";
import { type Line, linesOf, tokenOfAccount } from "./otpauth-list.ts";
import type { Parsed, ParsedToken } from "./parsed.ts";
import { Fault, Problems } from "./problems.ts";
import { ProtobufError, type ProtoField, readProto } from "./protobuf.ts";
import { ownBytes, type SourceText } from "./source.ts";
import { type TransferToken, wipeTokens } from "./token.ts";

/** Longest URI, in characters: more than a QR code holds. */
export const MAX_MIGRATION_CHARACTERS: number = 64 * 1024;
/** Most parts of one export. */
const MAX_PARTS = 1000;
const URI = /^otpauth-migration:\/\/offline\/?\?(?:[^#]*&)?data=([^&#]*)/i;

/** Which part of which export a URI is. */
interface Part {
  readonly offset: number;
  readonly size: number;
  readonly index: number;
  readonly id: bigint;
}

/**
 * The tokens of all migration URIs of a text.
 *
 * @throws {TransferError} naming each line that is wrong, and parts that are missing
 */
export function readMigration(source: SourceText): Parsed {
  const problems = new Problems((offset) => source.placeAt(offset));
  const tokens: ParsedToken[] = [];
  const parts: Part[] = [];
  for (const line of linesOf(source.text)) {
    try {
      if (parts.length >= MAX_PARTS) throw new Fault(line.offset, "file", "too many parts");
      const payload = payloadOf(line);
      try {
        const fields = protoOf(payload, line.offset);
        parts.push(partOf(fields, line));
        for (const field of fields) {
          if (field.number !== 1 || field.kind !== "bytes") continue;
          tokens.push({ token: tokenOf(field.value, line), offset: line.offset });
        }
      } finally {
        wipe(payload);
      }
    } catch (error) {
      problems.take(error);
      if (parts.length >= MAX_PARTS) break;
    }
  }
  try {
    if (problems.count === 0) assertComplete(parts);
    if (problems.count === 0 && tokens.length === 0) throw new Fault(0, "file", "holds no token");
  } catch (error) {
    problems.take(error);
  }
  if (problems.count > 0) wipeTokens(tokens.map(({ token }) => token));
  problems.throwIfAny();
  return { tokens, notes: [] };
}

/** The protobuf of a URI. */
function payloadOf({ text, offset }: Line): Uint8Array {
  const data = URI.exec(text)?.[1];
  if (data === undefined) {
    throw new Fault(offset, "uri", "not of the form otpauth-migration://offline?data=…");
  }
  if (text.length > MAX_MIGRATION_CHARACTERS) {
    throw new Fault(offset, "uri", `longer than ${MAX_MIGRATION_CHARACTERS} characters`);
  }
  let base64: string;
  try {
    // Base64 has no spaces: one was a plus sign, decoded as a form's.
    base64 = decodeURIComponent(data).replaceAll(" ", "+");
  } catch {
    throw new Fault(offset, "data", "% must be followed by two hexadecimal digits");
  }
  const unpadded = base64.replace(/=+$/, "");
  if (unpadded === "" || unpadded.length % 4 === 1 || !/^[A-Za-z0-9+/]*$/.test(unpadded)) {
    throw new Fault(offset, "data", "is no base64, or its end is missing");
  }
  return ownBytes(Buffer.from(unpadded, "base64"));
}

function protoOf(bytes: Uint8Array, offset: number): readonly ProtoField[] {
  try {
    return readProto(bytes);
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new Fault(offset, "data", `${error.message}; scan the QR code again`);
  }
}

function partOf(fields: readonly ProtoField[], { offset }: Line): Part {
  const size = Number(numberOf(fields, 3) || 1n);
  const index = Number(numberOf(fields, 4));
  if (size > MAX_PARTS || index >= size) {
    throw new Fault(offset, "batch_index", "must be below batch_size; scan the QR code again");
  }
  return { offset, size, index, id: numberOf(fields, 5) };
}

/** Each export's parts, once each. */
function assertComplete(parts: readonly Part[]): void {
  const exports = Map.groupBy(parts, ({ id, size }) => `${id}/${size}`);
  for (const [first, ...rest] of exports.values()) {
    if (first === undefined) continue;
    const indices = [first, ...rest].map(({ index }) => index);
    const twice = rest.find(({ index }, at) => indices.indexOf(index) <= at);
    if (twice !== undefined) {
      throw new Fault(twice.offset, "batch_index", "this part was given before; give it once");
    }
    if (indices.length < first.size) {
      const have = `${indices.length} of ${first.size} QR codes`;
      throw new Fault(first.offset, "batch_size", `only ${have} are here; add the others`);
    }
  }
}

/** OtpParameters. */
function tokenOf(bytes: Uint8Array, { offset }: Line): TransferToken {
  const fields = protoOf(bytes, offset);
  const secret = Uint8Array.from(bytesOf(fields, 1));
  const type = pick(fields, 6, { 1: "hotp", 2: "totp" } as const, offset, "type");
  const hashes = { 0: "SHA1", 1: "SHA1", 2: "SHA256", 3: "SHA512" } as const;
  const algorithm = pick(fields, 4, hashes, offset, "algorithm");
  const digits = pick(fields, 5, { 0: 6, 1: 6, 2: 8, 3: 7 } as const, offset, "digits");
  const name = textOf(fields, 2, offset, "name");
  const colon = name.indexOf(":");
  const issuer = textOf(fields, 3, offset, "issuer") || name.slice(0, Math.max(0, colon)).trim();
  const account = name.slice(colon + 1).trim();
  const counter = type === "hotp" ? numberOf(fields, 7) : 0n;
  if (counter > MAX_MOVING_FACTOR >> 1n) throw new Fault(offset, "counter", "is negative");
  const parameters =
    type === "hotp" ? hotpParameters({ algorithm, digits }) : totpParameters({ algorithm, digits });
  try {
    return tokenOfAccount({ issuer, account, secret, parameters, counter });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Fault(offset, "name", error.message);
  }
}

function pick<Key extends number, Value>(
  fields: readonly ProtoField[],
  number: number,
  values: Readonly<Record<Key, Value>>,
  offset: number,
  field: string,
): Value {
  const value = values[Number(numberOf(fields, number)) as Key];
  if (value === undefined) throw new Fault(offset, field, "of a kind that is not verified here");
  return value;
}

/** The last field of this number counts (protobuf's rule); 0 when there is none. */
function numberOf(fields: readonly ProtoField[], number: number): bigint {
  const field = fields.findLast((each) => each.number === number && each.kind === "varint");
  return field?.kind === "varint" ? field.value : 0n;
}

function bytesOf(fields: readonly ProtoField[], number: number): Uint8Array {
  const field = fields.findLast((each) => each.number === number && each.kind === "bytes");
  return field?.kind === "bytes" ? field.value : new Uint8Array();
}

function textOf(
  fields: readonly ProtoField[],
  number: number,
  offset: number,
  field: string,
): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(fields, number)).trim();
  } catch {
    throw new Fault(offset, field, "is no UTF-8 text; scan the QR code again");
  }
}
