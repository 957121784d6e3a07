// oathbed admin import and export: files of secrets in and out of a state.

import { open } from "node:fs/promises";
import { SystemClock } from "../../core/time/system-clock.ts";
import { driftTable, driftTableText } from "../../service/operator/drift-table.ts";
import {
  type ExportForm,
  exportFrom,
  type FileKey,
  type ImportForm,
  importInto,
} from "../../service/operator/transfer.ts";
import type { ImportReport } from "../../verifier/transfer/import.ts";
import { TransferError } from "../../verifier/transfer/problems.ts";
import { MAX_TRANSFER_BYTES } from "../../verifier/transfer/source.ts";
import type { Context } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { print } from "./admin-records.ts";
import { type AdminArguments, logRead, namedToken, openState } from "./admin-state.ts";
import { readPrivate } from "./small-file.ts";

/** What opens or closes a file. */
interface KeyArguments extends AdminArguments {
  readonly "passphrase-file"?: string | undefined;
  readonly "key-file"?: string | undefined;
}

/** @see importCommand */
export interface ImportArguments extends KeyArguments {
  readonly file: string;
  readonly format?: string | undefined;
  readonly "csv-form"?: string | undefined;
  readonly "csv-encoding"?: string | undefined;
  readonly "dry-run": boolean;
}

/** Takes a file in. */
export async function importTokens(args: ImportArguments, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  const { format, "csv-form": csvForm, "csv-encoding": csvEncoding, "dry-run": dryRun } = args;
  const form: ImportForm = {
    dryRun,
    ...(await keyOf(args, terminal)),
    ...(format === undefined ? {} : { format: format as NonNullable<ImportForm["format"]> }),
    ...(csvForm === undefined ? {} : { csvForm }),
    ...(csvEncoding === undefined ? {} : { csvEncoding: csvEncoding as "hex" | "base32" }),
  };
  const bytes = await sourceOf(args.file, context);
  await using state = await openState(args, !dryRun);
  const nowUs = new SystemClock().nowUs();
  const report = await refusedInWords(() =>
    importInto(state.store, state.policy, bytes, form, nowUs, state.by),
  );
  if (args.json) print(terminal, report);
  else printReport(report, terminal);
  return EXIT.ok;
}

/** What is wrong with a file is the caller's, place by place. */
async function refusedInWords(run: () => Promise<ImportReport>): Promise<ImportReport> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof TransferError)) throw error;
    throw new UsageError(`nothing was taken\n${error.message}`, "correct the file, then try again");
  }
}

function printReport({ format, rows, notes, ids }: ImportReport, terminal: Terminal): void {
  const header = ["line", "token", "user", "kind", "counter", "secret"];
  const lines = rows.map((row) => [
    String(row.line),
    row.label,
    row.user ?? "-",
    `${row.kind} ${row.algorithm}, ${row.digits} digits`,
    row.counter ?? "",
    row.secret,
  ]);
  terminal.out(formatTable(header, lines, terminal.style));
  const done = ids === null ? "would be imported" : "imported; two codes enroll each";
  terminal.err(`${rows.length} tokens of a ${format} file ${done}\n`);
  for (const note of notes) terminal.err(`note: ${note}\n`);
}

/** @see exportCommand */
export interface ExportArguments extends KeyArguments {
  readonly tokens: readonly string[];
  readonly out?: string | undefined;
  readonly format: string;
  readonly plain: boolean;
  readonly drift: boolean;
}

/** Writes a file of secrets, or the drift table. */
export async function exportTokens(args: ExportArguments, context: Context): Promise<ExitCode> {
  const { terminal } = context;
  if (args.drift) return exportDrift(args, context);
  const key = await keyOf(args, terminal);
  refuseTerminal(args, terminal);
  await using state = await openState(args);
  const { store } = state;
  const ids: number[] = [];
  for (const name of args.tokens) ids.push((await namedToken(store, name)).id);
  const form: ExportForm = {
    format: args.format as ExportForm["format"],
    ...key,
    ...(args.plain ? { plain: true } : {}),
    ...(ids.length === 0 ? {} : { ids }),
  };
  const { bytes, count } = await exportFrom(store, form, new SystemClock().nowUs(), state.by);
  try {
    if (args.out === undefined) terminal.out(new TextDecoder().decode(bytes));
    else await writePrivate(args.out, bytes);
  } finally {
    bytes.fill(0);
  }
  const place = args.out ?? "stdout";
  if (args.json && args.out !== undefined) print(terminal, { file: args.out, tokens: count });
  else terminal.err(`${count} tokens with their secrets written to ${place}\n`);
  return EXIT.ok;
}

/** @throws {UsageError} when secrets would be seen, or were not asked for in clear */
function refuseTerminal(args: ExportArguments, terminal: Terminal): void {
  const isClosed = args["passphrase-file"] !== undefined || args["key-file"] !== undefined;
  if (!isClosed && !args.plain) {
    const hint = "give --passphrase-file or --key-file, or say --plain";
    throw new UsageError("secrets in clear are given out only when that is said", hint);
  }
  if (args.out === undefined && terminal.outIsTerminal) {
    throw new UsageError("secrets are not shown on a terminal", "name a file with --out");
  }
  if (args.out === undefined && args.json) {
    throw new UsageError("--json tells about a file; stdout is the file here", "give --out FILE");
  }
}

async function exportDrift(args: ExportArguments, { terminal }: Context): Promise<ExitCode> {
  await using state = await openState(args);
  await logRead(state, "drift table");
  const rows = await driftTable(state.store, state.policy, new SystemClock().nowUs());
  const text = args.json ? `${JSON.stringify({ tokens: rows }, null, 2)}\n` : driftTableText(rows);
  if (args.out === undefined) terminal.out(text);
  else await writePrivate(args.out, new TextEncoder().encode(text));
  return EXIT.ok;
}

/** A new file of mode 0600. */
async function writePrivate(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await using file = await open(path, "wx", 0o600);
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw new UsageError(`there is a file ${path} already`, "name another, or remove it");
    }
    throw error;
  }
}

async function keyOf(args: KeyArguments, terminal: Terminal): Promise<FileKey> {
  const { "passphrase-file": passphraseFile, "key-file": keyFile } = args;
  if (passphraseFile !== undefined && keyFile !== undefined) {
    throw new UsageError("--passphrase-file and --key-file exclude each other", "give one");
  }
  const path = passphraseFile ?? keyFile;
  if (path === undefined) return {};
  const text = (await readPrivate(path, terminal)).toString("utf8").replace(/\r?\n$/, "");
  if (passphraseFile !== undefined) return { passphrase: text };
  if (!/^(?:[0-9a-f]{32}|[0-9a-f]{48}|[0-9a-f]{64})$/i.test(text)) {
    throw new UsageError(`${path} holds no key`, "a key is 32, 48 or 64 hexadecimal digits");
  }
  return { keyHex: text };
}

async function sourceOf(path: string, { terminal, signal }: Context): Promise<Uint8Array> {
  if (path === "-") {
    return new TextEncoder().encode(await terminal.readInput(MAX_TRANSFER_BYTES, signal));
  }
  await using file = await open(path, "r");
  const { size } = await file.stat();
  if (size > MAX_TRANSFER_BYTES) {
    throw new UsageError(`${path} is longer than ${MAX_TRANSFER_BYTES} bytes`, "split it");
  }
  return Uint8Array.from(await file.readFile());
}
