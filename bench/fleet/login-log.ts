// Recorded logins of a real system: CSV with a header, or JSON lines. Fields: `time` (ISO 8601 with
// its zone, or Unix seconds), `token`, `step` or `code`, `outcome` (accepted or refused); others
// are left alone. What is wrong is told by its line, and nothing is replayed.

import { JsonTextError, parseJson } from "../../core/wire/json-text.ts";
import { STEP_SECONDS } from "./spec.ts";

/** A login as it was recorded. */
export interface RecordedLogin {
  readonly line: number;
  /** Unix time, seconds. */
  readonly at: number;
  readonly token: string;
  /** Time step of the code; null where only the code was recorded, or neither. */
  readonly step: number | null;
  readonly code: string | null;
  readonly wasAccepted: boolean;
}

/** A log with bad rows. The message names the first of them, each with its line. */
export class LoginLogError extends RangeError {
  override readonly name = "LoginLogError";
  /** `line 12: …` */
  readonly problems: readonly string[];
  constructor(what: string, problems: readonly string[], more: number) {
    const isAll = more < MOST_PROBLEMS - SHOWN_PROBLEMS;
    const rest = more > 0 ? `; and ${isAll ? "" : "at least "}${more} more` : "";
    super(`${what}: ${problems.join("; ")}${rest}`);
    this.problems = problems;
  }
}

/** Longest log: characters. */
export const MAX_LOG_CHARACTERS: number = 256 * 1024 * 1024;
const MAX_LINE_CHARACTERS = 10_000;
const MAX_TOKEN_CHARACTERS = 200;
/** Days between an accepted step and its time beyond which the log counts other steps. */
const MOST_DAYS_OFF = 14;
const SHOWN_PROBLEMS = 10;
/** Bad rows after which the rest is not looked at: it is another kind of file. */
const MOST_PROBLEMS = 1000;
const NEEDED: readonly string[] = ["time", "token", "outcome"];
const ACCEPTED: readonly string[] = ["accepted", "ok", "success", "true"];
const REFUSED: readonly string[] = ["refused", "failed", "failure", "rejected", "false"];
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})$/;
/** Until the year 2255. */
const LATEST = 9e9;

/** Logins in order of time. @throws {LoginLogError} */
export function parseLoginLog(text: string, what: string): readonly RecordedLogin[] {
  if (text.length > MAX_LOG_CHARACTERS) throw new LoginLogError(what, ["the log is too long"], 0);
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const firstAt = lines.findIndex((line) => line.trim() !== "");
  if (firstAt < 0) throw new LoginLogError(what, ["the log is empty"], 0);
  const isJson = (lines[firstAt] as string).trimStart().startsWith("{");
  const header = isJson ? [] : headerOf(lines[firstAt] as string, firstAt + 1, what);
  const logins: RecordedLogin[] = [];
  const problems: string[] = [];
  let more = 0;
  for (let at = isJson ? firstAt : firstAt + 1; at < lines.length; at++) {
    const line = lines[at] as string;
    if (line.trim() === "") continue;
    try {
      logins.push(loginOf(isJson ? jsonFields(line) : csvFields(line, header), at + 1));
    } catch (error) {
      const text = `line ${at + 1}: ${error instanceof Error ? error.message : String(error)}`;
      if (problems.length < SHOWN_PROBLEMS) problems.push(text);
      else if (++more >= MOST_PROBLEMS - SHOWN_PROBLEMS) break;
    }
  }
  if (problems.length > 0) throw new LoginLogError(what, problems, more);
  if (logins.length === 0) throw new LoginLogError(what, ["the log holds no login"], 0);
  return logins.sort((a, b) => a.at - b.at || a.line - b.line);
}

/** What is read of a row; others are left alone. */
interface Fields {
  time?: string;
  token?: string;
  step?: string;
  code?: string;
  outcome?: string;
}

const FIELDS: ReadonlySet<string> = new Set(["time", "token", "step", "code", "outcome"]);

function headerOf(line: string, number: number, what: string): readonly string[] {
  const names = cellsOf(line).map((name) => name.trim().toLowerCase());
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (!names.includes("step") && !names.includes("code")) missing.push("step or code");
  if (missing.length === 0) return names;
  const hint = "the first line names the columns: time,token,step,outcome";
  throw new LoginLogError(what, [`line ${number}: no column ${missing.join(", ")}; ${hint}`], 0);
}

