// The secrets of a lot: from the file the vendor sent (PSKC, CSV, otpauth URIs), or from the state
// store they were imported into. Never from the command line.

import { existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { Lot, type LotToken } from "../../bench/drift/lot/lot.ts";
import { openStore } from "../../verifier/stores/open.ts";
import { isPostgres } from "../../verifier/stores/postgres-spec.ts";
import { TransferError } from "../../verifier/transfer/problems.ts";
import type { PskcCredentials } from "../../verifier/transfer/pskc/keys.ts";
import { readTokens } from "../../verifier/transfer/read.ts";
import { MAX_TRANSFER_BYTES } from "../../verifier/transfer/source.ts";
import { readPrivate } from "../service/small-file.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

/** @see LOT_SECRET_OPTIONS */
export interface LotSecretArguments {
  readonly lot: string;
  readonly secrets?: string | undefined;
  readonly state?: string | undefined;
  readonly "passphrase-file"?: string | undefined;
  readonly "key-file"?: string | undefined;
}

/** Most tokens of a lot. */
const MOST_TOKENS = 100_000;

/**
 * The lot with its secrets; disposing wipes them.
 *
 * @throws {UsageError} when neither or both sources are named, or the file is wrong
 */
export async function lotOf(args: LotSecretArguments, terminal: Terminal): Promise<Lot> {
  if ((args.secrets === undefined) === (args.state === undefined)) {
    throw new UsageError(
      "the lot's secrets are needed, from one place",
      "--secrets shipment.xml names the vendor's file, --state oathbed.db a state store",
    );
  }
  const tokens =
    args.secrets === undefined
      ? await storedTokens(args.state ?? "")
      : await fileTokens(args.secrets, args, terminal);
  if (tokens.length === 0) throw new UsageError("the lot holds no token", "is it the right file?");
  return new Lot(args.lot, tokens);
}

async function storedTokens(spec: string): Promise<readonly LotToken[]> {
  if (spec !== "memory" && !isPostgres(spec) && !existsSync(spec)) {
    throw new UsageError(`there is no state file ${spec}`, "oathbed admin import makes one");
  }
  await using store = await openStore(spec);
  const all = await store.list();
  if (all.length > MOST_TOKENS) throw new UsageError(`${spec} holds more than ${MOST_TOKENS}`);
  return all
    .filter(({ record }) => record.state !== "deleted")
    .map(({ label, secret, record: { parameters } }) => ({ serial: label, secret, parameters }));
}

async function fileTokens(
  path: string,
  args: LotSecretArguments,
  terminal: Terminal,
): Promise<readonly LotToken[]> {
  const credentials = await credentialsOf(args, terminal);
  const bytes = await readLimited(path);
  try {
    const { tokens, notes } = await readTokens(bytes, { credentials });
    for (const note of notes) terminal.err(`note: ${note}\n`);
    return tokens.map(({ token: { label, serial, secret, parameters } }) => ({
      serial: serial ?? label,
      secret,
      parameters,
    }));
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    throw new UsageError(`${path}: ${error.message}`, "correct the file, then try again");
  } finally {
    bytes.fill(0);
  }
}

async function readLimited(path: string): Promise<Uint8Array> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  if (size <= MAX_TRANSFER_BYTES) return Uint8Array.from(await file.readFile());
  throw new UsageError(`${path} is longer than ${MAX_TRANSFER_BYTES} bytes`, "split it");
}

async function credentialsOf(
  { "passphrase-file": passphraseFile, "key-file": keyFile }: LotSecretArguments,
  terminal: Terminal,
): Promise<PskcCredentials> {
  if (passphraseFile !== undefined && keyFile !== undefined) {
    throw new UsageError("--passphrase-file and --key-file exclude each other", "give one");
  }
  const path = passphraseFile ?? keyFile;
  if (path === undefined) return {};
  const text = (await readPrivate(path, terminal)).toString("utf8").replace(/\r?\n$/, "");
  if (passphraseFile !== undefined) return { passphrase: new TextEncoder().encode(text) };
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{48}|[0-9a-f]{64})$/i.test(text)) {
    throw new UsageError(`${path} holds no key`, "a key is 32, 48 or 64 hexadecimal digits");
  }
  return { key: Uint8Array.from(Buffer.from(text, "hex")) };
}
