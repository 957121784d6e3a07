// The report as JSON, under the published schema report-v1.schema.json.

import type { Report } from "../report.ts";
import { SchemaCheck } from "../schema-check.ts";
import { fitReport } from "./fit.ts";
import schema from "./report-v1.schema.json" with { type: "json" };

/** Longest report read, characters. */
export const MAX_REPORT_CHARACTERS: number = 64 * 1024 * 1024;

const check: SchemaCheck<Report> = new SchemaCheck(schema);

/** The report as JSON text of two-space indent, wire logs within their size (`fitReport`). */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(fitReport(report).report, null, 2)}\n`;
}

/**
 * Reads a report back.
 *
 * @param what names the text in errors: its file
 * @throws {SchemaError} when it is too long, no JSON, of another version, or not as the schema
 *   says; the message names the place
 */
export function parseReport(text: string, what: string): Report {
  return check.parse(text, what, MAX_REPORT_CHARACTERS);
}