function csvFields(line: string, header: readonly string[]): Fields {
  const cells = cellsOf(line);
  if (cells.length !== header.length) {
    throw new RangeError(`${cells.length} columns where the header has ${header.length}`);
  }
  const fields: Fields = {};
  for (let at = 0; at < header.length; at++) {
    const name = header[at] as string;
    if (FIELDS.has(name)) fields[name as keyof Fields] = (cells[at] as string).trim();
  }
  return fields;
}

/** Cells of one line (RFC 4180, without line breaks within a cell). */
function cellsOf(line: string): readonly string[] {
  if (line.length > MAX_LINE_CHARACTERS) throw new RangeError("the line is too long");
  if (!line.includes('"')) return line.split(",");
  const cells: string[] = [];
  const cell = /(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g;
  let end = 0;
  for (let found = cell.exec(line); found !== null; found = cell.exec(line)) {
    if (found.index !== end) break;
    cells.push((found[1] ?? found[2] ?? "").replaceAll('""', '"'));
    end = cell.lastIndex;
    if (end >= line.length) return cells;
  }
  throw new RangeError("a quote is not closed");
}

function jsonFields(line: string): Fields {
  if (line.length > MAX_LINE_CHARACTERS) throw new RangeError("the line is too long");
  let value: unknown;
  try {
    value = parseJson(line);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    // The caller names the line of the log.
    throw new RangeError(`not JSON at column ${error.column}; was the log cut off?`);
  }
  if (typeof value !== "object" || value === null) throw new RangeError("not a JSON object");
  const fields: Fields = {};
  for (const [name, field] of Object.entries(value)) {
    const known = name.toLowerCase();
    if (FIELDS.has(known)) fields[known as keyof Fields] = field === null ? "" : String(field);
  }
  return fields;
}

function loginOf(fields: Fields, line: number): RecordedLogin {
  const token = fields.token ?? "";
  if (token === "" || token.length > MAX_TOKEN_CHARACTERS) {
    throw new RangeError(`token must have 1 to ${MAX_TOKEN_CHARACTERS} characters`);
  }
  const code = fields.code ?? "";
  if (code !== "" && !/^\d{6,8}$/.test(code)) throw new RangeError("code must be 6 to 8 digits");
  const at = timeOf(fields.time ?? "");
  const step = stepOf(fields.step ?? "");
  const wasAccepted = outcomeOf(fields.outcome ?? "");
  if (step !== null && wasAccepted) assertNear(step, at);
  if (step === null && code === "") throw new RangeError("neither step nor code");
  return { line, at, token, step, code: code === "" ? null : code, wasAccepted };
}

/** No verifier accepts a clock that is weeks off: such a step is counted otherwise. */
function assertNear(step: number, at: number): void {
  const days = (step * STEP_SECONDS - at) / 86_400;
  if (Math.abs(days) <= MOST_DAYS_OFF) return;
  throw new RangeError(
    `step ${step} is ${Math.abs(days).toFixed(0)} days ${days < 0 ? "before" : "after"} its time; ` +
      `steps are of ${STEP_SECONDS} s since 1970`,
  );
}

function timeOf(text: string): number {
  const isNumber = /^\d{1,10}(\.\d{1,9})?$/.test(text);
  let seconds = Number.NaN;
  if (isNumber) seconds = Number(text);
  else if (ISO_TIME.test(text)) seconds = Date.parse(text) / 1000;
  if (seconds >= 0 && seconds <= LATEST) return seconds;
  throw new RangeError(
    `time ${shown(text)} is neither ISO 8601 with a zone (2026-01-31T08:00:00Z) nor Unix seconds`,
  );
}

function stepOf(text: string): number | null {
  if (text === "") return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RangeError(`step ${shown(text)} is no whole number`);
}

function outcomeOf(text: string): boolean {
  const word = text.toLowerCase();
  if (ACCEPTED.includes(word)) return true;
  if (REFUSED.includes(word)) return false;
  throw new RangeError(`outcome ${shown(text)} is neither accepted nor refused`);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}
