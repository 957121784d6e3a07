// Where a fleet's figures go: a table or JSON on stdout, CSV and a page into files.

import { access, constants, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { FleetResult } from "../../bench/fleet/result.ts";
import type { Sweep } from "../../bench/fleet/sweep.ts";
import { formatTable } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { readTextFile } from "../text-file.ts";
import { UsageError } from "../usage-error.ts";

/** Options of every command that gives a fleet's figures. */
export const FLEET_OUTPUT_OPTIONS = {
  json: { type: "boolean", default: false, description: "print JSON on stdout" },
  out: {
    type: "string",
    requiresArg: true,
    description: "write the result as JSON into this file, for fleet merge",
  },
  csv: { type: "string", requiresArg: true, description: "write CSV into this file" },
  html: {
    type: "string",
    requiresArg: true,
    description: "write a page with plots into this file",
  },
} as const;

/** @see FLEET_OUTPUT_OPTIONS */
export interface FleetOutput {
  readonly json: boolean;
  readonly out?: string | undefined;
  readonly csv?: string | undefined;
  readonly html?: string | undefined;
}

/** Writes and prints. @throws {UsageError} when a file cannot be written */
export async function putFleetResult(
  result: FleetResult,
  sweep: Sweep | undefined,
  { json, out, csv, html }: FleetOutput,
  terminal: Terminal,
): Promise<void> {
  const format = await import("../../bench/fleet/format.ts");
  if (out !== undefined) await writeText("out", out, format.resultJson(result, sweep));
  if (csv !== undefined) await writeText("csv", csv, format.resultCsv(result));
  if (html !== undefined) {
    const { fleetPage } = await import("../../bench/fleet/page.ts");
    await writeText("html", html, fleetPage(result, sweep));
  }
  if (json) {
    terminal.out(format.resultJson(result, sweep));
    return;
  }
  const tables = [
    ...(sweep === undefined ? [format.resultTable(result)] : [format.sweepTable(sweep)]),
    format.driftTable(result),
  ];
  const texts = tables.map(({ header, rows }) => formatTable(header, rows, terminal.style));
  terminal.out(
    `${texts.join("\n")}${sweep === undefined ? "" : `\n${format.sweepSentence(sweep)}\n`}`,
  );
  for (const note of format.resultNotes(result)) terminal.err(`note: ${note}\n`);
}

/** Writes a file of an option. @throws {UsageError} when it cannot be written */
export async function writeText(option: string, path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new UsageError(`--${option} ${path} cannot be written: ${messageOf(error)}`);
  }
}

/**
 * Tells before hours of work whether a file of an option can be written in the end.
 *
 * @throws {UsageError} when it cannot
 */
export async function assertWritable(option: string, path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await access(folder, constants.W_OK);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory() === true) throw new Error("it is a folder");
    if (found !== undefined) await access(path, constants.W_OK);
  } catch (error) {
    const hint = "name a file in a folder that is there and may be written to";
    throw new UsageError(`--${option} ${path} cannot be written: ${messageOf(error)}`, hint);
  }
}

/** All files of a fleet's output. @see assertWritable */
export async function assertOutput(output: FleetOutput): Promise<void> {
  for (const option of ["out", "csv", "html"] as const) {
    const path = output[option];
    if (path !== undefined) await assertWritable(option, path);
  }
}

/** Longest file read, bytes. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

/** A file's text. @throws {UsageError} when it is too long or no UTF-8 */
export async function readText(path: string): Promise<string> {
  return readTextFile(path, MAX_FILE_BYTES);
}

/** A caller's mistake in numbers and names is a usage error. */
export function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
