// Logs as JSON lines: one record a line, appended one by one, so that a last line that was cut off
// is no harm and what is no record is named and passed over.

import { problemIn, type Shape, unknownIn } from "./shape.ts";

/** Longest line taken, characters. */
const MAX_LINE = 4096;
/** Most lines of a log: a reading a second for eleven days. */
export const MAX_LOG_LINES = 1_000_000;
/** Problems told one by one. */
const MOST_TOLD = 20;

/** Records of a log, and sentences on lines that were passed over. */
export interface ReadLines<T> {
  readonly records: readonly T[];
  readonly problems: readonly string[];
}

/** The log cannot be used as a whole. */
export class DriftLogError extends RangeError {
  override readonly name = "DriftLogError";
}

/**
 * Reads the lines of a log. Values are not repeated in what is said of them: somebody may have
 * named a file of secrets.
 *
 * @param shapes the records there are, by their `kind`
 * @throws {DriftLogError} when there are too many
 */
export function readJsonLines<T extends { readonly kind: string }>(
  text: string,
  where: string,
  shapes: Readonly<Record<T["kind"], Shape>>,
): ReadLines<T> {
  const records: T[] = [];
  const problems = new Problems();
  let number = 0;
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf("\n", from);
    const line = text.slice(from, end < 0 ? text.length : end);
    from = end < 0 ? text.length : end + 1;
    if (++number > MAX_LOG_LINES) {
      throw new DriftLogError(`${where} has more than ${MAX_LOG_LINES} lines; split it`);
    }
    if (line.trim() === "") continue;
    const read = recordOf<T>(line, shapes);
    if ("record" in read) records.push(read.record);
    if ("record" in read && read.unknown === "") continue;
    if ("record" in read) problems.add(`line ${number}: unknown ${read.unknown}: passed over`);
    else if (end < 0) problems.add(`line ${number} was cut off: left out`);
    else problems.add(`line ${number}: ${read.problem}: left out`);
  }
  return { records, problems: problems.told() };
}

type Read<T> = { readonly record: T; readonly unknown: string } | { readonly problem: string };

function recordOf<T extends { readonly kind: string }>(
  line: string,
  shapes: Readonly<Record<string, Shape>>,
): Read<T> {
  if (line.length > MAX_LINE) return { problem: `longer than ${MAX_LINE} characters` };
  const value = parsed(line);
  if (value === undefined) return { problem: "not JSON" };
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { problem: "no JSON object" };
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const { kind } = fields;
  const shape = typeof kind === "string" && Object.hasOwn(shapes, kind) ? shapes[kind] : undefined;
  if (shape === undefined) {
    return { problem: `kind must be ${Object.keys(shapes).join(", ")}` };
  }
  const problem = problemIn(fields, shape);
  // Its shape has just been held against it.
  return problem === undefined
    ? { record: value as T, unknown: unknownIn(fields, shape) }
    : { problem };
}

/** The first ones, and how many more. */
class Problems {
  readonly #texts: string[] = [];
  #count = 0;

  add(text: string): void {
    if (this.#count++ < MOST_TOLD) this.#texts.push(text);
  }

  told(): readonly string[] {
    const more = this.#count - this.#texts.length;
    return more > 0 ? [...this.#texts, `and ${more} more lines like these`] : this.#texts;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
