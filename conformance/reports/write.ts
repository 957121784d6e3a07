// Reports as files: report.html, report.json and junit.xml, whole wire logs beside them.

import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { CaseResult, Report } from "../report.ts";
import { codeOf, ReportFileError, readingError, writingError } from "./file-errors.ts";
import { fitReport } from "./fit.ts";
import { htmlReport } from "./html.ts";
import { jsonReport, MAX_REPORT_CHARACTERS, parseReport } from "./json.ts";
import { junitReport } from "./junit.ts";
import { WIRE_FOLDER, wireFileName, wireText } from "./wire-text.ts";

/** Names of the files in a report's folder. */
export const REPORT_FILES = {
  html: "report.html",
  json: "report.json",
  junit: "junit.xml",
} as const;

/**
 * Writes the reports to `directory`, made when it is not there. Each file is written whole beside
 * its place and then renamed, so that a reader sees the old or the new one, and a full disk leaves
 * the old. Wire logs that were cut go whole to `wire-logs/`; those of an earlier run are removed.
 *
 * @returns the paths written, the HTML first
 * @throws {ReportFileError} not-writable, disk-full
 */
export async function writeReports(report: Report, directory: string): Promise<readonly string[]> {
  const { cut } = fitReport(report);
  const files: readonly (readonly [string, string])[] = [
    [REPORT_FILES.html, htmlReport(report)],
    [REPORT_FILES.json, jsonReport(report)],
    [REPORT_FILES.junit, junitReport(report)],
  ];
  try {
    await mkdir(directory, { recursive: true });
    const logs = await writeWireLogs(cut, join(directory, WIRE_FOLDER));
    const written: string[] = [];
    for (const [name, text] of files) {
      const path = join(directory, name);
      await writeWhole(path, text);
      written.push(path);
    }
    return [...written, ...logs];
  } catch (error) {
    throw writingError(error, directory);
  }
}

/**
 * Reads a report back: `path` is its JSON file, or the folder it is in.
 *
 * @throws {ReportFileError} not-found, not-readable, too-large
 * @throws {SchemaError} when it is no report
 */
export async function readReport(path: string): Promise<Report> {
  let file = path;
  try {
    if ((await stat(path)).isDirectory()) file = join(path, REPORT_FILES.json);
    const { size } = await stat(file);
    if (size > 4 * MAX_REPORT_CHARACTERS) {
      throw new ReportFileError("too-large", `${file} has ${size} bytes`, "is it a report?");
    }
    return parseReport(await readFile(file, "utf8"), file);
  } catch (error) {
    throw readingError(error, file);
  }
}

async function writeWireLogs(
  results: readonly CaseResult[],
  folder: string,
): Promise<readonly string[]> {
  await removeOldLogs(folder);
  if (results.length === 0) return [];
  await mkdir(folder, { recursive: true });
  const written: string[] = [];
  for (const result of results) {
    const path = join(folder, wireFileName(result));
    await writeWhole(path, `${wireText(result.wire)}\n`);
    written.push(path);
  }
  return written;
}

async function removeOldLogs(folder: string): Promise<void> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  const logs = names.filter((name) => /--[0-9a-f]{8}\.log$/.test(name));
  for (const name of logs) await rm(join(folder, name), { force: true });
}

/** Writes beside `path`, then renames: a reader sees the old file or the new one. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const file = await open(beside, "wx");
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
