// Files of secrets into a store and out of it, as the API and the operators' commands do it. What
// goes out is audited, token by token, before it is given.

import type { Policy } from "../../verifier/policy.ts";
import type { AuditRow, Store, StoredToken, Write } from "../../verifier/stores/store.ts";
import type { CsvForm, SecretEncoding } from "../../verifier/transfer/csv/columns.ts";
import { type ExportOptions, exportTokens } from "../../verifier/transfer/export.ts";
import { type ImportReport, importFile, storeSink } from "../../verifier/transfer/import.ts";
import {
  MAX_TRANSFER_TOKENS,
  type TransferFormat,
  transferTokenOf,
  wipeTokens,
} from "../../verifier/transfer/token.ts";
import { adminRow } from "../../verifier/views.ts";
import { tokensOf } from "./drift-table.ts";

/** What opens or closes a file: a passphrase, or a key in hexadecimal. */
export interface FileKey {
  readonly passphrase?: string;
  readonly keyHex?: string;
}

/** @see importInto */
export interface ImportForm extends FileKey {
  readonly format?: TransferFormat;
  readonly csvForm?: string;
  readonly csvEncoding?: SecretEncoding;
  readonly dryRun?: boolean;
}

/**
 * Takes all tokens of a file, or none. The bytes are overwritten.
 *
 * @throws {TransferError | VerifierError | StoreError} as importFile
 * @throws {RangeError} when a passphrase and a key are given
 */
export async function importInto(
  store: Store,
  policy: Policy,
  bytes: Uint8Array,
  form: ImportForm,
  atUs: number,
  by: string | null = null,
): Promise<ImportReport> {
  const { format, csvForm, csvEncoding, dryRun } = form;
  const csv = {
    ...(csvForm === undefined ? {} : { form: csvForm as CsvForm }),
    ...(csvEncoding === undefined ? {} : { encoding: csvEncoding }),
  };
  return await importFile(bytes, storeSink(store, policy, by), {
    atUs,
    nowUs: atUs,
    csv,
    credentials: credentialsOf(form),
    ...(format === undefined ? {} : { format }),
    ...(dryRun === undefined ? {} : { dryRun }),
  });
}

/** @see exportFrom */
export interface ExportForm extends FileKey {
  readonly format: "pskc" | "csv" | "otpauth";
  /** Default: all tokens that are not deleted. */
  readonly ids?: readonly number[];
  /** Whether the secrets may be in clear. */
  readonly plain?: boolean;
}

/** A file of secrets. */
export interface ExportedFile {
  readonly contentType: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly count: number;
}

/**
 * Writes tokens to a file, and an audit row for each of them first.
 *
 * @throws {RangeError} when secrets would be in clear without `plain`, for tokens that are not
 *   there or were deleted, and for what a format cannot carry
 */
export async function exportFrom(
  store: Store,
  form: ExportForm,
  atUs: number,
  by: string | null = null,
): Promise<ExportedFile> {
  const options = exportOptionsOf(form);
  const stored = await chosen(store, form.ids);
  const tokens = stored.map(transferTokenOf);
  try {
    const bytes = await exportTokens(tokens, options);
    await store.writeMany(stored.map(({ id }) => exportRow(id, atUs, by, form)));
    return { ...FILES[form.format], bytes, count: stored.length };
  } finally {
    wipeTokens(tokens);
  }
}

const FILES = {
  pskc: { contentType: "application/pskc+xml", fileName: "tokens.pskc.xml" },
  csv: { contentType: "text/csv; charset=utf-8", fileName: "tokens.csv" },
  otpauth: { contentType: "text/plain; charset=utf-8", fileName: "tokens.txt" },
} as const;

function exportOptionsOf({ format, plain, passphrase, keyHex }: ExportForm): ExportOptions {
  const isClosed = passphrase !== undefined || keyHex !== undefined;
  if (!isClosed) {
    if (plain === true) return { format, plain };
    throw new RangeError("secrets in clear need plain: true; else give a passphrase for pskc");
  }
  if (format !== "pskc") throw new RangeError(`a passphrase or key closes pskc, not ${format}`);
  if (plain === true) throw new RangeError("plain and a passphrase or key exclude each other");
  const { key, passphrase: text } = credentialsOf({
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(keyHex === undefined ? {} : { keyHex }),
  });
  if (key !== undefined) return { format, protection: { kind: "key", key } };
  return { format, protection: { kind: "passphrase", passphrase: text ?? new Uint8Array() } };
}

function credentialsOf({ passphrase, keyHex }: FileKey): {
  readonly passphrase?: Uint8Array;
  readonly key?: Uint8Array;
} {
  if (passphrase !== undefined && keyHex !== undefined) {
    throw new RangeError("passphrase and keyHex exclude each other");
  }
  if (keyHex !== undefined) return { key: Uint8Array.from(Buffer.from(keyHex, "hex")) };
  return passphrase === undefined ? {} : { passphrase: new TextEncoder().encode(passphrase) };
}

async function chosen(store: Store, ids?: readonly number[]): Promise<readonly StoredToken[]> {
  if (ids === undefined) {
    const tokens: StoredToken[] = [];
    for await (const token of tokensOf(store)) {
      if (token.record.state !== "deleted") tokens.push(token);
      if (tokens.length > MAX_TRANSFER_TOKENS) {
        throw new RangeError(`a file holds at most ${MAX_TRANSFER_TOKENS} tokens; name their ids`);
      }
    }
    return tokens;
  }
  const found = await store.loadMany(ids);
  return found.map((token, at) => {
    if (token === null || token.record.state === "deleted") {
      throw new RangeError(`there is no token ${ids[at]} to export`);
    }
    return token;
  });
}

function exportRow(
  token: number,
  atUs: number,
  by: string | null,
  { format, plain }: ExportForm,
): Write {
  const detail = `${format}, ${plain === true ? "in clear" : "sealed"}`;
  const audit: AuditRow = { ...adminRow(atUs, "export", by, detail), token };
  return { kind: "audit", audit };
}
